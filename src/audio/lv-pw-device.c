/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-device.h"

#include <spa/param/props.h>
#include <spa/param/route.h>
#include <spa/pod/iter.h>
#include <spa/pod/parser.h>

#define PORT_TYPE_BYTES 32

/* A socket in use. */
typedef struct {
  guint32 index;
  LvPwNodeKind kind;
  int part; /* card.profile.device of the node */
  char port_type[PORT_TYPE_BYTES];
  gboolean muted;
} Route;

struct _LvPwDevice {
  guint32 id;
  LvPwDeviceFunc on_changed;
  gpointer data;
  Route routes[LV_PW_DEVICE_MAX_ROUTES];
  guint n_routes;

  /* owned */
  struct pw_properties *props;
  struct pw_device *proxy;
  struct spa_hook listener;
};

/* A struct: how many, then keys and values. */
static void
parse_port_type (Route *route, struct spa_pod *info)
{
  struct spa_pod_parser parser;
  struct spa_pod_frame frame;
  const char *key, *value;
  int n = 0;

  spa_pod_parser_pod (&parser, info);
  if (spa_pod_parser_push_struct (&parser, &frame) < 0 || spa_pod_parser_get_int (&parser, &n) < 0)
    return;
  while (n-- > 0 && spa_pod_parser_get_string (&parser, &key) >= 0 &&
         spa_pod_parser_get_string (&parser, &value) >= 0)
    if (g_str_equal (key, "port.type"))
      g_strlcpy (route->port_type, value, sizeof (route->port_type));
}

static void
parse_muted (Route *route, struct spa_pod *props)
{
  bool muted = false;

  spa_pod_parse_object (props, SPA_TYPE_OBJECT_Props, NULL, SPA_PROP_mute,
                        SPA_POD_OPT_Bool (&muted));
  route->muted = muted;
}

static gboolean
parse_route (const struct spa_pod *param, Route *route)
{
  struct spa_pod *info = NULL;
  struct spa_pod *props = NULL;
  guint32 direction;
  int index;

  *route = (Route){ 0 };
  if (spa_pod_parse_object (
          param, SPA_TYPE_OBJECT_ParamRoute, NULL, SPA_PARAM_ROUTE_index, SPA_POD_Int (&index),
          SPA_PARAM_ROUTE_direction, SPA_POD_Id (&direction), SPA_PARAM_ROUTE_device,
          SPA_POD_Int (&route->part), SPA_PARAM_ROUTE_info, SPA_POD_OPT_Pod (&info),
          SPA_PARAM_ROUTE_props, SPA_POD_OPT_Pod (&props)) < 0)
    return FALSE;
  route->index = index;
  route->kind = direction == SPA_DIRECTION_INPUT ? LV_PW_NODE_MICROPHONE : LV_PW_NODE_SPEAKER;
  if (info != NULL)
    parse_port_type (route, info);
  if (props != NULL)
    parse_muted (route, props);
  return TRUE;
}

/* Each change sends all of them again, the first with index 0. */
static void
on_param (void *data, int seq, uint32_t id, uint32_t index, uint32_t next,
          const struct spa_pod *param)
{
  LvPwDevice *self = data;
  Route *place;

  if (id != SPA_PARAM_Route || param == NULL)
    return;
  if (index == 0)
    self->n_routes = 0;
  if (self->n_routes == LV_PW_DEVICE_MAX_ROUTES)
    return;
  place = &self->routes[self->n_routes];
  if (!parse_route (param, place))
    return;
  self->n_routes++;
  self->on_changed (self, self->data);
}

static void
on_info (void *data, const struct pw_device_info *info)
{
  LvPwDevice *self = data;

  if (!(info->change_mask & PW_DEVICE_CHANGE_MASK_PROPS) || info->props == NULL)
    return;
  pw_properties_update (self->props, info->props);
  self->on_changed (self, self->data);
}

static const struct pw_device_events device_events = {
  PW_VERSION_DEVICE_EVENTS,
  .info = on_info,
  .param = on_param,
};

LvPwDevice *
lv_pw_device_new (struct pw_registry *registry, guint32 id, LvPwDeviceFunc on_changed,
                  gpointer data)
{
  LvPwDevice *self = g_new0 (LvPwDevice, 1);
  guint32 params[] = { SPA_PARAM_Route };

  self->id = id;
  self->on_changed = on_changed;
  self->data = data;
  self->props = pw_properties_new (NULL, NULL);
  self->proxy = pw_registry_bind (registry, id, PW_TYPE_INTERFACE_Device, PW_VERSION_DEVICE, 0);
  pw_device_add_listener (self->proxy, &self->listener, &device_events, self);
  pw_device_subscribe_params (self->proxy, params, G_N_ELEMENTS (params));
  return self;
}

void
lv_pw_device_free (LvPwDevice *self)
{
  spa_hook_remove (&self->listener);
  pw_proxy_destroy ((struct pw_proxy *) self->proxy);
  pw_properties_free (self->props);
  g_free (self);
}

static const Route *
find_route (LvPwDevice *self, const LvPwNode *node)
{
  for (guint i = 0; i < self->n_routes; i++)
    if (self->routes[i].kind & node->kinds && self->routes[i].part == node->route_device)
      return &self->routes[i];
  return NULL;
}

gboolean
lv_pw_device_apply (LvPwDevice *self, LvPwNodes *nodes)
{
  static const Route none = { 0 };
  GPtrArray *list = lv_pw_nodes_list (nodes);
  gboolean changed = FALSE;

  for (guint i = 0; i < list->len; i++)
    {
      LvPwNode *node = list->pdata[i];
      const Route *route = find_route (self, node);

      if (node->device_id != self->id)
        continue;
      if (route == NULL)
        route = &none;
      changed |= lv_pw_node_complete (node, &self->props->dict);
      changed |= lv_pw_node_set_route (node, route->port_type, route->muted);
    }
  return changed;
}
