/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-profile.h"

#include "config/lv-endpoint-url.h"

#include <string.h>

typedef enum {
  KIND_STRING,     /* one line, at most @max bytes */
  KIND_TEXT,       /* the same with line breaks */
  KIND_WORD,       /* a string out of @words */
  KIND_LANGUAGE,   /* a BCP 47 tag, or empty */
  KIND_ENDPOINT,   /* a word, or a WebSocket URL */
  KIND_ENUM,       /* a nick of @words, stored as its index */
  KIND_INTEGER,    /* @min..@max */
  KIND_BOOLEAN,    /* true or false */
  KIND_MODALITIES, /* list of "audio" and "text", stored as whether "audio" is in it */
} Kind;

typedef enum {
  IN_FILE = 1 << 0,
  IN_OPTIONS = 1 << 1,
  EVERYWHERE = IN_FILE | IN_OPTIONS,
} Place;

typedef struct {
  const char *name;
  Kind kind;
  Place places;
  gsize offset;
  int min;
  int max; /* strings: bytes */
  const char *words;
  const char *initial;
} Key;

#define FIELD(member) G_STRUCT_OFFSET (LvProfile, member)

static const Key keys[] = {
  { "endpoint", KIND_ENDPOINT, EVERYWHERE, FIELD (endpoint), 0, 2048, "auto|gemini|engine",
    "auto" },
  { "model", KIND_STRING, EVERYWHERE, FIELD (model), 0, 256, NULL, "" },
  { "voice", KIND_STRING, EVERYWHERE, FIELD (voice), 0, 128, NULL, "" },
  { "language", KIND_LANGUAGE, EVERYWHERE, FIELD (language), 0, 64, NULL, "" },
  { "system-instruction", KIND_TEXT, EVERYWHERE, FIELD (system_instruction), 0,
    LV_SYSTEM_INSTRUCTION_MAX, NULL, LV_SYSTEM_INSTRUCTION_DEFAULT },
  { "modalities", KIND_MODALITIES, EVERYWHERE, FIELD (speak), 0, 0, NULL, "audio;text" },
  { "turn-detection", KIND_ENUM, EVERYWHERE, FIELD (turn_detection), 0, 0, "auto|manual", "auto" },
  { "start-sensitivity", KIND_ENUM, EVERYWHERE, FIELD (start_sensitivity), 0, 0, "default|low|high",
    "default" },
  { "end-sensitivity", KIND_ENUM, EVERYWHERE, FIELD (end_sensitivity), 0, 0, "default|low|high",
    "default" },
  { "prefix-padding-ms", KIND_INTEGER, EVERYWHERE, FIELD (prefix_padding_ms), -1, 5000, NULL,
    "-1" },
  { "silence-duration-ms", KIND_INTEGER, EVERYWHERE, FIELD (silence_duration_ms), -1, 10000, NULL,
    "-1" },
  { "barge-in", KIND_BOOLEAN, EVERYWHERE, FIELD (barge_in), 0, 0, NULL, "true" },
  { "audio", KIND_ENUM, EVERYWHERE, FIELD (audio), 0, 0, "pipewire|none", "pipewire" },
  { "input-device", KIND_STRING, EVERYWHERE, FIELD (input_device), 0, 256, NULL, "" },
  { "output-device", KIND_STRING, EVERYWHERE, FIELD (output_device), 0, 256, NULL, "" },
  { "transcripts", KIND_BOOLEAN, EVERYWHERE, FIELD (transcripts), 0, 0, NULL, "true" },
  { "google-search", KIND_BOOLEAN, EVERYWHERE, FIELD (google_search), 0, 0, NULL, "false" },
  { "thinking-level", KIND_WORD, EVERYWHERE, FIELD (thinking_level), 0, 0,
    "|minimal|low|medium|high", "" },
  { "linger", KIND_INTEGER, IN_OPTIONS, FIELD (linger_s), 0, LV_LINGER_MAX_S, NULL, "0" },
  { "resume", KIND_STRING, IN_OPTIONS, FIELD (resume), 0, LV_RESUME_MAX, NULL, "" },
  { "setup", KIND_TEXT, IN_OPTIONS, FIELD (setup), 0, LV_SETUP_MAX, NULL, "" },
};

static gboolean
is_string (const Key *key)
{
  return key->kind <= KIND_ENDPOINT;
}

static char **
string_field (LvProfile *profile, const Key *key)
{
  return G_STRUCT_MEMBER_P (profile, key->offset);
}

static int *
int_field (LvProfile *profile, const Key *key)
{
  return G_STRUCT_MEMBER_P (profile, key->offset);
}

static const Key *
find_key (const char *name, Place place)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if ((keys[i].places & place) != 0 && g_str_equal (keys[i].name, name))
      return &keys[i];
  return NULL;
}

static int
find_word (const Key *key, const char *word)
{
  g_auto (GStrv) words = g_strsplit (key->words, "|", -1);

  for (int i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], word))
      return i;
  return -1;
}

