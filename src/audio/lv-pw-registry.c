/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-registry.h"

#include "audio/lv-pw-device.h"
#include "audio/lv-pw-node-watch.h"
#include "audio/lv-pw-settings.h"

#define AUDIO_DEVICE_CLASS "Audio/Device"
#define BLUETOOTH_API "bluez5"

struct _LvPwRegistry {
  void (*on_changed) (gpointer data);
  gpointer data;

  /* owned */
  struct pw_registry *proxy;
  struct spa_hook listener;
  LvPwNodes *nodes;
  GHashTable *watches; /* id -> LvPwNodeWatch */
  GHashTable *devices; /* id -> LvPwDevice */
  LvPwMetadata *metadata;
  LvPwSettings *settings;

  guint reading_id;
  gboolean has_newer_clients; /* than the reading that will be next */
};

static void
tell (LvPwRegistry *self)
{
  self->on_changed (self->data);
}

static void
on_device_changed (LvPwDevice *device, gpointer data)
{
  LvPwRegistry *self = data;

  if (lv_pw_device_apply (device, self->nodes))
    tell (self);
}

/* It may just have said which device it belongs to. */
static void
on_node_changed (guint32 id, gpointer data)
{
  LvPwRegistry *self = data;
  LvPwNode *node = lv_pw_nodes_get (self->nodes, id);
  LvPwDevice *device = g_hash_table_lookup (self->devices, GUINT_TO_POINTER (node->device_id));

  if (device != NULL)
    lv_pw_device_apply (device, self->nodes);
  tell (self);
}

static void
on_default (LvPwNodeKind kind, const char *name, gpointer data)
{
  LvPwRegistry *self = data;

  if (lv_pw_nodes_set_default (self->nodes, kind, name))
    tell (self);
}

static void
add_node (LvPwRegistry *self, guint32 id, const struct spa_dict *props)
{
  if (!lv_pw_nodes_add (self->nodes, id, props))
    return;
  g_hash_table_insert (self->watches, GUINT_TO_POINTER (id),
                       lv_pw_node_watch_new (self->proxy, self->nodes, id, on_node_changed, self));
  on_node_changed (id, self);
}

static void
add_device (LvPwRegistry *self, guint32 id, const struct spa_dict *props)
{
  const char *class = props != NULL ? spa_dict_lookup (props, PW_KEY_MEDIA_CLASS) : NULL;

  if (g_strcmp0 (class, AUDIO_DEVICE_CLASS) != 0 ||
      g_hash_table_size (self->devices) == LV_PW_REGISTRY_MAX_DEVICES)
    return;
  g_hash_table_insert (self->devices, GUINT_TO_POINTER (id),
                       lv_pw_device_new (self->proxy, id, on_device_changed, self));
  if (g_strcmp0 (spa_dict_lookup (props, PW_KEY_DEVICE_API), BLUETOOTH_API) == 0 &&
      lv_pw_nodes_add_headset (self->nodes, id))
    tell (self);
}

static void
on_cycle (guint cycle_us, gpointer data)
{
  LvPwRegistry *self = data;

  if (lv_pw_nodes_set_cycle (self->nodes, cycle_us))
    tell (self);
}

static void
add_metadata (LvPwRegistry *self, guint32 id, const struct spa_dict *props)
{
  if (lv_pw_settings_is (props) && self->settings == NULL)
    self->settings = lv_pw_settings_new (self->proxy, id, on_cycle, self);
  if (!lv_pw_metadata_is (props) || self->metadata != NULL)
    return;
  self->metadata = lv_pw_metadata_new (self->proxy, id, on_default, self);
  tell (self);
}

static gboolean
on_reading_due (gpointer data)
{
  LvPwRegistry *self = data;

  if (self->metadata != NULL)
    lv_pw_metadata_read_again (self->metadata);
  if (self->has_newer_clients)
    {
      self->has_newer_clients = FALSE;
      return G_SOURCE_CONTINUE;
    }
  self->reading_id = 0;
  return G_SOURCE_REMOVE;
}

