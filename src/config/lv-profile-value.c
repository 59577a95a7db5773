/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-profile-value.h"

#include "config/lv-endpoint-config.h"
#include "config/lv-endpoint-url.h"
#include "protocol/lv-json-text.h"

#include <math.h>
#include <string.h>

static gboolean
is_string (const LvKey *key)
{
  return key->kind <= LV_KEY_ARRAY;
}

static gboolean
is_list (const LvKey *key)
{
  return key->kind == LV_KEY_LINES || key->kind == LV_KEY_TAGS || key->kind == LV_KEY_LABELS;
}

static gpointer
field (LvProfile *profile, const LvKey *key)
{
  return G_STRUCT_MEMBER_P (profile, key->offset);
}

/* ---- strings ---- */

static gboolean
is_clean (const char *text, gsize max, gboolean lines)
{
  if (strlen (text) > max || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p) && !(lines && strchr ("\n\r\t", *p) != NULL))
      return FALSE;
  return TRUE;
}

/* As far as a tag can be told without the registry of languages. */
static gboolean
is_tag (const char *text)
{
  return strlen (text) <= LV_LANGUAGE_MAX &&
         g_regex_match_simple ("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", text, G_REGEX_DOLLAR_ENDONLY,
                               0);
}

static gboolean
is_url (const char *text)
{
  return g_str_has_prefix (text, "ws://") || g_str_has_prefix (text, "wss://");
}

static gboolean
is_valid_string (const LvKey *key, const char *text)
{
  switch (key->kind)
    {
    case LV_KEY_WORD:
      return lv_profile_key_find_word (key, text) >= 0;
    case LV_KEY_ENDPOINT:
      return lv_profile_key_find_word (key, text) >= 0 || lv_endpoint_config_is_name (text) ||
             (is_url (text) && is_clean (text, key->max, FALSE));
    case LV_KEY_LANGUAGE:
      return *text == '\0' || is_tag (text);
    case LV_KEY_OBJECT:
    case LV_KEY_ARRAY:
      return strlen (text) <= (gsize) key->max;
    default:
      return is_clean (text, key->max, key->kind == LV_KEY_TEXT);
    }
}

static gboolean
check_url (const char *text, GError **error)
{
  g_autoptr (GUri) uri = lv_endpoint_url_parse (text, error);

  return uri != NULL;
}

/* What is_valid_string() cannot tell in one word. */
static gboolean
check_content (const LvKey *key, const char *text, GError **error)
{
  switch (key->kind)
    {
    case LV_KEY_ENDPOINT:
      return !is_url (text) || check_url (text, error);
    case LV_KEY_OBJECT:
    case LV_KEY_ARRAY:
      return *text == '\0' ||
             lv_json_text_check (text, key->kind == LV_KEY_OBJECT ? '{' : '[', key->max, error);
    default:
      return TRUE;
    }
}

static gboolean
set_string (LvProfile *profile, const LvKey *key, const char *text, GError **error)
{
  char **place = field (profile, key);

  if (!is_valid_string (key, text))
    return lv_profile_key_refuse (key, error);
  if (!check_content (key, text, error))
    {
      g_prefix_error (error, "'%s': ", key->name);
      return FALSE;
    }
  g_free (*place);
  *place = g_strdup (text);
  return TRUE;
}

/* ---- lists ---- */

static gboolean
is_label_text (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_islower (text[i]) && !g_ascii_isdigit (text[i]) && text[i] != '_' &&
        text[i] != '-')
      return FALSE;
  return length <= LV_LABEL_MAX;
}

/* NAME=VALUE */
static gboolean
is_label (const char *text)
{
  const char *value = strchr (text, '=');

  return value != NULL && g_ascii_islower (*text) && is_label_text (text, value - text) &&
         is_label_text (value + 1, strlen (value + 1));
}

static gboolean
is_valid_entry (const LvKey *key, const char *text)
{
  switch (key->kind)
    {
    case LV_KEY_TAGS:
      return is_tag (text);
    case LV_KEY_LABELS:
      return is_label (text);
    default:
      return *text != '\0' && is_clean (text, LV_VOCABULARY_ENTRY_MAX, FALSE);
    }
}

static gboolean
set_list (LvProfile *profile, const LvKey *key, const char *const *entries, GError **error)
{
  char ***place = field (profile, key);

  if (g_strv_length ((char **) entries) > (guint) key->max)
    return lv_profile_key_refuse (key, error);
  for (guint i = 0; entries[i] != NULL; i++)
    if (!is_valid_entry (key, entries[i]))
      return lv_profile_key_refuse (key, error);
  g_strfreev (*place);
  *place = g_strdupv ((char **) entries);
  return TRUE;
}

/* A list in a key file may end with its separator. */
static GStrv
split_list (const char *text)
{
  char **words = g_strsplit (text, ";", -1);
  guint n = g_strv_length (words);

  for (guint i = 0; i < n; i++)
    g_strstrip (words[i]);
  if (n > 0 && *words[n - 1] == '\0')
    g_clear_pointer (&words[n - 1], g_free);
  return words;
}

