/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-redact.h"

#include "base/lv-base64.h"
#include "protocol/lv-json-writer.h"
#include "protocol/lv-json.h"
#include "protocol/lv-message.h"
#include "protocol/lv-sound-json.h"

#include <string.h>

/* What looks like a key, wherever it stands. */
#define SECRET_PATTERN                                                                             \
  "AIza[0-9A-Za-z_-]{20,}|AQ\\.[0-9A-Za-z_-]{20,}|ya29\\.[0-9A-Za-z._-]+|"                         \
  "auth_tokens/[0-9A-Za-z_-]+|eyJ[0-9A-Za-z_-]{8,}\\.[0-9A-Za-z._-]+|"                             \
  "(?i:bearer|basic) +[0-9A-Za-z._~+/=-]{8,}|[sg]h?[kp][-_][0-9A-Za-z_-]{20,}|"                    \
  "(?i:key|token|secret|password)=[^\\s&\"']+|-----BEGIN [^-]+-----[^-]*(-----END [^-]+-----)?"
#define NAME_PATTERN                                                                               \
  "(/home|/Users|/run/user|/media|\\\\Users)[/\\\\][^/\\\\\\s\"']+|(://)[^/\\s@]+@"

struct _LvRedactor {
  gboolean texts;
  gboolean sound;
  GRegex *secrets;
  GRegex *names;
  guint counts[LV_N_REMOVED];
};

/* How a member is to be treated, and all below it. */
typedef enum {
  AS_TEXT,   /* strings are somebody's words, members are fields of the protocol */
  AS_KEPT,   /* a word of the protocol, or a number */
  AS_DATA,   /* made up by an application: whatever is in it is its own */
  AS_RESULT, /* likewise, and so are the names of its members */
  AS_SECRET,
  AS_RESOURCE, /* a path, of which the last name is no secret */
  AS_SENTENCE, /* for the user, in words of ours */
} Treatment;

typedef struct {
  const char *name;
  Treatment treatment;
} Rule;

static const Rule frame_rules[] = {
  { "role", AS_KEPT },
  { "mimeType", AS_KEPT },
  { "name", AS_KEPT },
  { "id", AS_KEPT },
  { "ids", AS_KEPT },
  { "type", AS_KEPT },
  { "format", AS_KEPT },
  { "required", AS_KEPT },
  { "voiceName", AS_KEPT },
  { "voice", AS_KEPT },
  { "language", AS_KEPT },
  { "languageCode", AS_KEPT },
  { "languageCodes", AS_KEPT },
  { "targetLanguageCode", AS_KEPT },
  { "responseModalities", AS_KEPT },
  { "modality", AS_KEPT },
  { "behavior", AS_KEPT },
  { "scheduling", AS_KEPT },
  { "turnCoverage", AS_KEPT },
  { "activityHandling", AS_KEPT },
  { "startOfSpeechSensitivity", AS_KEPT },
  { "endOfSpeechSensitivity", AS_KEPT },
  { "mediaResolution", AS_KEPT },
  { "thinkingLevel", AS_KEPT },
  { "category", AS_KEPT },
  { "threshold", AS_KEPT },
  { "turnCompleteReason", AS_KEPT },
  { "interactionStatus", AS_KEPT },
  { "speechState", AS_KEPT },
  { "vadSignalType", AS_KEPT },
  { "voiceActivityType", AS_KEPT },
  { "timeLeft", AS_KEPT },
  { "audioOffset", AS_KEPT },
  { "startOffset", AS_KEPT },
  { "endOffset", AS_KEPT },
  { "status", AS_KEPT },
  { "outcome", AS_KEPT },
  { "urlRetrievalStatus", AS_KEPT },
  { "trafficType", AS_KEPT },
  { "serviceTier", AS_KEPT },
  { "args", AS_DATA },
  { "labels", AS_DATA },
  { "response", AS_RESULT },
  { "headers", AS_SECRET },
  { "handle", AS_SECRET },
  { "newHandle", AS_SECRET },
  { "signature", AS_SECRET },
  { "thoughtSignature", AS_SECRET },
  { "sessionId", AS_SECRET },
  { "model", AS_RESOURCE },
};

static const Rule event_rules[] = {
  { "state", AS_KEPT },  { "from", AS_KEPT },    { "to", AS_KEPT },          { "event", AS_KEPT },
  { "code", AS_KEPT },   { "id", AS_KEPT },      { "tool", AS_KEPT },        { "outcome", AS_KEPT },
  { "reason", AS_KEPT }, { "retry", AS_KEPT },   { "kind", AS_KEPT },        { "role", AS_KEPT },
  { "turn", AS_KEPT },   { "item", AS_KEPT },    { "endpoint", AS_KEPT },    { "by", AS_KEPT },
  { "active", AS_KEPT }, { "muted", AS_KEPT },   { "model", AS_RESOURCE },   { "error", AS_KEPT },
  { "bytes", AS_KEPT },  { "numbers", AS_KEPT }, { "message", AS_SENTENCE },
};

