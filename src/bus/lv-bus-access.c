/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-access.h"

#include "base/lv-names.h"

#define PROPERTIES_INTERFACE "org.freedesktop.DBus.Properties"
#define INTROSPECTABLE_INTERFACE "org.freedesktop.DBus.Introspectable"

/* Who may call a method of the manager or of the default session. */
typedef enum {
  EVERYONE,     /* any caller whose credentials we have */
  UNSANDBOXED,  /* to converse, one must not be in a sandbox: nobody can ask the user yet */
  OWN_PROGRAMS, /* what costs money, replaces a key or tells what others did: programs of our own
                 * user, and root's */
} PublicRule;

/* Who may call a method of a private session. */
typedef enum {
  OWNER,
  LISTENER, /* the owner, and those with whom he shares the transcript */
} PrivateRule;

typedef struct {
  const char *interface;
  const char *method;
  PublicRule on_public;
  PrivateRule on_private;
} Rule;

static const Rule rules[] = {
  { LV_MANAGER_INTERFACE, "CreateSession", EVERYONE },
  { LV_MANAGER_INTERFACE, "RegisterTools", EVERYONE },
  { LV_MANAGER_INTERFACE, "UnregisterTools", EVERYONE },
  { LV_MANAGER_INTERFACE, "UpdateCall", EVERYONE },
  { LV_MANAGER_INTERFACE, "ListTools", EVERYONE },
  { LV_MANAGER_INTERFACE, "ListSessions", EVERYONE },
  { LV_MANAGER_INTERFACE, "PanicStop", EVERYONE },
  { LV_MANAGER_INTERFACE, "ListModels", EVERYONE },
  { LV_MANAGER_INTERFACE, "ListVoices", EVERYONE },
  { LV_MANAGER_INTERFACE, "ListLanguages", EVERYONE },
  { LV_MANAGER_INTERFACE, "ListDevices", UNSANDBOXED },
  { LV_MANAGER_INTERFACE, "CreateToken", OWN_PROGRAMS },
  { LV_MANAGER_INTERFACE, "SetCredential", OWN_PROGRAMS },
  { LV_MANAGER_INTERFACE, "GetUsage", EVERYONE },

  { LV_SESSION_INTERFACE, "Start", UNSANDBOXED, OWNER },
  { LV_SESSION_INTERFACE, "Stop", EVERYONE, OWNER },
  { LV_SESSION_INTERFACE, "Toggle", UNSANDBOXED, OWNER },
  { LV_SESSION_INTERFACE, "Close", EVERYONE, OWNER },
  { LV_SESSION_INTERFACE, "Subscribe", UNSANDBOXED, LISTENER },
  { LV_SESSION_INTERFACE, "Unsubscribe", EVERYONE, LISTENER },
  { LV_SESSION_INTERFACE, "GetTranscript", UNSANDBOXED, LISTENER },
  { LV_SESSION_INTERFACE, "GetAudio", UNSANDBOXED, OWNER },
  { LV_SESSION_INTERFACE, "GetHealth", UNSANDBOXED, OWNER },
  { LV_SESSION_INTERFACE, "SetMuted", EVERYONE, OWNER },
  { LV_SESSION_INTERFACE, "StartTalking", UNSANDBOXED, OWNER },
  { LV_SESSION_INTERFACE, "StopTalking", UNSANDBOXED, OWNER },
  { LV_SESSION_INTERFACE, "Interrupt", UNSANDBOXED, OWNER },
  { LV_SESSION_INTERFACE, "SendText", UNSANDBOXED, OWNER },
  { LV_SESSION_INTERFACE, "Configure", UNSANDBOXED, OWNER },
  { LV_SESSION_INTERFACE, "GetResumeToken", UNSANDBOXED, OWNER },

  { LV_MEDIA_INTERFACE, "SendFrame", UNSANDBOXED, OWNER },
  { LV_MEDIA_INTERFACE, "SendImage", UNSANDBOXED, OWNER },
  { LV_MEDIA_INTERFACE, "AttachVideo", UNSANDBOXED, OWNER },
  { LV_MEDIA_INTERFACE, "DetachVideo", UNSANDBOXED, OWNER },
  { LV_MEDIA_INTERFACE, "OpenAudioInput", UNSANDBOXED, OWNER },
  { LV_MEDIA_INTERFACE, "OpenAudioOutput", UNSANDBOXED, OWNER },
  { LV_MEDIA_INTERFACE, "OpenEventStream", UNSANDBOXED, LISTENER },
  { LV_MEDIA_INTERFACE, "WriteReport", OWN_PROGRAMS, OWNER },

  { PROPERTIES_INTERFACE, "Get", EVERYONE, LISTENER },
  { PROPERTIES_INTERFACE, "GetAll", EVERYONE, LISTENER },
  { INTROSPECTABLE_INTERFACE, "Introspect", EVERYONE, OWNER },
};

static const Rule *
find_rule (const char *interface, const char *method)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (g_str_equal (rules[i].interface, interface) && g_str_equal (rules[i].method, method))
      return &rules[i];
  return NULL;
}

static gboolean
is_allowed (const Rule *rule, LvPeer peer, LvObject object)
{
  if (peer == LV_PEER_UNKNOWN)
    return FALSE;

  switch (object)
    {
    case LV_OBJECT_PUBLIC:
      return rule->on_public == EVERYONE || peer == LV_PEER_HOST ||
             (rule->on_public == UNSANDBOXED && peer != LV_PEER_SANDBOXED);
    case LV_OBJECT_OWN:
      return TRUE;
    case LV_OBJECT_SHARED:
      return rule->on_private == LISTENER;
    case LV_OBJECT_FOREIGN:
    default:
      return FALSE;
    }
}

gboolean
lv_bus_access_check (LvPeer peer, LvObject object, const char *interface, const char *method,
                     GError **error)
{
  const Rule *rule = find_rule (interface, method);

  if (rule != NULL && is_allowed (rule, peer, object))
    return TRUE;

  if (object == LV_OBJECT_FOREIGN || (object == LV_OBJECT_SHARED && rule != NULL))
    g_set_error (error, LV_ERROR, LV_ERROR_NOT_OWNER,
                 "The session belongs to another connection; make your own with CreateSession");
  else if (peer == LV_PEER_UNKNOWN)
    g_set_error (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                 "Cannot tell who is calling; %s is refused", method);
  else if (rule != NULL && rule->on_public == OWN_PROGRAMS)
    g_set_error (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                 "%s is for programs of the daemon's own user outside a sandbox", method);
  else
    g_set_error (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                 "A sandboxed app may not call %s on the default session; "
                 "use a session of its own (CreateSession)",
                 method);
  return FALSE;
}

gboolean
lv_bus_access_may_share_tools (LvPeer peer)
{
  return peer == LV_PEER_HOST;
}

gboolean
lv_bus_access_may_list_others (LvPeer peer)
{
  return peer == LV_PEER_HOST;
}

gboolean
lv_bus_access_may_report_texts (LvPeer peer)
{
  return peer == LV_PEER_HOST || peer == LV_PEER_OTHER_USER;
}

gboolean
lv_bus_access_may_unmute_default (LvPeer peer)
{
  return peer == LV_PEER_HOST || peer == LV_PEER_OTHER_USER;
}