static gboolean
set_list_text (LvProfile *profile, const LvKey *key, const char *text, GError **error)
{
  g_auto (GStrv) words = split_list (text);

  return set_list (profile, key, (const char *const *) words, error);
}

static gboolean
set_modalities (LvProfile *profile, const LvKey *key, const char *const *words, GError **error)
{
  guint audio = 0;
  guint text = 0;

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], "audio"))
      audio++;
    else if (g_str_equal (words[i], "text"))
      text++;
    else
      return lv_profile_key_refuse (key, error);

  if (audio > 1 || text > 1 || audio + text == 0)
    return lv_profile_key_refuse (key, error);
  *(gboolean *) field (profile, key) = audio > 0;
  return TRUE;
}

static gboolean
set_modalities_text (LvProfile *profile, const LvKey *key, const char *text, GError **error)
{
  g_auto (GStrv) words = split_list (text);

  return set_modalities (profile, key, (const char *const *) words, error);
}

/* ---- numbers ---- */

static gboolean
may_be_unset (const LvKey *key)
{
  return *key->initial == '\0';
}

static gboolean
set_enum (LvProfile *profile, const LvKey *key, const char *text, GError **error)
{
  int index = lv_profile_key_find_word (key, text);

  if (index < 0)
    return lv_profile_key_refuse (key, error);
  *(int *) field (profile, key) = index;
  return TRUE;
}

static gboolean
set_integer (LvProfile *profile, const LvKey *key, gint64 value, GError **error)
{
  if ((value < key->min || value > key->max) && !(may_be_unset (key) && value == LV_UNSET))
    return lv_profile_key_refuse (key, error);
  *(int *) field (profile, key) = (int) value;
  return TRUE;
}

static gboolean
set_integer_text (LvProfile *profile, const LvKey *key, const char *text, GError **error)
{
  gint64 value = LV_UNSET;

  if (!(may_be_unset (key) && *text == '\0') &&
      !g_ascii_string_to_signed (text, 10, G_MININT, G_MAXINT, &value, NULL))
    return lv_profile_key_refuse (key, error);
  return set_integer (profile, key, value, error);
}

static gboolean
set_double (LvProfile *profile, const LvKey *key, double value, GError **error)
{
  if (!isnan (value) && !(value >= key->min && value <= key->max))
    return lv_profile_key_refuse (key, error);
  *(double *) field (profile, key) = value;
  return TRUE;
}

static gboolean
set_double_text (LvProfile *profile, const LvKey *key, const char *text, GError **error)
{
  char *end = NULL;
  double value = *text == '\0' ? LV_UNSET_DOUBLE : g_ascii_strtod (text, &end);

  if (*text != '\0' && (*end != '\0' || !isfinite (value)))
    return lv_profile_key_refuse (key, error);
  return set_double (profile, key, value, error);
}

static gboolean
set_boolean_text (LvProfile *profile, const LvKey *key, const char *text, GError **error)
{
  gboolean value = g_str_equal (text, "true");

  if (!value && !g_str_equal (text, "false"))
    return lv_profile_key_refuse (key, error);
  *(gboolean *) field (profile, key) = value;
  return TRUE;
}

/* ---- values of the bus ---- */

/* Signed where a negative value means something. */
static gboolean
set_integer_variant (LvProfile *profile, const LvKey *key, GVariant *value, GError **error)
{
  gint64 number =
      key->min < 0 ? (gint64) g_variant_get_int32 (value) : (gint64) g_variant_get_uint32 (value);

  return set_integer (profile, key, number, error);
}

static gboolean
set_double_variant (LvProfile *profile, const LvKey *key, GVariant *value, GError **error)
{
  return set_double (profile, key, g_variant_get_double (value), error);
}

static gboolean
set_boolean_variant (LvProfile *profile, const LvKey *key, GVariant *value, GError **error)
{
  *(gboolean *) field (profile, key) = g_variant_get_boolean (value);
  return TRUE;
}

static gboolean
set_text_variant (LvProfile *profile, const LvKey *key, GVariant *value, GError **error)
{
  return lv_profile_value_set_text (profile, key, g_variant_get_string (value, NULL), error);
}

static gboolean
set_modalities_variant (LvProfile *profile, const LvKey *key, GVariant *value, GError **error)
{
  g_autofree const char **words = g_variant_get_strv (value, NULL);

  return set_modalities (profile, key, words, error);
}

static gboolean
set_list_variant (LvProfile *profile, const LvKey *key, GVariant *value, GError **error)
{
  g_autofree const char **entries = g_variant_get_strv (value, NULL);

  return set_list (profile, key, entries, error);
}

static gboolean
set_labels_variant (LvProfile *profile, const LvKey *key, GVariant *value, GError **error)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);
  GVariantIter iter;
  const char *name, *text;

  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &text))
    g_ptr_array_add (pairs, g_strdup_printf ("%s=%s", name, text));
  g_ptr_array_add (pairs, NULL);
  return set_list (profile, key, (const char *const *) pairs->pdata, error);
}