/* The ends of names, without '-' and '_', that say what they are in any object of anybody. */
static const char *const secret_names[] = {
  "apikey", "token",  "authorization", "password",   "passwd",      "passphrase",
  "secret", "cookie", "credential",    "privatekey", "credentials",
};

static const char *const removed_nicks[LV_N_REMOVED] = {
  [LV_REMOVED_SECRETS] = "secrets",   [LV_REMOVED_TEXTS] = "texts", [LV_REMOVED_SOUND] = "sound",
  [LV_REMOVED_PICTURES] = "pictures", [LV_REMOVED_NAMES] = "names",
};

static void add_value (LvRedactor *self, GString *json, const char *name, JsonNode *node,
                       Treatment treatment);

/* ---- rules ---- */

/* snake_case is as good on the wire as camelCase. */
static gboolean
is_same_name (const char *name, const char *camel)
{
  for (; *name != '\0'; name++)
    if (*name != '_' && g_ascii_tolower (*name) != g_ascii_tolower (*camel++))
      return FALSE;
  return *camel == '\0';
}

static gboolean
is_secret_name (const char *name)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  for (; *name != '\0'; name++)
    if (*name != '_' && *name != '-')
      g_string_append_c (plain, g_ascii_tolower (*name));
  for (guint i = 0; i < G_N_ELEMENTS (secret_names); i++)
    if (g_str_has_suffix (plain->str, secret_names[i]))
      return TRUE;
  return FALSE;
}

static Treatment
find_treatment (const Rule *rules, guint n_rules, const char *name, Treatment around)
{
  if (around == AS_SECRET || is_secret_name (name))
    return AS_SECRET;
  if (around == AS_DATA || around == AS_RESULT)
    return around;
  for (guint i = 0; i < n_rules; i++)
    if (is_same_name (name, rules[i].name))
      return rules[i].treatment;
  return AS_TEXT;
}

/* ---- strings ---- */

/* @text without what matches; counted. */
static char *
scrub (LvRedactor *self, const char *text)
{
  g_autofree char *safe = NULL;
  char *plain;

  safe = g_regex_replace_literal (self->secrets, text, -1, 0, LV_REDACTED, 0, NULL);
  plain = g_regex_replace (self->names, safe, -1, 0, "\\1\\2/" LV_REDACTED, 0, NULL);
  self->counts[LV_REMOVED_SECRETS] += strcmp (text, safe) != 0;
  self->counts[LV_REMOVED_NAMES] += strcmp (safe, plain) != 0;
  return plain;
}

/* As long as @text, and with the same number of words. */
static char *
cover (const char *text)
{
  GString *covered = g_string_new (NULL);

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (g_unichar_isspace (c))
        g_string_append_unichar (covered, c);
      else
        g_string_append_c (covered, 'x');
    }
  return g_string_free (covered, FALSE);
}

static void
add_text (LvRedactor *self, GString *json, const char *name, const char *text)
{
  g_autofree char *left = self->texts ? scrub (self, text) : cover (text);

  lv_json_add_string (json, name, left);
  self->counts[LV_REMOVED_TEXTS] += !self->texts && *text != '\0';
}

static void
add_resource (LvRedactor *self, GString *json, const char *name, const char *text)
{
  const char *slash = strrchr (text, '/');
  g_autofree char *left = slash != NULL ? g_strconcat ("models", slash, NULL) : g_strdup (text);

  self->counts[LV_REMOVED_NAMES] += strcmp (left, text) != 0;
  lv_json_add_string (json, name, left);
}

static void
add_secret (LvRedactor *self, GString *json, const char *name)
{
  lv_json_add_string (json, name, LV_REDACTED);
  self->counts[LV_REMOVED_SECRETS]++;
}

static void
add_string (LvRedactor *self, GString *json, const char *name, const char *text,
            Treatment treatment)
{
  g_autofree char *scrubbed = NULL;

  switch (treatment)
    {
    case AS_SECRET:
      add_secret (self, json, name);
      break;
    case AS_RESOURCE:
      add_resource (self, json, name, text);
      break;
    case AS_KEPT:
    case AS_SENTENCE:
      scrubbed = scrub (self, text);
      lv_json_add_string (json, name, scrubbed);
      break;
    default:
      add_text (self, json, name, text);
      break;
    }
}

/* ---- data ---- */

/* An object with base64 in it: {"mimeType", "data"}. */
static gboolean
is_blob (JsonObject *object, const char **ret_mime_type)
{
  *ret_mime_type = lv_json_find_string (object, "mimeType");
  if (*ret_mime_type == NULL)
    *ret_mime_type = lv_json_find_string (object, "mime_type");
  return *ret_mime_type != NULL && lv_json_find_string (object, "data") != NULL;
}

