/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The first line is a set of declarations, the rest the arguments of a call. What is accepted
 * from an app, the service (as we know it) accepts in a setup.
 */
#include "fuzz/lv-fuzz.h"

#include "protocol/lv-decode.h"
#include "protocol/lv-encode.h"

#include <string.h>

static void
check_setup (GPtrArray *decls)
{
  g_autoptr (LvSetup) setup = lv_setup_new ("models/gemini-3.8-live");
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (LvClientMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_unref (setup->tools);
  setup->tools = g_ptr_array_ref (decls);
  frame = lv_encode_setup (setup);
  message = lv_decode_client (frame, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (message->setup->tools->len, ==, decls->len);
  for (guint i = 0; i < decls->len; i++)
    g_assert_cmpstr (lv_tool_decl_get_parameters (message->setup->tools->pdata[i]), ==,
                     lv_tool_decl_get_parameters (decls->pdata[i]));
}

static void
check_args (GPtrArray *decls, const char *args)
{
  for (guint i = 0; i < decls->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LvToolDecl) renamed = lv_tool_decl_rename (decls->pdata[i], "p_x");
      gboolean valid = lv_tool_decl_validate_args (decls->pdata[i], args, &error);

      g_assert_true (valid == (error == NULL));
      g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
      g_assert_cmpint (lv_tool_decl_validate_args (renamed, args, NULL), ==, valid);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  char *newline = strchr (text, '\n');
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) decls = NULL;

  if (newline != NULL)
    *newline = '\0';
  decls = lv_tool_decl_parse_array (text, &error);
  if (decls == NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  check_setup (decls);
  check_args (decls, newline != NULL ? newline + 1 : "{}");
  return 0;
}
