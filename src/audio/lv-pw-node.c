/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-node.h"

#include <pipewire/keys.h>
#include <spa/utils/defs.h>
#include <spa/utils/dict.h>
#include <spa/utils/string.h>
#include <stdlib.h>

#define OWN_PREFIX "livevoice."

static LvPwNodeKind
parse_class (const char *media_class)
{
  LvPwNodeKind kinds = 0;

  if (media_class == NULL)
    return 0;
  if (g_str_has_prefix (media_class, "Audio/Source") || g_str_equal (media_class, "Audio/Duplex"))
    kinds |= LV_PW_NODE_MICROPHONE;
  if (g_str_equal (media_class, "Audio/Sink") || g_str_equal (media_class, "Audio/Duplex"))
    kinds |= LV_PW_NODE_SPEAKER;
  return kinds;
}

/* The canceller's own ends are no devices. */
static gboolean
is_ours (const char *name)
{
  return name != NULL && g_str_has_prefix (name, OWN_PREFIX);
}

LvPwNode *
lv_pw_node_new (guint32 id, const struct spa_dict *props)
{
  LvPwNode *self;
  LvPwNodeKind kinds;

  if (props == NULL || is_ours (spa_dict_lookup (props, PW_KEY_NODE_NAME)))
    return NULL;
  kinds = parse_class (spa_dict_lookup (props, PW_KEY_MEDIA_CLASS));
  if (kinds == 0)
    return NULL;
  self = g_new0 (LvPwNode, 1);
  *self = (LvPwNode){
    .id = id,
    .device_id = SPA_ID_INVALID,
    .route_device = -1,
    .kinds = kinds,
    .name = g_strdup (""),
    .description = g_strdup (""),
    .form_factor = g_strdup (""),
    .bus = g_strdup (""),
    .api = g_strdup (""),
    .profile = g_strdup (""),
    .port_type = g_strdup (""),
    .is_virtual = TRUE,
  };
  lv_pw_node_update (self, props);
  return self;
}

void
lv_pw_node_free (LvPwNode *self)
{
  g_free (self->name);
  g_free (self->description);
  g_free (self->form_factor);
  g_free (self->bus);
  g_free (self->api);
  g_free (self->profile);
  g_free (self->port_type);
  g_free (self);
}

static gboolean
update_text (char **text, const struct spa_dict *props, const char *key)
{
  const char *value = spa_dict_lookup (props, key);
  g_autofree char *valid = value != NULL ? g_utf8_make_valid (value, -1) : NULL;

  if (valid == NULL || g_str_equal (valid, *text))
    return FALSE;
  g_free (*text);
  *text = g_steal_pointer (&valid);
  return TRUE;
}

static gboolean
update_number (int *number, const struct spa_dict *props, const char *key)
{
  const char *value = spa_dict_lookup (props, key);
  int parsed = value != NULL ? atoi (value) : *number;
  gboolean changed = parsed != *number;

  *number = parsed;
  return changed;
}

gboolean
lv_pw_node_update (LvPwNode *self, const struct spa_dict *props)
{
  const struct {
    char **text;
    const char *key;
  } texts[] = {
    { &self->name, PW_KEY_NODE_NAME },
    { &self->description, PW_KEY_NODE_DESCRIPTION },
    { &self->form_factor, PW_KEY_DEVICE_FORM_FACTOR },
    { &self->bus, PW_KEY_DEVICE_BUS },
    { &self->api, PW_KEY_DEVICE_API },
    { &self->profile, "api.bluez5.profile" },
  };
  int device_id = (int) self->device_id;
  gboolean changed = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    changed |= update_text (texts[i].text, props, texts[i].key);
  changed |= update_number (&device_id, props, PW_KEY_DEVICE_ID);
  changed |= update_number (&self->route_device, props, "card.profile.device");
  changed |= update_number (&self->priority, props, PW_KEY_PRIORITY_SESSION);
  self->device_id = (guint32) device_id;
  self->is_virtual = self->device_id == SPA_ID_INVALID && *self->api == '\0';
  self->is_loopback |= spa_atob (spa_dict_lookup (props, "bluez5.loopback"));
  return changed;
}

gboolean
lv_pw_node_complete (LvPwNode *self, const struct spa_dict *device_props)
{
  const struct {
    char **text;
    const char *key;
  } texts[] = {
    { &self->form_factor, PW_KEY_DEVICE_FORM_FACTOR },
    { &self->bus, PW_KEY_DEVICE_BUS },
    { &self->api, PW_KEY_DEVICE_API },
  };
  gboolean changed = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (**texts[i].text == '\0')
      changed |= update_text (texts[i].text, device_props, texts[i].key);
  return changed;
}

static gboolean
combine_muted (LvPwNode *self)
{
  gboolean before = self->muted;

  self->muted = self->node_muted || self->route_muted;
  return self->muted != before;
}

gboolean
lv_pw_node_set_muted (LvPwNode *self, gboolean muted)
{
  self->node_muted = muted;
  return combine_muted (self);
}

gboolean
lv_pw_node_set_route (LvPwNode *self, const char *port_type, gboolean muted)
{
  gboolean changed = !g_str_equal (self->port_type, port_type);

  if (changed)
    {
      g_free (self->port_type);
      self->port_type = g_strdup (port_type);
    }
  self->route_muted = muted;
  return combine_muted (self) || changed;
}

gboolean
lv_pw_node_is_bluetooth (const LvPwNode *self)
{
  return g_str_equal (self->api, "bluez5") || g_str_equal (self->bus, "bluetooth") ||
         g_str_has_prefix (self->name, LV_PW_NODE_BLUETOOTH_PREFIX);
}
