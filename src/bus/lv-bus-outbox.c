/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-outbox"

#include "bus/lv-bus-outbox.h"

struct _LvBusOutbox {
  GObject parent_instance;

  GDBusConnection *connection;
  GQueue letters; /* Letter, oldest first */
  guint flush_id;
};

typedef struct {
  char *destination;
  char *path;
  const char *interface; /* static */
  const char *signal;    /* static */
  GVariant *arguments;
} Letter;

G_DEFINE_FINAL_TYPE (LvBusOutbox, lv_bus_outbox, G_TYPE_OBJECT)

static void
letter_free (Letter *letter)
{
  g_free (letter->destination);
  g_free (letter->path);
  g_variant_unref (letter->arguments);
  g_free (letter);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Letter, letter_free)

static void
lv_bus_outbox_dispose (GObject *object)
{
  LvBusOutbox *self = LV_BUS_OUTBOX (object);

  g_clear_handle_id (&self->flush_id, g_source_remove);
  g_queue_clear_full (&self->letters, (GDestroyNotify) letter_free);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (lv_bus_outbox_parent_class)->dispose (object);
}

static void
lv_bus_outbox_class_init (LvBusOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_bus_outbox_dispose;
}

static void
lv_bus_outbox_init (LvBusOutbox *self)
{
  g_queue_init (&self->letters);
}

LvBusOutbox *
lv_bus_outbox_new (GDBusConnection *connection)
{
  LvBusOutbox *self = g_object_new (LV_TYPE_BUS_OUTBOX, NULL);

  self->connection = g_object_ref (connection);
  return self;
}

void
lv_bus_outbox_flush (LvBusOutbox *self)
{
  while (!g_queue_is_empty (&self->letters))
    {
      g_autoptr (Letter) letter = g_queue_pop_head (&self->letters);
      g_autoptr (GError) error = NULL;

      if (!g_dbus_connection_emit_signal (self->connection, letter->destination, letter->path,
                                          letter->interface, letter->signal, letter->arguments,
                                          &error))
        g_debug ("%s could not be sent: %s", letter->signal, error->message);
    }
}

static gboolean
on_idle (gpointer user_data)
{
  LvBusOutbox *self = user_data;

  self->flush_id = 0;
  lv_bus_outbox_flush (self);
  return G_SOURCE_REMOVE;
}

void
lv_bus_outbox_emit (LvBusOutbox *self, const char *destination, const char *path,
                    const char *interface, const char *signal, GVariant *arguments)
{
  Letter *letter = g_new0 (Letter, 1);

  letter->destination = g_strdup (destination);
  letter->path = g_strdup (path);
  letter->interface = interface;
  letter->signal = signal;
  letter->arguments = g_variant_ref_sink (arguments);
  g_queue_push_tail (&self->letters, letter);

  if (self->flush_id == 0)
    self->flush_id = g_idle_add_full (G_PRIORITY_DEFAULT, on_idle, self, NULL);
}

void
lv_bus_outbox_emit_property (LvBusOutbox *self, const char *destination, const char *path,
                             const char *interface, const char *property, GVariant *value)
{
  GVariantBuilder changed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&changed, "{sv}", property, value);
  lv_bus_outbox_emit (
      self, destination, path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
      g_variant_new ("(sa{sv}@as)", interface, &changed, g_variant_new_strv (NULL, 0)));
}
