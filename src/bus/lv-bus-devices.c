/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-devices.h"

#include "bus/lv-bus-options.h"

struct _LvBusDevices {
  GObject parent_instance;

  LvPwContext *audio;
  LvBusSessions *sessions;
  GPtrArray *calls; /* GDBusMethodInvocation that wait; each holds PipeWire */
  guint timeout_id;
  GVariant *last; /* the list as last seen, without what is in use; NULL: never seen */
};

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvBusDevices, lv_bus_devices, G_TYPE_OBJECT)

/* ---- the list ---- */

static const struct {
  LvPwNodeKind kind;
  const char *nick;
} kinds[] = { { LV_PW_NODE_MICROPHONE, "microphone" }, { LV_PW_NODE_SPEAKER, "speaker" } };

static void
add_device (GVariantBuilder *list, const LvPwNode *node, const char *kind, gboolean is_default,
            gboolean in_use)
{
  g_variant_builder_open (list, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (list, "{sv}", "name", g_variant_new_string (node->name));
  g_variant_builder_add (list, "{sv}", "description", g_variant_new_string (node->description));
  g_variant_builder_add (list, "{sv}", "kind", g_variant_new_string (kind));
  g_variant_builder_add (list, "{sv}", "default", g_variant_new_boolean (is_default));
  g_variant_builder_add (list, "{sv}", "form-factor", g_variant_new_string (node->form_factor));
  g_variant_builder_add (list, "{sv}", "bus", g_variant_new_string (node->bus));
  g_variant_builder_add (list, "{sv}", "muted", g_variant_new_boolean (node->muted));
  g_variant_builder_add (list, "{sv}", "virtual", g_variant_new_boolean (node->is_virtual));
  g_variant_builder_add (list, "{sv}", "in-use", g_variant_new_boolean (in_use));
  g_variant_builder_close (list);
}

/* @sessions: NULL to leave out what is in use. */
static GVariant *
make_list (LvPwNodes *nodes, LvBusSessions *sessions)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  GPtrArray *all = lv_pw_nodes_list (nodes);

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (guint i = 0; i < all->len; i++)
      {
        const LvPwNode *node = all->pdata[i];
        const char *name = lv_pw_nodes_get_default (nodes, kinds[k].kind);

        if (node->kinds & kinds[k].kind)
          add_device (&list, node, kinds[k].nick, g_strcmp0 (node->name, name) == 0,
                      sessions != NULL &&
                          lv_bus_sessions_use_device (sessions, kinds[k].kind, node->name));
      }
  return g_variant_builder_end (&list);
}

static GVariant *
make_reply (LvBusDevices *self, LvPwNodes *nodes)
{
  return g_variant_new ("(@aa{sv})", make_list (nodes, self->sessions));
}

/* ---- waiting for it ---- */

static void
stop_waiting (LvBusDevices *self)
{
  for (guint n = self->calls->len; n > 0; n--)
    lv_pw_context_release (self->audio);
  g_ptr_array_set_size (self->calls, 0);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
}

static void
answer (LvBusDevices *self, LvPwNodes *nodes)
{
  for (guint i = 0; i < self->calls->len; i++)
    g_dbus_method_invocation_return_value (self->calls->pdata[i], make_reply (self, nodes));
  stop_waiting (self);
}

static void
refuse (LvBusDevices *self, const GError *error)
{
  for (guint i = 0; i < self->calls->len; i++)
    g_dbus_method_invocation_return_gerror (self->calls->pdata[i], error);
  stop_waiting (self);
}

static gboolean
on_timeout (gpointer data)
{
  g_autoptr (GError) error =
      g_error_new_literal (LV_ERROR, LV_ERROR_NO_AUDIO_SERVER,
                           "PipeWire does not answer; check the services pipewire and wireplumber");

  refuse (data, error);
  return G_SOURCE_REMOVE;
}

static void
note (LvBusDevices *self, LvPwNodes *nodes)
{
  g_autoptr (GVariant) list = g_variant_ref_sink (make_list (nodes, NULL));
  gboolean changed = self->last != NULL && !g_variant_equal (self->last, list);

  g_clear_pointer (&self->last, g_variant_unref);
  self->last = g_steal_pointer (&list);
  if (changed)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_audio_devices (LvPwContext *audio, LvBusDevices *self)
{
  note (self, lv_pw_context_get_nodes (audio));
  answer (self, lv_pw_context_get_nodes (audio));
}

static gboolean
check (LvBusDevices *self, GVariant *options, GError **error)
{
  static const char *const known[] = { NULL };

  if (!lv_bus_options_check_known (options, known, error))
    return FALSE;
  if (self->calls->len < LV_BUS_MAX_DEVICE_CALLS)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY,
               "%d callers wait for the list of devices; try again in a moment",
               LV_BUS_MAX_DEVICE_CALLS);
  return FALSE;
}

static gboolean
wait_for_list (LvBusDevices *self, GDBusMethodInvocation *invocation, GError **error)
{
  lv_pw_context_hold (self->audio);
  if (!lv_pw_context_is_connected (self->audio, error))
    {
      lv_pw_context_release (self->audio);
      return FALSE;
    }
  g_ptr_array_add (self->calls, invocation);
  if (self->timeout_id == 0)
    self->timeout_id = g_timeout_add (LV_BUS_DEVICES_WAIT_MS, on_timeout, self);
  return TRUE;
}

void
lv_bus_devices_call (LvBusDevices *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariant) options =
      g_variant_get_child_value (g_dbus_method_invocation_get_parameters (invocation), 0);
  g_autoptr (GError) error = NULL;
  LvPwNodes *nodes;

  if (!check (self, options, &error) || !wait_for_list (self, invocation, &error))
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return;
    }
  nodes = lv_pw_context_get_nodes (self->audio);
  if (nodes != NULL)
    answer (self, nodes);
}

void
lv_bus_devices_cancel (LvBusDevices *self)
{
  g_autoptr (GError) error =
      g_error_new_literal (LV_ERROR, LV_ERROR_NOT_READY, "The daemon is going away");

  refuse (self, error);
}

/* ---- life ---- */

static void
lv_bus_devices_finalize (GObject *object)
{
  LvBusDevices *self = LV_BUS_DEVICES (object);

  g_ptr_array_unref (self->calls);
  g_clear_pointer (&self->last, g_variant_unref);
  g_object_unref (self->sessions);
  g_object_unref (self->audio);
  G_OBJECT_CLASS (lv_bus_devices_parent_class)->finalize (object);
}

static void
lv_bus_devices_class_init (LvBusDevicesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_bus_devices_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", LV_TYPE_BUS_DEVICES, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lv_bus_devices_init (LvBusDevices *self)
{
  self->calls = g_ptr_array_new ();
}

LvBusDevices *
lv_bus_devices_new (LvPwContext *audio, LvBusSessions *sessions)
{
  LvBusDevices *self = g_object_new (LV_TYPE_BUS_DEVICES, NULL);

  self->audio = g_object_ref (audio);
  self->sessions = g_object_ref (sessions);
  g_signal_connect_object (audio, "devices", G_CALLBACK (on_audio_devices), self, 0);
  return self;
}