static char *
describe_words (const Key *key)
{
  g_auto (GStrv) words = g_strsplit (key->words, "|", -1);
  g_autofree char *list = g_strjoinv ("\", \"", words);

  return g_strdup_printf ("one of \"%s\"", list);
}

static char *
describe (const Key *key)
{
  g_autofree char *words = key->words != NULL ? describe_words (key) : NULL;

  switch (key->kind)
    {
    case KIND_STRING:
      return g_strdup_printf ("one line of text of at most %d bytes", key->max);
    case KIND_TEXT:
      return g_strdup_printf ("text of at most %d bytes", key->max);
    case KIND_LANGUAGE:
      return g_strdup_printf ("a BCP 47 tag such as de-DE of at most %d bytes, or empty", key->max);
    case KIND_ENDPOINT:
      return g_strdup_printf ("%s, or a ws:// or wss:// URL of at most %d bytes", words, key->max);
    case KIND_INTEGER:
      return g_strdup_printf ("a whole number from %d to %d", key->min, key->max);
    case KIND_BOOLEAN:
      return g_strdup ("true or false");
    case KIND_MODALITIES:
      return g_strdup ("a list of \"audio\" and \"text\", each at most once");
    case KIND_WORD:
    case KIND_ENUM:
    default:
      return g_steal_pointer (&words);
    }
}

static gboolean
refuse (const Key *key, GError **error)
{
  g_autofree char *expected = describe (key);

  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%s' must be %s", key->name, expected);
  return FALSE;
}

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
is_language (const char *text)
{
  return *text == '\0' || g_regex_match_simple ("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", text,
                                                G_REGEX_DOLLAR_ENDONLY, 0);
}

static gboolean
is_url (const char *text)
{
  return g_str_has_prefix (text, "ws://") || g_str_has_prefix (text, "wss://");
}

static gboolean
is_valid_string (const Key *key, const char *text)
{
  switch (key->kind)
    {
    case KIND_WORD:
      return find_word (key, text) >= 0;
    case KIND_ENDPOINT:
      return find_word (key, text) >= 0 || (is_url (text) && is_clean (text, key->max, FALSE));
    case KIND_LANGUAGE:
      return is_clean (text, key->max, FALSE) && is_language (text);
    default:
      return is_clean (text, key->max, key->kind == KIND_TEXT);
    }
}

static gboolean
check_url (const Key *key, const char *text, GError **error)
{
  g_autoptr (GUri) uri = lv_endpoint_url_parse (text, error);

  if (uri == NULL)
    g_prefix_error (error, "'%s': ", key->name);
  return uri != NULL;
}

static gboolean
set_string (LvProfile *profile, const Key *key, const char *text, GError **error)
{
  if (!is_valid_string (key, text))
    return refuse (key, error);
  if (key->kind == KIND_ENDPOINT && is_url (text) && !check_url (key, text, error))
    return FALSE;
  g_free (*string_field (profile, key));
  *string_field (profile, key) = g_strdup (text);
  return TRUE;
}

static gboolean
set_enum (LvProfile *profile, const Key *key, const char *text, GError **error)
{
  int index = find_word (key, text);

  if (index < 0)
    return refuse (key, error);
  *int_field (profile, key) = index;
  return TRUE;
}

static gboolean
set_integer (LvProfile *profile, const Key *key, gint64 value, GError **error)
{
  if (value < key->min || value > key->max)
    return refuse (key, error);
  *int_field (profile, key) = (int) value;
  return TRUE;
}

static gboolean
set_modalities (LvProfile *profile, const Key *key, const char *const *words, GError **error)
{
  guint audio = 0;
  guint text = 0;

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], "audio"))
      audio++;
    else if (g_str_equal (words[i], "text"))
      text++;
    else
      return refuse (key, error);

  if (audio > 1 || text > 1 || audio + text == 0)
    return refuse (key, error);
  *int_field (profile, key) = audio > 0;
  return TRUE;
}

static gboolean
set_integer_text (LvProfile *profile, const Key *key, const char *text, GError **error)
{
  gint64 value;

  if (!g_ascii_string_to_signed (text, 10, G_MININT, G_MAXINT, &value, NULL))
    return refuse (key, error);
  return set_integer (profile, key, value, error);
}

static gboolean
set_boolean_text (LvProfile *profile, const Key *key, const char *text, GError **error)
{
  gboolean value = g_str_equal (text, "true");

  if (!value && !g_str_equal (text, "false"))
    return refuse (key, error);
  *int_field (profile, key) = value;
  return TRUE;
}

/* A list in a key file may end with its separator. */
static gboolean
set_modalities_text (LvProfile *profile, const Key *key, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ";", -1);
  guint n = g_strv_length (words);

  for (guint i = 0; i < n; i++)
    g_strstrip (words[i]);
  if (n > 1 && *words[n - 1] == '\0')
    g_clear_pointer (&words[n - 1], g_free);
  return set_modalities (profile, key, (const char *const *) words, error);
}