/* It may read the session manager's notes, and we miss what changes meanwhile. */
static void
add_client (LvPwRegistry *self, guint32 id, const struct spa_dict *props)
{
  self->has_newer_clients = self->reading_id != 0;
  if (self->reading_id == 0)
    self->reading_id = g_timeout_add (LV_PW_REGISTRY_READING_MS, on_reading_due, self);
}

static void
on_global (void *data, uint32_t id, uint32_t permissions, const char *type, uint32_t version,
           const struct spa_dict *props)
{
  static const struct {
    const char *type;
    void (*add) (LvPwRegistry *self, guint32 id, const struct spa_dict *props);
  } types[] = {
    { PW_TYPE_INTERFACE_Node, add_node },
    { PW_TYPE_INTERFACE_Device, add_device },
    { PW_TYPE_INTERFACE_Metadata, add_metadata },
    { PW_TYPE_INTERFACE_Client, add_client },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (type, types[i].type))
      types[i].add (data, id, props);
}

static gboolean
remove_metadata (LvPwRegistry *self, guint32 id)
{
  if (self->metadata == NULL || lv_pw_metadata_get_id (self->metadata) != id)
    return FALSE;
  g_clear_pointer (&self->metadata, lv_pw_metadata_free);
  lv_pw_nodes_set_default (self->nodes, LV_PW_NODE_MICROPHONE, NULL);
  lv_pw_nodes_set_default (self->nodes, LV_PW_NODE_SPEAKER, NULL);
  return TRUE;
}

static gboolean
remove_settings (LvPwRegistry *self, guint32 id)
{
  if (self->settings == NULL || lv_pw_settings_get_id (self->settings) != id)
    return FALSE;
  g_clear_pointer (&self->settings, lv_pw_settings_free);
  return lv_pw_nodes_set_cycle (self->nodes, 0);
}

static void
on_global_remove (void *data, uint32_t id)
{
  LvPwRegistry *self = data;

  g_hash_table_remove (self->watches, GUINT_TO_POINTER (id));
  g_hash_table_remove (self->devices, GUINT_TO_POINTER (id));
  if (lv_pw_nodes_remove (self->nodes, id) || remove_metadata (self, id) ||
      remove_settings (self, id))
    tell (self);
}

static const struct pw_registry_events registry_events = {
  PW_VERSION_REGISTRY_EVENTS,
  .global = on_global,
  .global_remove = on_global_remove,
};

LvPwRegistry *
lv_pw_registry_new (struct pw_core *core, void (*on_changed) (gpointer data), gpointer data)
{
  LvPwRegistry *self = g_new0 (LvPwRegistry, 1);

  self->on_changed = on_changed;
  self->data = data;
  self->nodes = lv_pw_nodes_new ();
  self->watches = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) lv_pw_node_watch_free);
  self->devices = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) lv_pw_device_free);
  self->proxy = pw_core_get_registry (core, PW_VERSION_REGISTRY, 0);
  pw_registry_add_listener (self->proxy, &self->listener, &registry_events, self);
  return self;
}

void
lv_pw_registry_free (LvPwRegistry *self)
{
  g_clear_handle_id (&self->reading_id, g_source_remove);
  g_hash_table_unref (self->watches);
  g_hash_table_unref (self->devices);
  g_clear_pointer (&self->metadata, lv_pw_metadata_free);
  g_clear_pointer (&self->settings, lv_pw_settings_free);
  spa_hook_remove (&self->listener);
  pw_proxy_destroy ((struct pw_proxy *) self->proxy);
  lv_pw_nodes_free (self->nodes);
  g_free (self);
}

LvPwNodes *
lv_pw_registry_get_nodes (LvPwRegistry *self)
{
  return self->nodes;
}

LvPwMetadata *
lv_pw_registry_get_metadata (LvPwRegistry *self)
{
  return self->metadata;
}
