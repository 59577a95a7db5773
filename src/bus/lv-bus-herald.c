/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-herald.h"

#include "base/lv-names.h"
#include "base/lv-rate.h"
#include "bus/lv-bus-backlog.h"
#include "bus/lv-bus-captions.h"

struct _LvBusHerald {
  GObject parent_instance;

  LvSession *session;
  LvBusOutbox *outbox;
  LvBusAudience *audience;
  LvBusCaptions *captions;
  LvRate *levels;
  LvBusBacklog *backlog; /* what is said while nobody may read it */
};

enum { TOLD, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvBusHerald, lv_bus_herald, G_TYPE_OBJECT)

static GVariant *
get_last_error (LvBusHerald *self)
{
  const GError *error = lv_session_get_last_error (self->session);

  if (error == NULL)
    return g_variant_new ("(ss)", "", "");
  return g_variant_new ("(ss)", lv_error_to_bus_name (error), error->message);
}

static GVariant *
get_state (LvBusHerald *self)
{
  return g_variant_new_string (lv_state_to_nick (lv_session_get_state (self->session)));
}

static GVariant *
get_muted (LvBusHerald *self)
{
  return g_variant_new_boolean (lv_session_get_muted (self->session));
}

static GVariant *
get_microphone_active (LvBusHerald *self)
{
  return g_variant_new_boolean (lv_session_get_microphone_active (self->session));
}

static GVariant *
get_owner_app (LvBusHerald *self)
{
  return g_variant_new_string (lv_session_get_owner_app (self->session));
}

static GVariant *
get_model (LvBusHerald *self)
{
  return g_variant_new_string (lv_session_get_model (self->session));
}

/* @what: in "changed" of LvSession. */
static const struct {
  const char *name;
  const char *what;
  GVariant *(*get) (LvBusHerald *);
} properties[] = {
  { "State", "state", get_state },
  { "Muted", "muted", get_muted },
  { "MicrophoneActive", "microphone-active", get_microphone_active },
  { "LastError", "error", get_last_error },
  { "Model", "model", get_model },
  { "OwnerApp", "owner-app", get_owner_app },
};

GVariant *
lv_bus_herald_get_property (LvBusHerald *self, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    if (g_str_equal (properties[i].name, name))
      return properties[i].get (self);
  g_return_val_if_reached (NULL);
}

static void
send (LvBusHerald *self, LvTopics topics, const char *signal, GVariant *arguments)
{
  g_autoptr (GPtrArray) names = lv_bus_audience_list (self->audience, topics);

  for (guint i = 0; i < names->len; i++)
    lv_bus_outbox_emit (self->outbox, names->pdata[i], lv_session_get_path (self->session),
                        LV_SESSION_INTERFACE, signal, arguments);
  g_signal_emit (self, signals[TOLD], 0, topics, signal, arguments);
}

static void
send_held (LvBusHerald *self)
{
  LvBusLetter *letter;

  while ((letter = lv_bus_backlog_pop (self->backlog)) != NULL)
    {
      g_autoptr (LvBusLetter) owned = letter;

      send (self, owned->topics, owned->signal, owned->arguments);
    }
}

/* Whose desktop it is may read what its conversation says, not who stands before the locked screen;
 * applications know what their own conversations are for. */
static gboolean
is_secret (LvBusHerald *self)
{
  return lv_session_get_owner (self->session) == NULL &&
         lv_session_get_hold (self->session) != LV_PAUSE_NONE;
}

gboolean
lv_bus_herald_check_open (LvBusHerald *self, GError **error)
{
  if (!is_secret (self))
    return TRUE;
  g_set_error_literal (error, LV_ERROR, LV_ERROR_LOCKED,
                       "What is said is told again when the screen is unlocked");
  return FALSE;
}

static void
emit (LvBusHerald *self, LvTopics topics, const char *signal, GVariant *arguments)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (arguments);

  if (is_secret (self) && topics != LV_TOPIC_ANY && topics & LV_TOPICS_SECRET)
    lv_bus_backlog_push (self->backlog,
                         lv_bus_letter_new (NULL, topics, lv_session_get_path (self->session),
                                            LV_SESSION_INTERFACE, signal, sunk));
  else
    send (self, topics, signal, sunk);
}

static void
emit_property_to (LvBusHerald *self, const char *destination, const char *property)
{
  lv_bus_outbox_emit_property (self->outbox, destination, lv_session_get_path (self->session),
                               LV_SESSION_INTERFACE, property,
                               lv_bus_herald_get_property (self, property));
}

