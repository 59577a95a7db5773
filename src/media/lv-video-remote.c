/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-video-remote"

#include "media/lv-video-remote.h"

#include "base/lv-names.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define VIDEO_ICON "camera-video" /* in lists of what is connected; every icon theme has it */

struct _LvVideoRemote {
  const LvVideoRemoteEvents *events;
  gpointer owner;
  guint64 target;
  gboolean is_node_id;

  /* PipeWire's thread */
  guint32 node_id;   /* of the target, PW_ID_ANY: not found */
  gboolean is_video; /* the target */
  char *serial;      /* of the target, NULL: not found */
  int search_seq;    /* when this is done all nodes were told */
  gboolean searched;

  /* owned, in order of creation */
  struct pw_thread_loop *loop;
  struct pw_context *context;
  struct pw_core *core;
  struct spa_hook core_listener;
  struct pw_registry *registry;
  struct spa_hook registry_listener;
};

static void
fail (LvVideoRemote *self, LvErrorCode code, const char *message)
{
  self->events->failed (g_error_new_literal (LV_ERROR, code, message), self->owner);
}

static gboolean
is_target (LvVideoRemote *self, guint32 id, const char *serial)
{
  guint64 number;

  if (self->is_node_id)
    return id == self->target;
  return serial != NULL && g_ascii_string_to_unsigned (serial, 10, 0, G_MAXUINT64, &number, NULL) &&
         number == self->target;
}

static void
on_registry_global (void *data, uint32_t id, uint32_t permissions, const char *type,
                    uint32_t version, const struct spa_dict *props)
{
  LvVideoRemote *self = data;
  const char *serial, *class;

  if (self->serial != NULL || props == NULL || !g_str_equal (type, PW_TYPE_INTERFACE_Node))
    return;
  serial = spa_dict_lookup (props, PW_KEY_OBJECT_SERIAL);
  class = spa_dict_lookup (props, PW_KEY_MEDIA_CLASS);
  if (!is_target (self, id, serial))
    return;
  self->node_id = id;
  self->serial = serial != NULL ? g_strdup (serial) : g_strdup_printf ("%u", id);
  self->is_video = class == NULL || strstr (class, "Video") != NULL;
}

static void
on_registry_global_remove (void *data, uint32_t id)
{
  LvVideoRemote *self = data;

  if (self->searched && id == self->node_id)
    fail (self, LV_ERROR_FAILED, "The camera or screen is gone");
}

static const struct pw_registry_events registry_events = {
  PW_VERSION_REGISTRY_EVENTS,
  .global = on_registry_global,
  .global_remove = on_registry_global_remove,
};

static void
on_core_done (void *data, uint32_t id, int seq)
{
  LvVideoRemote *self = data;

  if (id != PW_ID_CORE || seq != self->search_seq || self->searched)
    return;
  self->searched = TRUE;
  if (self->serial == NULL)
    fail (self, LV_ERROR_INVALID_ARGS, "PipeWire has no such video stream");
  else if (!self->is_video)
    fail (self, LV_ERROR_INVALID_ARGS, "What is to be looked at is no video stream");
  else
    self->events->found (self->serial, self->owner);
}

static void
on_core_error (void *data, uint32_t id, int seq, int res, const char *message)
{
  LvVideoRemote *self = data;

  g_debug ("PipeWire reports for object %u: %s (%s)", id, message, g_strerror (-res));
  if (id == PW_ID_CORE)
    fail (self, LV_ERROR_NO_AUDIO_SERVER, "The connection to PipeWire for video was lost");
}

static const struct pw_core_events core_events = {
  PW_VERSION_CORE_EVENTS,
  .done = on_core_done,
  .error = on_core_error,
};

/* As for sound: nothing on standard error unless PIPEWIRE_DEBUG asks for it. */
static void
init_pipewire (void)
{
  static gsize done;

  if (!g_once_init_enter (&done))
    return;
  pw_init (NULL, NULL);
  if (g_getenv ("PIPEWIRE_DEBUG") == NULL)
    pw_log_set_level (SPA_LOG_LEVEL_NONE);
  g_once_init_leave (&done, 1);
}