static void
add_picture (LvRedactor *self, GString *json, const char *data)
{
  lv_json_add_string (json, "data", "");
  lv_json_add_int (json, "removedBytes", (gint64) lv_base64_decoded_bound (strlen (data)));
  self->counts[LV_REMOVED_PICTURES]++;
}

static void
add_blob (LvRedactor *self, GString *json, const char *name, const char *mime_type,
          const char *data)
{
  guint rate = lv_blob_audio_rate (mime_type, 0);

  lv_json_open (json, name, '{');
  lv_json_add_string (json, "mimeType", mime_type);
  if (rate != 0 && self->sound)
    lv_json_add_string (json, "data", data);
  else if (rate != 0 && lv_sound_json_add_data (json, data, rate))
    self->counts[LV_REMOVED_SOUND]++;
  else
    add_picture (self, json, data);
  lv_json_close (json, '}');
}

/* ---- trees ---- */

static void
add_members (LvRedactor *self, GString *json, JsonObject *object, Treatment around)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  guint n = 0;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      Treatment treatment = find_treatment (frame_rules, G_N_ELEMENTS (frame_rules), name, around);
      g_autofree char *other = NULL;

      n++;
      if (around == AS_RESULT && !self->texts)
        other = g_strdup_printf ("key%u", n);
      add_value (self, json, other != NULL ? other : name, value, treatment);
    }
}

static void
add_object (LvRedactor *self, GString *json, const char *name, JsonObject *object,
            Treatment treatment)
{
  const char *mime_type;

  if (treatment != AS_DATA && treatment != AS_RESULT && is_blob (object, &mime_type))
    {
      add_blob (self, json, name, mime_type, lv_json_find_string (object, "data"));
      return;
    }
  lv_json_open (json, name, '{');
  add_members (self, json, object, treatment);
  lv_json_close (json, '}');
}

static void
add_array (LvRedactor *self, GString *json, const char *name, JsonArray *array, Treatment treatment)
{
  lv_json_open (json, name, '[');
  for (guint i = 0; i < json_array_get_length (array); i++)
    add_value (self, json, NULL, json_array_get_element (array, i), treatment);
  lv_json_close (json, ']');
}

/* A number of an application can be that of a telephone or of an account. */
static void
add_number (LvRedactor *self, GString *json, const char *name, JsonNode *node, Treatment treatment)
{
  gboolean is_own = treatment == AS_DATA || treatment == AS_RESULT;

  if (treatment == AS_SECRET)
    add_secret (self, json, name);
  else if (is_own && !self->texts && !JSON_NODE_HOLDS_NULL (node))
    {
      lv_json_add_raw (json, name,
                       json_node_get_value_type (node) == G_TYPE_BOOLEAN ? "false" : "0");
      self->counts[LV_REMOVED_TEXTS]++;
    }
  else
    lv_json_add_node (json, name, node);
}

/* Recursion as deep as lv_json_parse_frame() lets a tree be. */
static void
add_value (LvRedactor *self, GString *json, const char *name, JsonNode *node, Treatment treatment)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    add_object (self, json, name, json_node_get_object (node), treatment);
  else if (JSON_NODE_HOLDS_ARRAY (node))
    add_array (self, json, name, json_node_get_array (node), treatment);
  else if (lv_json_get_string (node) != NULL)
    add_string (self, json, name, lv_json_get_string (node), treatment);
  else
    add_number (self, json, name, node, treatment);
}

void
lv_redactor_add_frame (LvRedactor *self, GString *json, const char *name, JsonNode *root)
{
  add_value (self, json, name, root, AS_TEXT);
}

void
lv_redactor_add_event (LvRedactor *self, GString *json, const char *name, JsonNode *root)
{
  JsonObjectIter iter;
  const char *member;
  JsonNode *value;

  lv_json_open (json, name, '{');
  json_object_iter_init_ordered (&iter, json_node_get_object (root));
  while (json_object_iter_next_ordered (&iter, &member, &value))
    add_value (self, json, member, value,
               find_treatment (event_rules, G_N_ELEMENTS (event_rules), member, AS_TEXT));
  lv_json_close (json, '}');
}

/* ---- life ---- */

guint
lv_redactor_count (LvRedactor *self, LvRemoved removed)
{
  return self->counts[removed];
}

const char *
lv_removed_to_nick (LvRemoved removed)
{
  return removed_nicks[removed];
}

LvRedactor *
lv_redactor_new (gboolean texts, gboolean sound)
{
  LvRedactor *self = g_new0 (LvRedactor, 1);

  self->texts = texts;
  self->sound = sound;
  self->secrets = g_regex_new (SECRET_PATTERN, G_REGEX_OPTIMIZE, 0, NULL);
  self->names = g_regex_new (NAME_PATTERN, G_REGEX_OPTIMIZE, 0, NULL);
  g_assert (self->secrets != NULL && self->names != NULL);
  return self;
}

void
lv_redactor_free (LvRedactor *self)
{
  g_regex_unref (self->secrets);
  g_regex_unref (self->names);
  g_free (self);
}
