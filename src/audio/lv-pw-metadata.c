/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-metadata.h"

#include <spa/utils/json.h>
#include <string.h>

#define METADATA_NAME "default"
#define TARGET_DEFAULT "-1"
#define NAME_MAX_BYTES 1024

struct _LvPwMetadata {
  struct pw_registry *registry; /* not owned: it outlives this */
  guint32 id;
  LvPwDefaultFunc on_default;
  gpointer data;
  struct pw_metadata *proxy; /* owned */
  struct spa_hook listener;
};

gboolean
lv_pw_metadata_is (const struct spa_dict *props)
{
  const char *name = props != NULL ? spa_dict_lookup (props, PW_KEY_METADATA_NAME) : NULL;

  return g_strcmp0 (name, METADATA_NAME) == 0;
}

/* { "name": "alsa_output.pci" } */
static gboolean
parse_name (const char *value, char *name, gsize size)
{
  struct spa_json json[2];
  char key[NAME_MAX_BYTES];

  spa_json_init (&json[0], value, strlen (value));
  if (spa_json_enter_object (&json[0], &json[1]) <= 0)
    return FALSE;
  while (spa_json_get_string (&json[1], key, sizeof (key)) > 0)
    {
      if (spa_json_get_string (&json[1], name, size) <= 0)
        return FALSE;
      if (g_str_equal (key, "name"))
        return TRUE;
    }
  return FALSE;
}

static void
forget_defaults (LvPwMetadata *self)
{
  self->on_default (LV_PW_NODE_MICROPHONE, NULL, self->data);
  self->on_default (LV_PW_NODE_SPEAKER, NULL, self->data);
}

/* No key: all of them are gone. */
static int
on_property (void *data, uint32_t subject, const char *key, const char *type, const char *value)
{
  static const struct {
    const char *key;
    LvPwNodeKind kind;
  } defaults[] = {
    { "default.audio.source", LV_PW_NODE_MICROPHONE },
    { "default.audio.sink", LV_PW_NODE_SPEAKER },
  };
  LvPwMetadata *self = data;
  char name[NAME_MAX_BYTES];
  gboolean named;

  if (subject != PW_ID_CORE)
    return 0;
  if (key == NULL)
    forget_defaults (self);
  for (guint i = 0; key != NULL && i < G_N_ELEMENTS (defaults); i++)
    if (g_str_equal (key, defaults[i].key))
      {
        named = value != NULL && parse_name (value, name, sizeof (name));
        self->on_default (defaults[i].kind, named ? name : NULL, self->data);
      }
  return 0;
}

static const struct pw_metadata_events metadata_events = {
  PW_VERSION_METADATA_EVENTS,
  .property = on_property,
};

static void
bind (LvPwMetadata *self)
{
  self->proxy = pw_registry_bind (self->registry, self->id, PW_TYPE_INTERFACE_Metadata,
                                  PW_VERSION_METADATA, 0);
  pw_metadata_add_listener (self->proxy, &self->listener, &metadata_events, self);
}

static void
unbind (LvPwMetadata *self)
{
  spa_hook_remove (&self->listener);
  pw_proxy_destroy ((struct pw_proxy *) self->proxy);
}

LvPwMetadata *
lv_pw_metadata_new (struct pw_registry *registry, guint32 id, LvPwDefaultFunc on_default,
                    gpointer data)
{
  LvPwMetadata *self = g_new0 (LvPwMetadata, 1);

  self->registry = registry;
  self->id = id;
  self->on_default = on_default;
  self->data = data;
  bind (self);
  return self;
}

void
lv_pw_metadata_free (LvPwMetadata *self)
{
  unbind (self);
  g_free (self);
}

void
lv_pw_metadata_read_again (LvPwMetadata *self)
{
  unbind (self);
  bind (self);
}

guint32
lv_pw_metadata_get_id (LvPwMetadata *self)
{
  return self->id;
}

void
lv_pw_metadata_move (LvPwMetadata *self, guint32 node_id, const char *name)
{
  pw_metadata_set_property (self->proxy, node_id, PW_KEY_TARGET_OBJECT, SPA_TYPE_INFO_BASE "String",
                            name != NULL ? name : TARGET_DEFAULT);
}
