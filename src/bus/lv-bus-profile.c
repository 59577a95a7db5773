/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-profile.h"

#include "bus/lv-bus-options.h"

static gboolean
has_option (GVariant *options, const char *key)
{
  g_autofree char *required = g_strconcat ("!", key, NULL);
  g_autoptr (GVariant) value = g_variant_lookup_value (options, key, NULL);
  g_autoptr (GVariant) required_value = g_variant_lookup_value (options, required, NULL);

  return value != NULL || required_value != NULL;
}

static gboolean
check_permitted (GVariant *options, LvPeer peer, GError **error)
{
  if (has_option (options, "setup"))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                         "The option \"setup\" needs the user's consent, and nobody can ask for "
                         "it");
  else if (peer == LV_PEER_SANDBOXED && has_option (options, "endpoint"))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                         "A sandboxed app may not choose the endpoint");
  else
    return TRUE;
  return FALSE;
}

static const LvProfile *
find_profile (LvConfig *config, const char *name, GError **error)
{
  const LvProfile *profile = lv_config_get_profile (config, name);

  if (profile == NULL)
    g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "livevoice.conf has no profile \"%s\"",
                 name);
  return profile;
}

LvProfile *
lv_bus_profile_new (LvConfig *config, const LvProfile *base, GVariant *options, LvPeer peer,
                    GError **error)
{
  static const char *const own_keys[] = { "profile", NULL };
  g_autofree char *name = NULL;
  g_autoptr (GVariant) rest = NULL;
  g_autoptr (LvProfile) profile = NULL;

  if (!check_permitted (options, peer, error) ||
      !lv_bus_options_get_string (options, "profile", &name, error))
    return NULL;
  if (name != NULL)
    base = find_profile (config, name, error);
  if (base == NULL)
    return NULL;

  profile = lv_profile_copy (base);
  rest = g_variant_ref_sink (lv_bus_options_remove (options, own_keys));
  if (!lv_profile_apply_options (profile, rest, error) ||
      !lv_config_check_endpoint (config, profile->endpoint, error))
    return NULL;
  return g_steal_pointer (&profile);
}
