/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-profile.h"

#include "config/lv-profile-key.h"
#include "config/lv-profile-value.h"

LvProfile *
lv_profile_new (const char *name)
{
  LvProfile *profile = g_new0 (LvProfile, 1);

  profile->name = g_strdup (name);
  for (guint i = 0; i < lv_profile_n_keys; i++)
    if (!lv_profile_value_set_text (profile, &lv_profile_keys[i], lv_profile_keys[i].initial, NULL))
      g_assert_not_reached ();
  return profile;
}

LvProfile *
lv_profile_copy (const LvProfile *profile)
{
  LvProfile *copy = g_memdup2 (profile, sizeof *profile);

  copy->name = g_strdup (profile->name);
  for (guint i = 0; i < lv_profile_n_keys; i++)
    lv_profile_value_copy (copy, &lv_profile_keys[i]);
  return copy;
}

void
lv_profile_free (LvProfile *profile)
{
  g_free (profile->name);
  for (guint i = 0; i < lv_profile_n_keys; i++)
    lv_profile_value_clear (profile, &lv_profile_keys[i]);
  g_free (profile);
}

static LvProfileChange
get_change (const LvKey *key)
{
  static const struct {
    const char *name;
    LvProfileChange change;
  } special[] = {
    { "system-instruction", LV_PROFILE_ANOTHER_INSTRUCTION },
    { "linger", LV_PROFILE_SAME },
    { "echo-cancel", LV_PROFILE_SAME }, /* the server does not hear of it */
    { "flight-recorder", LV_PROFILE_SAME },
    { "endpoint", LV_PROFILE_ANOTHER_CONVERSATION },
    { "model", LV_PROFILE_ANOTHER_CONVERSATION },
    { "resume", LV_PROFILE_ANOTHER_CONVERSATION },
    { "history", LV_PROFILE_ANOTHER_CONVERSATION },
  };

  for (guint i = 0; i < G_N_ELEMENTS (special); i++)
    if (g_str_equal (special[i].name, key->name))
      return special[i].change;
  return LV_PROFILE_ANOTHER_SETUP;
}

LvProfileChange
lv_profile_compare (const LvProfile *a, const LvProfile *b)
{
  LvProfileChange change = LV_PROFILE_SAME;

  /* models that translate do nothing else, and others do not translate */
  if ((*a->translate_to == '\0') != (*b->translate_to == '\0'))
    return LV_PROFILE_ANOTHER_CONVERSATION;
  for (guint i = 0; i < lv_profile_n_keys; i++)
    if (!lv_profile_value_equal (a, b, &lv_profile_keys[i]))
      change = MAX (change, get_change (&lv_profile_keys[i]));
  return change;
}

gboolean
lv_profile_set_from_text (LvProfile *profile, const char *key_name, const char *text,
                          GError **error)
{
  const LvKey *key = lv_profile_key_find (key_name, LV_KEY_IN_FILE);

  if (key == NULL)
    return lv_profile_key_refuse_unknown (key_name, LV_KEY_IN_FILE, error);
  return lv_profile_value_set_text (profile, key, text, error);
}

static gboolean
apply_option (LvProfile *profile, const char *name, GVariant *value, gboolean *seen, GError **error)
{
  gboolean required = *name == '!';
  const LvKey *key = lv_profile_key_find (name + required, LV_KEY_IN_OPTIONS);

  if (key == NULL)
    return required ? lv_profile_key_refuse_unknown (name, LV_KEY_IN_OPTIONS, error) : TRUE;

  if (seen[key - lv_profile_keys])
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%s' is given twice", key->name);
      return FALSE;
    }
  seen[key - lv_profile_keys] = TRUE;
  return lv_profile_value_set_variant (profile, key, value, error);
}

static gboolean
is_conversational (const LvKey *key)
{
  static const char *const names[] = {
    "voice",
    "replicated-voice",
    "language",
    "system-instruction",
    "avatar",
    "turn-detection",
    "start-sensitivity",
    "end-sensitivity",
    "prefix-padding-ms",
    "silence-duration-ms",
    "barge-in",
    "turn-coverage",
    "explicit-vad-signal",
    "proactive-audio",
    "proactive-video",
    "google-search",
    "google-search-options",
    "code-execution",
    "url-context",
    "server-tools",
    "affective-dialog",
    "thinking-level",
    "thinking-budget",
    "include-thoughts",
    "transcription-languages",
    "vocabulary",
    "transcription-mode",
    "word-timestamps",
    "interim-timestamps",
    NULL,
  };

  return g_strv_contains (names, key->name);
}

/* A translation leaves such things out of the profile that it uses, but not of what was asked. */
static gboolean
check_translation (const LvProfile *profile, const gboolean *seen, GError **error)
{
  g_autoptr (LvProfile) initial = lv_profile_new ("");

  for (guint i = 0; *profile->translate_to != '\0' && i < lv_profile_n_keys; i++)
    if (seen[i] && is_conversational (&lv_profile_keys[i]) &&
        !lv_profile_value_equal (profile, initial, &lv_profile_keys[i]))
      {
        g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED, "%s translates; it does not take '%s'",
                     *profile->model != '\0' ? profile->model : "The model",
                     lv_profile_keys[i].name);
        return FALSE;
      }
  return TRUE;
}

gboolean
lv_profile_apply_options (LvProfile *profile, GVariant *options, GError **error)
{
  g_autoptr (LvProfile) changed = lv_profile_copy (profile);
  g_autofree gboolean *seen = g_new0 (gboolean, lv_profile_n_keys);
  LvProfile old = *profile;
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_return_val_if_fail (g_variant_is_of_type (options, G_VARIANT_TYPE_VARDICT), FALSE);

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    if (!apply_option (changed, name, value, seen, error))
      {
        g_variant_unref (value);
        return FALSE;
      }

  if (!check_translation (changed, seen, error))
    return FALSE;
  *profile = *changed;
  *changed = old;
  return TRUE;
}
