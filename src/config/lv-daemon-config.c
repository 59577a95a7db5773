/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-daemon-config.h"

#include "base/lv-error.h"

#define MS_MIN 10
#define MS_MAX 600000
#define LINK_MS_MIN 3000 /* a ping and its answer fit in */
#define TURNS_MAX 1000
#define TOKENS_MAX 2000000000
#define DAY_S (24 * 3600)
#define MAX_WORDS 4

const LvDaemonConfig lv_daemon_config_default = {
  .lock_policy = LV_LOCK_POLICY_PAUSE,
  .shared_tools = LV_SHARED_TOOLS_ALLOW,
  .link = { .max_age_s = 540, .park_after_s = 300, .steady_after_ms = 30000 },
  .watchdogs = { .setup_ms = 15000,
                 .reply_ms = 10000,
                 .turn_ms = 30000,
                 .empty_ms = 3000,
                 .ignored_ms = 8000,
                 .link_ms = 32000,
                 .cut_turns = 1,
                 .rejected_turns = 3,
                 .hushed_turns = 1,
                 .repeats = 4,
                 .tool_calls = 16 },
};

typedef struct {
  const char *group;
  const char *name;
  gsize offset;                 /* of an int or a guint in LvDaemonConfig */
  const char *words[MAX_WORDS]; /* by value of the enumeration; none: a number */
  guint min, max;               /* of a number, which may also be 0 */
} Key;

#define WORD(group, name, member, ...)                                                             \
  {                                                                                                \
    group, name, G_STRUCT_OFFSET (LvDaemonConfig, member), { __VA_ARGS__ }, 0, 0                   \
  }
#define NUMBER(group, name, member, min, max)                                                      \
  {                                                                                                \
    group, name, G_STRUCT_OFFSET (LvDaemonConfig, member), { NULL }, min, max                      \
  }

/* An enumeration of words has the size of an int. */
static const Key keys[] = {
  WORD ("daemon", "lock-policy", lock_policy, "pause", "end", "ignore"),
  WORD ("daemon", "keep-conversation", keep_conversation, "true", "false"),
  WORD ("tools", "shared", shared_tools, "allow", "deny"),
  NUMBER ("link", "max-age-s", link.max_age_s, 1, DAY_S),
  NUMBER ("link", "park-after-s", link.park_after_s, 1, DAY_S),
  NUMBER ("link", "steady-after-ms", link.steady_after_ms, 1, MS_MAX),
  NUMBER ("watchdogs", "setup-ms", watchdogs.setup_ms, MS_MIN, MS_MAX),
  NUMBER ("watchdogs", "reply-ms", watchdogs.reply_ms, MS_MIN, MS_MAX),
  NUMBER ("watchdogs", "turn-ms", watchdogs.turn_ms, MS_MIN, MS_MAX),
  NUMBER ("watchdogs", "empty-ms", watchdogs.empty_ms, MS_MIN, MS_MAX),
  NUMBER ("watchdogs", "ignored-ms", watchdogs.ignored_ms, MS_MIN, MS_MAX),
  NUMBER ("watchdogs", "link-ms", watchdogs.link_ms, LINK_MS_MIN, MS_MAX),
  NUMBER ("watchdogs", "cut-turns", watchdogs.cut_turns, 1, TURNS_MAX),
  NUMBER ("watchdogs", "rejected-turns", watchdogs.rejected_turns, 1, TURNS_MAX),
  NUMBER ("watchdogs", "hushed-turns", watchdogs.hushed_turns, 1, TURNS_MAX),
  NUMBER ("watchdogs", "repeats", watchdogs.repeats, 2, TURNS_MAX),
  NUMBER ("watchdogs", "tool-calls", watchdogs.tool_calls, 1, TURNS_MAX),
  NUMBER ("budget", "session-tokens", budget.session_tokens, 1, TOKENS_MAX),
  NUMBER ("budget", "session-minutes", budget.session_minutes, 1, TOKENS_MAX),
  NUMBER ("budget", "day-tokens", budget.day_tokens, 1, TOKENS_MAX),
  NUMBER ("budget", "day-cost-cents", budget.day_cost_cents, 1, TOKENS_MAX),
};

G_STATIC_ASSERT (sizeof (LvLockPolicy) == sizeof (int) && sizeof (LvKeeping) == sizeof (int) &&
                 sizeof (LvSharedTools) == sizeof (int));

gboolean
lv_daemon_config_has (const char *group)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, group))
      return TRUE;
  return FALSE;
}

static gboolean
refuse_key (const char *group, const char *key, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, group))
      g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", keys[i].name);
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%.64s' is not known; known is: %s", key,
               known->str);
  return FALSE;
}

static gboolean
set_word (LvDaemonConfig *config, const Key *key, const char *text, GError **error)
{
  g_autofree char *expected = NULL;

  for (int i = 0; key->words[i] != NULL; i++)
    if (g_str_equal (key->words[i], text))
      {
        G_STRUCT_MEMBER (int, config, key->offset) = i;
        return TRUE;
      }
  expected = g_strjoinv ("\", \"", (GStrv) key->words);
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%s' must be one of \"%s\"", key->name,
               expected);
  return FALSE;
}

static gboolean
set_number (LvDaemonConfig *config, const Key *key, const char *text, GError **error)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 0, key->max, &value, NULL) ||
      (value > 0 && value < key->min))
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%s' must be 0 or from %u to %u",
                   key->name, key->min, key->max);
      return FALSE;
    }
  G_STRUCT_MEMBER (guint, config, key->offset) = (guint) value;
  return TRUE;
}

gboolean
lv_daemon_config_set (LvDaemonConfig *config, const char *group, const char *key, const char *text,
                      GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, group) && g_str_equal (keys[i].name, key))
      return keys[i].words[0] != NULL ? set_word (config, &keys[i], text, error)
                                      : set_number (config, &keys[i], text, error);
  return refuse_key (group, key, error);
}