static gboolean
is_history (const LvKey *key, GVariant *value)
{
  GVariantIter iter;
  const char *role, *text;
  gsize n_bytes = 0;

  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "(&s&s)", &role, &text))
    {
      n_bytes += strlen (text);
      if ((!g_str_equal (role, "user") && !g_str_equal (role, "model")) || *text == '\0' ||
          n_bytes > LV_HISTORY_MAX)
        return FALSE;
    }
  return g_variant_n_children (value) <= (gsize) key->max;
}

static gboolean
set_history_variant (LvProfile *profile, const LvKey *key, GVariant *value, GError **error)
{
  GVariant **place = field (profile, key);

  if (!is_history (key, value))
    return lv_profile_key_refuse (key, error);
  g_clear_pointer (place, g_variant_unref);
  if (g_variant_n_children (value) > 0)
    *place = g_variant_ref (value);
  return TRUE;
}

gboolean
lv_profile_value_set_text (LvProfile *profile, const LvKey *key, const char *text, GError **error)
{
  switch (key->kind)
    {
    case LV_KEY_ENUM:
      return set_enum (profile, key, text, error);
    case LV_KEY_INTEGER:
      return set_integer_text (profile, key, text, error);
    case LV_KEY_DOUBLE:
      return set_double_text (profile, key, text, error);
    case LV_KEY_BOOLEAN:
      return set_boolean_text (profile, key, text, error);
    case LV_KEY_MODALITIES:
      return set_modalities_text (profile, key, text, error);
    case LV_KEY_HISTORY: /* in no file; only its initial value */
      return *text == '\0' || lv_profile_key_refuse (key, error);
    default:
      return is_list (key) ? set_list_text (profile, key, text, error)
                           : set_string (profile, key, text, error);
    }
}

/* Those that are not here are strings. */
static const struct {
  const char *type;
  gboolean (*set) (LvProfile *, const LvKey *, GVariant *, GError **);
} variant_kinds[LV_N_KEY_KINDS] = {
  [LV_KEY_LINES] = { "as", set_list_variant },
  [LV_KEY_TAGS] = { "as", set_list_variant },
  [LV_KEY_LABELS] = { "a{ss}", set_labels_variant },
  [LV_KEY_HISTORY] = { "a(ss)", set_history_variant },
  [LV_KEY_INTEGER] = { "u", set_integer_variant },
  [LV_KEY_DOUBLE] = { "d", set_double_variant },
  [LV_KEY_BOOLEAN] = { "b", set_boolean_variant },
  [LV_KEY_MODALITIES] = { "as", set_modalities_variant },
};

const char *
lv_profile_key_get_type (const LvKey *key)
{
  if (key->kind == LV_KEY_INTEGER && key->min < 0)
    return "i";
  return variant_kinds[key->kind].type != NULL ? variant_kinds[key->kind].type : "s";
}

gboolean
lv_profile_value_set_variant (LvProfile *profile, const LvKey *key, GVariant *value, GError **error)
{
  const char *type = lv_profile_key_get_type (key);

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (type)))
    return lv_profile_key_refuse_type (key, g_variant_get_type_string (value), type, error);
  if (variant_kinds[key->kind].set == NULL)
    return set_text_variant (profile, key, value, error);
  return variant_kinds[key->kind].set (profile, key, value, error);
}

void
lv_profile_value_copy (LvProfile *profile, const LvKey *key)
{
  gpointer *place = field (profile, key);

  if (is_string (key))
    *place = g_strdup (*place);
  else if (is_list (key))
    *place = g_strdupv (*place);
  else if (key->kind == LV_KEY_HISTORY && *place != NULL)
    g_variant_ref (*place);
}

void
lv_profile_value_clear (LvProfile *profile, const LvKey *key)
{
  gpointer *place = field (profile, key);

  if (is_string (key))
    g_clear_pointer (place, g_free);
  else if (is_list (key))
    g_clear_pointer (place, g_strfreev);
  else if (key->kind == LV_KEY_HISTORY)
    g_clear_pointer (place, g_variant_unref);
}

static gboolean
same_number (double a, double b)
{
  return a == b || (isnan (a) && isnan (b));
}

static gboolean
same_history (GVariant *a, GVariant *b)
{
  return a == b || (a != NULL && b != NULL && g_variant_equal (a, b));
}

gboolean
lv_profile_value_equal (const LvProfile *a, const LvProfile *b, const LvKey *key)
{
  const gpointer *place_a = field ((LvProfile *) a, key);
  const gpointer *place_b = field ((LvProfile *) b, key);

  if (is_string (key))
    return g_str_equal (*place_a, *place_b);
  if (is_list (key))
    return g_strv_equal (*place_a, *place_b);
  if (key->kind == LV_KEY_HISTORY)
    return same_history (*place_a, *place_b);
  if (key->kind == LV_KEY_DOUBLE)
    return same_number (*(const double *) place_a, *(const double *) place_b);
  return *(const int *) place_a == *(const int *) place_b;
}