static void
tell_property (LvBusHerald *self, const char *property)
{
  GVariantBuilder changed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) arguments = NULL;

  g_variant_builder_add (&changed, "{sv}", property, lv_bus_herald_get_property (self, property));
  arguments = g_variant_ref_sink (g_variant_new ("(a{sv})", &changed));
  g_signal_emit (self, signals[TOLD], 0, LV_TOPIC_STATE, "PropertiesChanged", arguments);
}

/* Of the default session everybody hears, of a private one its owner and who asked for it. */
static void
emit_property (LvBusHerald *self, const char *property)
{
  const char *owner = lv_session_get_owner (self->session);
  g_autoptr (GPtrArray) names = NULL;

  emit_property_to (self, owner, property);
  tell_property (self, property);
  if (owner == NULL)
    return;
  names = lv_bus_audience_list (self->audience, LV_TOPIC_STATE);
  for (guint i = 0; i < names->len; i++)
    if (!g_str_equal (names->pdata[i], owner))
      emit_property_to (self, names->pdata[i], property);
}

static void
on_session_changed (LvSession *session, const char *what, LvBusHerald *self)
{
  if (!is_secret (self))
    send_held (self);
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    if (g_str_equal (properties[i].what, what))
      emit_property (self, properties[i].name);
}

static void
send_caption (const LvTranscriptItem *item, gpointer user_data)
{
  emit (user_data, LV_TOPIC_TRANSCRIPT, "Transcript",
        g_variant_new ("(ussb)", item->id, lv_role_to_nick (item->role), item->text, item->final));
}

static void
on_session_transcript (LvSession *session, const LvTranscriptItem *item, LvBusHerald *self)
{
  lv_bus_captions_push (self->captions, item);
}

static void
on_session_interrupted (LvSession *session, guint item, LvBusHerald *self)
{
  emit (self, LV_TOPIC_TRANSCRIPT, "Interrupted", g_variant_new ("(u)", item));
}

static void
on_session_detail (LvSession *session, guint item, const char *kind, GVariant *detail,
                   LvBusHerald *self)
{
  emit (self, LV_TOPIC_DETAILS, "TurnDetail", g_variant_new ("(us@a{sv})", item, kind, detail));
}

static void
add_tokens (GVariantBuilder *usage, const char *what, const guint *tokens)
{
  for (LvModality modality = 0; modality < LV_N_MODALITIES; modality++)
    {
      g_autofree char *key = g_strdup_printf ("%s-%s", what, lv_modality_to_nick (modality));

      if (tokens[modality] > 0)
        g_variant_builder_add (usage, "{su}", key, tokens[modality]);
    }
}

static GVariant *
make_usage (const LvUsage *usage)
{
  GVariantBuilder tokens = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{su}"));

  add_tokens (&tokens, "prompt", usage->prompt);
  add_tokens (&tokens, "response", usage->response);
  add_tokens (&tokens, "cached", usage->cached);
  add_tokens (&tokens, "tool-prompt", usage->tool_prompt);
  if (usage->thought_tokens > 0)
    g_variant_builder_add (&tokens, "{su}", "thoughts", usage->thought_tokens);
  return g_variant_builder_end (&tokens);
}

static GVariant *
make_turn_info (const char *reason, const LvUsage *usage)
{
  GVariantBuilder info = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (reason != NULL)
    g_variant_builder_add (&info, "{sv}", "reason", g_variant_new_string (reason));
  if (usage != NULL)
    {
      g_variant_builder_add (&info, "{sv}", "prompt-tokens",
                             g_variant_new_uint32 (usage->prompt_tokens));
      g_variant_builder_add (&info, "{sv}", "response-tokens",
                             g_variant_new_uint32 (usage->response_tokens));
      g_variant_builder_add (&info, "{sv}", "total-tokens",
                             g_variant_new_uint32 (usage->total_tokens));
      g_variant_builder_add (&info, "{sv}", "usage", make_usage (usage));
    }
  return g_variant_builder_end (&info);
}

static void
on_session_turn_complete (LvSession *session, guint turn, const char *reason, const LvUsage *usage,
                          LvBusHerald *self)
{
  emit (self, LV_TOPIC_TRANSCRIPT | LV_TOPIC_STATE, "TurnComplete",
        g_variant_new ("(u@a{sv})", turn, make_turn_info (reason, usage)));
}

static void
on_session_tool_started (LvSession *session, const char *call_id, const char *tool,
                         LvBusHerald *self)
{
  emit (self, LV_TOPIC_TOOLS, "ToolStarted", g_variant_new ("(ssa{sv})", call_id, tool, NULL));
}