/* PipeWire would take any descriptor and then trust it. */
static gboolean
is_unix_stream (int fd)
{
  int domain = 0, type = 0;
  socklen_t size = sizeof (int);

  return getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX &&
         getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

/* Without the module that asks for real-time scheduling: a picture a second can wait. */
static struct pw_properties *
make_properties (void)
{
  return pw_properties_new (PW_KEY_APP_ID, LV_APPLICATION_ID, PW_KEY_APP_NAME, LV_APPLICATION_NAME,
                            PW_KEY_APP_ICON_NAME, VIDEO_ICON, "module.rt", "false",
                            "mem.warn-mlock", "false", NULL);
}

static gboolean
connect_core (LvVideoRemote *self, int fd, GError **error)
{
  if (fd >= 0 && !is_unix_stream (fd))
    {
      close (fd);
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                   "The remote is no connection to PipeWire: not a Unix stream socket");
      return FALSE;
    }
  if (self->context == NULL)
    {
      if (fd >= 0)
        close (fd);
      g_set_error (error, LV_ERROR, LV_ERROR_NO_AUDIO_SERVER,
                   "PipeWire's library does not work (%s)", g_strerror (errno));
      return FALSE;
    }
  self->core = fd >= 0 ? pw_context_connect_fd (self->context, fd, NULL, 0)
                       : pw_context_connect (self->context, NULL, 0);
  if (self->core != NULL)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_NO_AUDIO_SERVER, "Cannot connect to PipeWire (%s)",
               g_strerror (errno));
  return FALSE;
}

LvVideoRemote *
lv_video_remote_new (int fd, guint64 target, gboolean is_node_id, const LvVideoRemoteEvents *events,
                     gpointer owner, GError **error)
{
  g_autoptr (LvVideoRemote) self = g_new0 (LvVideoRemote, 1);

  init_pipewire ();
  self->events = events;
  self->owner = owner;
  self->target = target;
  self->is_node_id = is_node_id;
  self->node_id = PW_ID_ANY;
  self->loop = pw_thread_loop_new ("lv-video", NULL);
  if (self->loop != NULL)
    self->context = pw_context_new (pw_thread_loop_get_loop (self->loop), make_properties (), 0);
  if (!connect_core (self, fd, error))
    return NULL;
  pw_core_add_listener (self->core, &self->core_listener, &core_events, self);
  self->registry = pw_core_get_registry (self->core, PW_VERSION_REGISTRY, 0);
  pw_registry_add_listener (self->registry, &self->registry_listener, &registry_events, self);
  self->search_seq = pw_core_sync (self->core, PW_ID_CORE, 0);
  return g_steal_pointer (&self);
}

void
lv_video_remote_free (LvVideoRemote *self)
{
  if (self->loop != NULL)
    lv_video_remote_stop (self);
  if (self->registry != NULL)
    {
      spa_hook_remove (&self->registry_listener);
      pw_proxy_destroy ((struct pw_proxy *) self->registry);
      spa_hook_remove (&self->core_listener);
    }
  g_clear_pointer (&self->core, pw_core_disconnect);
  g_clear_pointer (&self->context, pw_context_destroy);
  g_clear_pointer (&self->loop, pw_thread_loop_destroy);
  g_free (self->serial);
  g_free (self);
}

gboolean
lv_video_remote_start (LvVideoRemote *self, GError **error)
{
  if (pw_thread_loop_start (self->loop) == 0)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_FAILED, "Cannot start a thread for video: %s",
               g_strerror (errno));
  return FALSE;
}

void
lv_video_remote_stop (LvVideoRemote *self)
{
  pw_thread_loop_stop (self->loop);
}

struct pw_loop *
lv_video_remote_get_loop (LvVideoRemote *self)
{
  return pw_thread_loop_get_loop (self->loop);
}

struct pw_core *
lv_video_remote_get_core (LvVideoRemote *self)
{
  return self->core;
}