static gboolean
set_text (LvProfile *profile, const Key *key, const char *text, GError **error)
{
  switch (key->kind)
    {
    case KIND_ENUM:
      return set_enum (profile, key, text, error);
    case KIND_INTEGER:
      return set_integer_text (profile, key, text, error);
    case KIND_BOOLEAN:
      return set_boolean_text (profile, key, text, error);
    case KIND_MODALITIES:
      return set_modalities_text (profile, key, text, error);
    default:
      return set_string (profile, key, text, error);
    }
}

static gboolean
refuse_type (const Key *key, GVariant *value, const char *type, GError **error)
{
  g_autofree char *expected = describe (key);

  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%s' has type '%s', expected '%s': %s",
               key->name, g_variant_get_type_string (value), type, expected);
  return FALSE;
}

/* Signed where a negative value means something. */
static gboolean
set_integer_variant (LvProfile *profile, const Key *key, GVariant *value, GError **error)
{
  const char *type = key->min < 0 ? "i" : "u";
  gint64 number;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (type)))
    return refuse_type (key, value, type, error);
  if (key->min < 0)
    number = g_variant_get_int32 (value);
  else
    number = g_variant_get_uint32 (value);
  return set_integer (profile, key, number, error);
}

static gboolean
set_boolean_variant (LvProfile *profile, const Key *key, GVariant *value, GError **error)
{
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return refuse_type (key, value, "b", error);
  *int_field (profile, key) = g_variant_get_boolean (value);
  return TRUE;
}

static gboolean
set_modalities_variant (LvProfile *profile, const Key *key, GVariant *value, GError **error)
{
  g_autofree const char **words = NULL;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    return refuse_type (key, value, "as", error);
  words = g_variant_get_strv (value, NULL);
  return set_modalities (profile, key, words, error);
}

static gboolean
set_variant (LvProfile *profile, const Key *key, GVariant *value, GError **error)
{
  switch (key->kind)
    {
    case KIND_INTEGER:
      return set_integer_variant (profile, key, value, error);
    case KIND_BOOLEAN:
      return set_boolean_variant (profile, key, value, error);
    case KIND_MODALITIES:
      return set_modalities_variant (profile, key, value, error);
    default:
      if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        return refuse_type (key, value, "s", error);
      return set_text (profile, key, g_variant_get_string (value, NULL), error);
    }
}

LvProfile *
lv_profile_new (const char *name)
{
  LvProfile *profile = g_new0 (LvProfile, 1);

  profile->name = g_strdup (name);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (!set_text (profile, &keys[i], keys[i].initial, NULL))
      g_assert_not_reached ();
  return profile;
}

LvProfile *
lv_profile_copy (const LvProfile *profile)
{
  LvProfile *copy = g_memdup2 (profile, sizeof *profile);

  copy->name = g_strdup (profile->name);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (is_string (&keys[i]))
      *string_field (copy, &keys[i]) = g_strdup (*string_field (copy, &keys[i]));
  return copy;
}

void
lv_profile_free (LvProfile *profile)
{
  g_free (profile->name);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (is_string (&keys[i]))
      g_free (*string_field (profile, &keys[i]));
  g_free (profile);
}

static char *
list_keys (Place place)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if ((keys[i].places & place) != 0)
      g_ptr_array_add (names, (gpointer) keys[i].name);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

static gboolean
refuse_unknown (const char *name, Place place, GError **error)
{
  g_autofree char *known = list_keys (place);

  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%.64s' is not known; known are: %s", name,
               known);
  return FALSE;
}

gboolean
lv_profile_set_from_text (LvProfile *profile, const char *key_name, const char *text,
                          GError **error)
{
  const Key *key = find_key (key_name, IN_FILE);

  if (key == NULL)
    return refuse_unknown (key_name, IN_FILE, error);
  return set_text (profile, key, text, error);
}

static gboolean
apply_option (LvProfile *profile, const char *name, GVariant *value, guint32 *seen, GError **error)
{
  gboolean required = *name == '!';
  const Key *key = find_key (name + required, IN_OPTIONS);
  guint32 bit;

  if (key == NULL)
    return required ? refuse_unknown (name, IN_OPTIONS, error) : TRUE;

  bit = 1u << (key - keys);
  if (*seen & bit)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%s' is given twice", key->name);
      return FALSE;
    }
  *seen |= bit;
  return set_variant (profile, key, value, error);
}

gboolean
lv_profile_apply_options (LvProfile *profile, GVariant *options, GError **error)
{
  g_autoptr (LvProfile) changed = lv_profile_copy (profile);
  LvProfile old = *profile;
  GVariantIter iter;
  const char *name;
  GVariant *value;
  guint32 seen = 0;

  G_STATIC_ASSERT (G_N_ELEMENTS (keys) <= 32);
  g_return_val_if_fail (g_variant_is_of_type (options, G_VARIANT_TYPE_VARDICT), FALSE);

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    if (!apply_option (changed, name, value, &seen, error))
      {
        g_variant_unref (value);
        return FALSE;
      }

  *profile = *changed;
  *changed = old;
  return TRUE;
}