static void
on_session_tool_finished (LvSession *session, const char *call_id, const char *tool,
                          LvOutcome outcome, LvBusHerald *self)
{
  GVariantBuilder details = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&details, "{sv}", "tool", g_variant_new_string (tool));
  emit (self, LV_TOPIC_TOOLS, "ToolFinished",
        g_variant_new ("(ssa{sv})", call_id, lv_outcome_to_nick (outcome), &details));
}

static void
on_session_levels (LvSession *session, double input, double output, LvBusHerald *self)
{
  if (lv_rate_take (self->levels, g_get_monotonic_time ()))
    emit (self, LV_TOPIC_LEVELS, "Levels", g_variant_new ("(dd)", input, output));
}

static void
on_session_warning (LvSession *session, const char *code, const char *message, GVariant *details,
                    LvBusHerald *self)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (details);

  if (message != NULL)
    g_variant_dict_insert (&dict, "message", "s", message);
  emit (self, LV_TOPIC_WARNINGS, "Warning",
        g_variant_new ("(s@a{sv})", code, g_variant_dict_end (&dict)));
}

void
lv_bus_herald_announce_closed (LvBusHerald *self, LvCloseReason reason)
{
  const GError *last_error = lv_session_get_last_error (self->session);
  GVariantBuilder details = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (last_error != NULL)
    {
      g_variant_builder_add (&details, "{sv}", "error",
                             g_variant_new_string (lv_error_to_bus_name (last_error)));
      g_variant_builder_add (&details, "{sv}", "message",
                             g_variant_new_string (last_error->message));
    }
  lv_bus_captions_flush (self->captions);
  emit (self, LV_TOPIC_ANY, "Closed",
        g_variant_new ("(sa{sv})", lv_close_reason_to_nick (reason), &details));
}

void
lv_bus_herald_announce_dropped (LvBusHerald *self, const char *name)
{
  lv_bus_outbox_emit (self->outbox, name, lv_session_get_path (self->session), LV_SESSION_INTERFACE,
                      "Warning", g_variant_new ("(sa{sv})", "unsubscribed", NULL));
}

static void
on_session_closed (LvSession *session, LvCloseReason reason, LvBusHerald *self)
{
  lv_bus_herald_announce_closed (self, reason);
}

static void
lv_bus_herald_finalize (GObject *object)
{
  LvBusHerald *self = LV_BUS_HERALD (object);

  lv_bus_captions_free (self->captions);
  lv_bus_backlog_free (self->backlog);
  lv_bus_audience_free (self->audience);
  lv_rate_free (self->levels);
  g_object_unref (self->session);
  g_object_unref (self->outbox);
  G_OBJECT_CLASS (lv_bus_herald_parent_class)->finalize (object);
}

static void
lv_bus_herald_class_init (LvBusHeraldClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_bus_herald_finalize;
  signals[TOLD] = g_signal_new ("told", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_STRING, G_TYPE_VARIANT);
}

static void
lv_bus_herald_init (LvBusHerald *self)
{
  self->audience = lv_bus_audience_new ();
  self->captions = lv_bus_captions_new (send_caption, self);
  self->backlog = lv_bus_backlog_new ();
  self->levels = lv_rate_new (LV_BUS_LEVELS_PER_SECOND, G_USEC_PER_SEC);
}

static void
connect_session (LvBusHerald *self)
{
  static const struct {
    const char *signal;
    GCallback handler;
  } handlers[] = {
    { "changed", G_CALLBACK (on_session_changed) },
    { "transcript", G_CALLBACK (on_session_transcript) },
    { "interrupted", G_CALLBACK (on_session_interrupted) },
    { "turn-complete", G_CALLBACK (on_session_turn_complete) },
    { "detail", G_CALLBACK (on_session_detail) },
    { "tool-started", G_CALLBACK (on_session_tool_started) },
    { "tool-finished", G_CALLBACK (on_session_tool_finished) },
    { "levels", G_CALLBACK (on_session_levels) },
    { "warning", G_CALLBACK (on_session_warning) },
    { "closed", G_CALLBACK (on_session_closed) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (self->session, handlers[i].signal, handlers[i].handler, self, 0);
}

LvBusHerald *
lv_bus_herald_new (LvSession *session, LvBusOutbox *outbox)
{
  LvBusHerald *self = g_object_new (LV_TYPE_BUS_HERALD, NULL);

  self->session = g_object_ref (session);
  self->outbox = g_object_ref (outbox);
  connect_session (self);
  return self;
}

LvBusAudience *
lv_bus_herald_get_audience (LvBusHerald *self)
{
  return self->audience;
}
