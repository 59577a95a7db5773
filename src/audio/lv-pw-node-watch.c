/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-node-watch.h"

#include <spa/param/props.h>
#include <spa/pod/parser.h>

struct _LvPwNodeWatch {
  LvPwNodes *nodes;
  guint32 id;
  LvPwNodeFunc on_changed;
  gpointer data;
  struct pw_node *proxy; /* owned */
  struct spa_hook listener;
};

static void
on_info (void *data, const struct pw_node_info *info)
{
  LvPwNodeWatch *self = data;

  if (info->change_mask & PW_NODE_CHANGE_MASK_PROPS && info->props != NULL &&
      lv_pw_node_update (lv_pw_nodes_get (self->nodes, self->id), info->props))
    self->on_changed (self->id, self->data);
}

static void
on_param (void *data, int seq, uint32_t id, uint32_t index, uint32_t next,
          const struct spa_pod *param)
{
  LvPwNodeWatch *self = data;
  bool muted;

  if (id != SPA_PARAM_Props || param == NULL ||
      spa_pod_parse_object (param, SPA_TYPE_OBJECT_Props, NULL, SPA_PROP_mute,
                            SPA_POD_Bool (&muted)) < 0)
    return;
  if (lv_pw_node_set_muted (lv_pw_nodes_get (self->nodes, self->id), muted))
    self->on_changed (self->id, self->data);
}

static const struct pw_node_events node_events = {
  PW_VERSION_NODE_EVENTS,
  .info = on_info,
  .param = on_param,
};

LvPwNodeWatch *
lv_pw_node_watch_new (struct pw_registry *registry, LvPwNodes *nodes, guint32 id,
                      LvPwNodeFunc on_changed, gpointer data)
{
  LvPwNodeWatch *self = g_new0 (LvPwNodeWatch, 1);
  guint32 params[] = { SPA_PARAM_Props };

  self->nodes = nodes;
  self->id = id;
  self->on_changed = on_changed;
  self->data = data;
  self->proxy = pw_registry_bind (registry, id, PW_TYPE_INTERFACE_Node, PW_VERSION_NODE, 0);
  pw_node_add_listener (self->proxy, &self->listener, &node_events, self);
  pw_node_subscribe_params (self->proxy, params, G_N_ELEMENTS (params));
  return self;
}

void
lv_pw_node_watch_free (LvPwNodeWatch *self)
{
  spa_hook_remove (&self->listener);
  pw_proxy_destroy ((struct pw_proxy *) self->proxy);
  g_free (self);
}
