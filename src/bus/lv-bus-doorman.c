/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-doorman"

#include "bus/lv-bus-doorman.h"

#include "base/lv-error.h"
#include "base/lv-rate.h"
#include "bus/lv-bus-unread.h"

#define MANY_CALLERS 64 /* from here on those that have gone quiet are forgotten */
#define SILENCE_US (60 * G_USEC_PER_SEC)
#define SHORT_REPLY (4 * 1024) /* what changes something has one, and it always gets out */

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
  LvBusUnread *unread;
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
  lv_bus_unread_free (doorman->unread);
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

/* ---- calls ---- */

static GDBusMessage *
make_refusal (const char *name, guint32 serial, LvErrorCode code)
{
  g_autoptr (GError) error = g_error_new_literal (
      LV_ERROR, code,
      code == LV_ERROR_RATE_LIMITED ? "Too many calls in a second; wait a little"
                                    : "The last replies have not been read yet; read them first");
  GDBusMessage *refusal = g_dbus_message_new ();

  g_dbus_message_set_message_type (refusal, G_DBUS_MESSAGE_TYPE_ERROR);
  g_dbus_message_set_flags (refusal, G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED);
  g_dbus_message_set_destination (refusal, name);
  g_dbus_message_set_reply_serial (refusal, serial);
  g_dbus_message_set_error_name (refusal, lv_error_to_bus_name (error));
  g_dbus_message_set_body (refusal, g_variant_new ("(s)", error->message));
  return refusal;
}

static void
refuse (GDBusConnection *connection, GDBusMessage *call, LvErrorCode code)
{
  g_autoptr (GDBusMessage) refusal = NULL;

  if ((g_dbus_message_get_flags (call) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) != 0)
    return;
  refusal = make_refusal (g_dbus_message_get_sender (call), g_dbus_message_get_serial (call), code);
  g_dbus_connection_send_message (connection, refusal, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

/* Refusals are replies that may not be read either, so there is an end to them too. */
static gboolean
check_reading (Doorman *doorman, GDBusConnection *connection, GDBusMessage *call)
{
  gsize n_unread = lv_bus_unread_get (doorman->unread, g_dbus_message_get_sender (call));

  if (n_unread < LV_BUS_MAX_UNREAD)
    return TRUE;
  if (n_unread < LV_BUS_MAX_UNREAD + LV_BUS_BARRIER_BYTES)
    refuse (connection, call, LV_ERROR_TOO_MANY);
  return FALSE;
}

static gboolean
check_rate (Doorman *doorman, GDBusConnection *connection, GDBusMessage *call)
{
  const char *name = g_dbus_message_get_sender (call);
  gint64 now_us = g_get_monotonic_time ();
  Caller *caller = ensure_caller (doorman, name, now_us);

  if (caller != NULL)
    caller->called_us = now_us;
  if (caller != NULL && lv_rate_take (caller->calls, now_us))
    return TRUE;
  if (count_refusal (caller != NULL ? caller : &doorman->crowd, name, now_us))
    refuse (connection, call, LV_ERROR_RATE_LIMITED);
  return FALSE;
}

/* ---- messages ---- */

static gboolean
is_reply (GDBusMessage *message)
{
  return g_dbus_message_get_reply_serial (message) != 0;
}

/* Calls that were let in together may have more to say than one reads. */
static GDBusMessage *
on_sent (Doorman *doorman, GDBusMessage *message)
{
  const char *name = g_dbus_message_get_destination (message);
  gsize size = lv_bus_unread_measure (message);
  g_autoptr (GDBusMessage) owned = message;

  if (is_reply (message) && size > SHORT_REPLY &&
      lv_bus_unread_get (doorman->unread, name) + size > LV_BUS_MAX_UNREAD)
    {
      g_autoptr (GDBusMessage) refusal =
          make_refusal (name, g_dbus_message_get_reply_serial (message), LV_ERROR_TOO_MANY);

      g_dbus_message_set_serial (refusal, g_dbus_message_get_serial (message));
      g_set_object (&owned, refusal);
    }
  lv_bus_unread_count (doorman->unread, owned);
  return g_steal_pointer (&owned);
}

/* Whether @message goes on to GDBus. */
static gboolean
admit (Doorman *doorman, GDBusConnection *connection, GDBusMessage *message)
{
  if (is_reply (message))
    return !lv_bus_unread_take (doorman->unread, message);
  if (g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL ||
      g_dbus_message_get_sender (message) == NULL)
    return TRUE;
  return check_reading (doorman, connection, message) && check_rate (doorman, connection, message);
}

static GDBusMessage *
on_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming,
            gpointer user_data)
{
  if (!incoming)
    return on_sent (user_data, message);
  if (admit (user_data, connection, message))
    return message;
  g_object_unref (message);
  return NULL;
}

guint
lv_bus_doorman_add (GDBusConnection *connection)
{
  Doorman *doorman = g_new0 (Doorman, 1);

  doorman->callers =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) caller_free);
  doorman->unread = lv_bus_unread_new (connection);
  doorman->crowd.told_us = G_MAXINT64; /* nobody of it may have called often */
  return g_dbus_connection_add_filter (connection, on_message, doorman, doorman_free);
}

void
lv_bus_doorman_remove (GDBusConnection *connection, guint id)
{
  g_dbus_connection_remove_filter (connection, id);
}
