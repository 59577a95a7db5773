/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A livevoice.conf is taken or refused with a reason in UTF-8. What is taken keeps every promise:
 * a profile has an endpoint that exists, an endpoint fits together, and a copy is the same.
 */
#define _GNU_SOURCE
#include "fuzz/lv-fuzz.h"

#include "config/lv-config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void
check_profile (LvConfig *config, const char *name)
{
  const LvProfile *profile = lv_config_get_profile (config, name);
  g_autoptr (LvProfile) copy = lv_profile_copy (profile);

  g_assert_true (lv_profile_compare (profile, copy) == LV_PROFILE_SAME);
  g_assert_cmpstr (profile->name, ==, name);
  g_assert_true (lv_config_check_endpoint (config, profile->endpoint, NULL));
  g_assert_true (g_utf8_validate (profile->system_instruction, -1, NULL));
  g_assert_cmpuint (strlen (profile->system_instruction), <=, LV_SYSTEM_INSTRUCTION_MAX);
}

static void
check_endpoint (LvConfig *config, const LvEndpointConfig *endpoint)
{
  g_autoptr (LvEndpointConfig) copy = lv_endpoint_config_copy (endpoint);
  g_autoptr (GError) error = NULL;

  g_assert_true (lv_config_get_endpoint (config, endpoint->name) == endpoint);
  g_assert_true (lv_endpoint_config_is_name (endpoint->name));
  g_assert_cmpint (endpoint->credential, !=, LV_CREDENTIAL_AUTO);
  g_assert_true (lv_endpoint_config_check (copy, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (copy->base_url, ==, endpoint->base_url);
  g_assert_cmpint (copy->credential, ==, endpoint->credential);
}

static void
check_config (LvConfig *config)
{
  const char *const *names = lv_config_get_profile_names (config);
  GPtrArray *endpoints = lv_config_get_endpoints (config);

  g_assert_cmpstr (names[0], ==, LV_PROFILE_DEFAULT);
  for (guint i = 0; names[i] != NULL; i++)
    check_profile (config, names[i]);
  for (guint i = 0; i < endpoints->len; i++)
    check_endpoint (config, endpoints->pdata[i]);
  g_assert_nonnull (lv_config_get_endpoint (config, LV_ENDPOINT_GEMINI));
  g_assert_nonnull (lv_config_get_models (config));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  int fd = memfd_create ("livevoice.conf", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autoptr (GError) error = NULL;
  g_autoptr (LvConfig) config = NULL;

  g_assert_cmpint (write (fd, data, size), ==, size);
  config = lv_config_load (path, &error);
  close (fd);
  g_assert_true ((config == NULL) == (error != NULL));
  if (config != NULL)
    check_config (config);
  else
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  return 0;
}
