/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-settings.h"

#define METADATA_NAME "settings"

/* In frames and Hz; 0: nothing is said. */
typedef enum { RATE, FORCE_RATE, MIN_QUANTUM, FORCE_QUANTUM, N_VALUES } Value;

struct _LvPwSettings {
  guint32 id;
  void (*on_cycle) (guint cycle_us, gpointer data);
  gpointer data;
  guint values[N_VALUES];
  struct pw_metadata *proxy; /* owned */
  struct spa_hook listener;
};

gboolean
lv_pw_settings_is (const struct spa_dict *props)
{
  const char *name = props != NULL ? spa_dict_lookup (props, PW_KEY_METADATA_NAME) : NULL;

  return g_strcmp0 (name, METADATA_NAME) == 0;
}

/* The least is meant for the usual rate, and PipeWire scales it to another; what is forced is taken
 * as it is. */
static guint
get_cycle_us (const guint *values)
{
  guint forced = values[FORCE_QUANTUM];
  guint rate = forced > 0 && values[FORCE_RATE] > 0 ? values[FORCE_RATE] : values[RATE];
  guint64 frames = forced > 0 ? forced : values[MIN_QUANTUM];

  return rate > 0 ? (guint) (frames * G_USEC_PER_SEC / rate) : 0;
}

static guint
parse (const char *text)
{
  guint64 value;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &value, NULL))
    return 0;
  return (guint) value;
}

/* No key: all of them are gone. */
static int
on_property (void *data, uint32_t subject, const char *key, const char *type, const char *text)
{
  static const char *const keys[N_VALUES] = {
    [RATE] = "clock.rate",
    [FORCE_RATE] = "clock.force-rate",
    [MIN_QUANTUM] = "clock.min-quantum",
    [FORCE_QUANTUM] = "clock.force-quantum",
  };
  LvPwSettings *self = data;

  if (subject != PW_ID_CORE)
    return 0;
  for (guint i = 0; i < N_VALUES; i++)
    if (key == NULL || g_str_equal (key, keys[i]))
      self->values[i] = key != NULL ? parse (text) : 0;
  self->on_cycle (get_cycle_us (self->values), self->data);
  return 0;
}

static const struct pw_metadata_events metadata_events = {
  PW_VERSION_METADATA_EVENTS,
  .property = on_property,
};

LvPwSettings *
lv_pw_settings_new (struct pw_registry *registry, guint32 id,
                    void (*on_cycle) (guint cycle_us, gpointer data), gpointer data)
{
  LvPwSettings *self = g_new0 (LvPwSettings, 1);

  self->id = id;
  self->on_cycle = on_cycle;
  self->data = data;
  self->proxy = pw_registry_bind (registry, id, PW_TYPE_INTERFACE_Metadata, PW_VERSION_METADATA, 0);
  pw_metadata_add_listener (self->proxy, &self->listener, &metadata_events, self);
  return self;
}

void
lv_pw_settings_free (LvPwSettings *self)
{
  spa_hook_remove (&self->listener);
  pw_proxy_destroy ((struct pw_proxy *) self->proxy);
  g_free (self);
}

guint32
lv_pw_settings_get_id (LvPwSettings *self)
{
  return self->id;
}
