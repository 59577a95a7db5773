/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-doorman"

#include "bus/lv-bus-doorman.h"

#include "base/lv-error.h"
#include "base/lv-rate.h"

#define MANY_CALLERS 64 /* from here on those that have gone quiet are forgotten */
#define SILENCE_US (60 * G_USEC_PER_SEC)

typedef struct {
  LvRate *calls;
  gint64 called_us;
  gint64 second_us; /* begin of the second in which ... */
  guint n_refused;
  gint64 told_us; /* the log */
} Caller;

typedef struct {
  GHashTable *callers; /* unique name -> Caller */
  Caller crowd;        /* all those for whom there is no room in it */
} Doorman;

static void
caller_free (Caller *caller)
{
  lv_rate_free (caller->calls);
  g_free (caller);
}

static void
doorman_free (gpointer data)
{
  Doorman *doorman = data;

  g_hash_table_unref (doorman->callers);
  g_free (doorman);
}

static gboolean
has_gone_quiet (gpointer name, gpointer caller, gpointer now_us)
{
  return *(gint64 *) now_us - ((Caller *) caller)->called_us > G_USEC_PER_SEC;
}

/* NULL: there are too many. */
static Caller *
ensure_caller (Doorman *doorman, const char *name, gint64 now_us)
{
  Caller *caller = g_hash_table_lookup (doorman->callers, name);

  if (caller != NULL)
    return caller;
  if (g_hash_table_size (doorman->callers) >= MANY_CALLERS)
    g_hash_table_foreach_remove (doorman->callers, has_gone_quiet, &now_us);
  if (g_hash_table_size (doorman->callers) >= LV_BUS_MAX_CALLERS)
    return NULL;
  caller = g_new0 (Caller, 1);
  caller->calls = lv_rate_new (LV_BUS_MAX_CALLS_PER_SECOND, G_USEC_PER_SEC);
  caller->told_us = -SILENCE_US;
  g_hash_table_insert (doorman->callers, g_strdup (name), caller);
  return caller;
}

/* Whether it is still to be told that it is refused. */
static gboolean
count_refusal (Caller *caller, const char *name, gint64 now_us)
{
  if (now_us - caller->told_us >= SILENCE_US)
    {
      g_message ("%s calls more than %d times a second; more than that is refused", name,
                 LV_BUS_MAX_CALLS_PER_SECOND);
      caller->told_us = now_us;
    }
  if (now_us - caller->second_us >= G_USEC_PER_SEC)
    {
      caller->second_us = now_us;
      caller->n_refused = 0;
    }
  return ++caller->n_refused <= LV_BUS_MAX_REFUSALS_PER_SECOND;
}

static void
refuse (GDBusConnection *connection, GDBusMessage *call)
{
  g_autoptr (GError) error = g_error_new_literal (LV_ERROR, LV_ERROR_RATE_LIMITED,
                                                  "Too many calls in a second; wait a little");
  g_autoptr (GDBusMessage) reply = NULL;

  if ((g_dbus_message_get_flags (call) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) != 0)
    return;
  reply =
      g_dbus_message_new_method_error_literal (call, lv_error_to_bus_name (error), error->message);
  g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

static GDBusMessage *
on_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming,
            gpointer user_data)
{
  const char *name = g_dbus_message_get_sender (message);
  Doorman *doorman = user_data;
  gint64 now_us;
  Caller *caller;

  if (!incoming || name == NULL ||
      g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    return message;

  now_us = g_get_monotonic_time ();
  caller = ensure_caller (doorman, name, now_us);
  if (caller != NULL)
    caller->called_us = now_us;
  if (caller != NULL && lv_rate_take (caller->calls, now_us))
    return message;
  if (count_refusal (caller != NULL ? caller : &doorman->crowd, name, now_us))
    refuse (connection, message);
  g_object_unref (message);
  return NULL;
}

guint
lv_bus_doorman_add (GDBusConnection *connection)
{
  Doorman *doorman = g_new0 (Doorman, 1);

  doorman->callers =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) caller_free);
  doorman->crowd.told_us = G_MAXINT64; /* nobody of it may have called often */
  return g_dbus_connection_add_filter (connection, on_message, doorman, doorman_free);
}

void
lv_bus_doorman_remove (GDBusConnection *connection, guint id)
{
  g_dbus_connection_remove_filter (connection, id);
}
