/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* dl_iterate_phdr */
#define G_LOG_DOMAIN "lv-pw-canceller"

#include "audio/lv-pw-canceller.h"

#include <link.h>
#include <malloc.h>
#include <pipewire/impl.h>
#include <spa/utils/names.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MODULE "libpipewire-module-echo-cancel"
#define ALGORITHM "aec/libspa-aec-webrtc"

struct _LvPwCanceller {
  char *microphone;
  char *speaker;
  char *source;
  gboolean ready;
  gboolean lost;
  LvPwCancellerFunc func;
  gpointer owner;
  guint ready_timer;

  /* owned */
  struct pw_impl_module *module; /* NULL: it went away by itself */
  struct spa_hook module_listener;
  struct pw_registry *registry; /* until the source is there */
  struct spa_hook registry_listener;
};

static void
lose (LvPwCanceller *self)
{
  self->ready = FALSE;
  self->lost = TRUE;
  self->func (self->owner);
}

static void
on_module_destroy (void *data)
{
  LvPwCanceller *self = data;

  spa_hook_remove (&self->module_listener);
  self->module = NULL;
  lose (self);
}

static const struct pw_impl_module_events module_events = {
  PW_VERSION_IMPL_MODULE_EVENTS,
  .destroy = on_module_destroy,
};

static void
stop_waiting (LvPwCanceller *self)
{
  g_clear_handle_id (&self->ready_timer, g_source_remove);
  if (self->registry == NULL)
    return;
  spa_hook_remove (&self->registry_listener);
  pw_proxy_destroy ((struct pw_proxy *) g_steal_pointer (&self->registry));
}

static void
on_registry_global (void *data, uint32_t id, uint32_t permissions, const char *type,
                    uint32_t version, const struct spa_dict *props)
{
  LvPwCanceller *self = data;

  if (self->ready || props == NULL ||
      g_strcmp0 (spa_dict_lookup (props, PW_KEY_NODE_NAME), self->source) != 0)
    return;
  self->ready = TRUE;
  g_clear_handle_id (&self->ready_timer, g_source_remove);
  self->func (self->owner);
}

static const struct pw_registry_events registry_events = {
  PW_VERSION_REGISTRY_EVENTS,
  .global = on_registry_global,
};

static gboolean
on_ready_timer (gpointer data)
{
  LvPwCanceller *self = data;

  self->ready_timer = 0;
  lose (self);
  return G_SOURCE_REMOVE;
}

static void
wait_for_source (LvPwCanceller *self, struct pw_core *core)
{
  self->registry = pw_core_get_registry (core, PW_VERSION_REGISTRY, 0);
  pw_registry_add_listener (self->registry, &self->registry_listener, &registry_events, self);
  self->ready_timer = g_timeout_add (LV_PW_CANCELLER_READY_MS, on_ready_timer, self);
}

/* Names are other people's. */
static char *
quote (const char *text)
{
  g_autofree char *escaped = g_strescape (text, "\x7f");

  return g_strdup_printf ("\"%s\"", escaped);
}

/* A stream that its session manager must neither remember, nor move when its device goes. */
#define FIXED "node.dont-reconnect = true state.restore-props = false state.restore-target = false "

/* One channel is all that we capture. What the algorithm thinks of voices nobody asks for. To a
 * stream.monitor PipeWire gives peaks for a level meter in place of samples whenever the rates
 * differ, and 0.3.65 reads beyond its buffers for that; what else it means is said singly. */
static char *
make_arguments (LvPwCanceller *self, guint serial)
{
  g_autofree char *microphone = quote (self->microphone);
  g_autofree char *speaker = quote (self->speaker);

  return g_strdup_printf (
      "{ library.name = " ALGORITHM " aec.args = { webrtc.voice_detection = false } "
      "monitor.mode = true node.latency = " LV_PW_CANCELLER_BLOCK " "
      "buffer.max_size = " LV_PW_CANCELLER_BUFFER_MS " "
      "audio.rate = 48000 audio.channels = 1 audio.position = [ MONO ] "
      "capture.props = { node.name = " LV_PW_CANCELLER_PREFIX "%u.microphone "
      "node.description = \"Live Voice\" target.object = %s media.role = Communication " FIXED "} "
      "sink.props = { node.name = " LV_PW_CANCELLER_PREFIX "%u.speaker "
      "node.description = \"Live Voice\" target.object = %s "
      "stream.monitor = false channelmix.normalize = true port.ignore-latency = true "
      "stream.capture.sink = true node.passive = true " FIXED "} "
      "source.props = { node.name = %s node.description = \"Live Voice\" "
      "media.class = Audio/Source/Internal } }",
      serial, microphone, serial, speaker, self->source);
}

/* Some versions of the module leak when they do not find the algorithm. */
static struct spa_handle *
load_algorithm (struct pw_context *context)
{
  uint32_t n_support;
  const struct spa_support *support = pw_context_get_support (context, &n_support);

  return pw_load_spa_handle (ALGORITHM, SPA_NAME_AEC, NULL, n_support, support);
}

/* The module connects by itself: it would leave its listeners behind in a connection of ours. */
static gboolean
load_module (LvPwCanceller *self, struct pw_context *context, guint serial)
{
  g_autofree char *arguments = make_arguments (self, serial);
  struct spa_handle *algorithm = load_algorithm (context);

  if (algorithm == NULL)
    return FALSE;
  self->module = pw_context_load_module (context, MODULE, arguments, NULL);
  pw_unload_spa_handle (algorithm);
  if (self->module == NULL)
    return FALSE;
  pw_impl_module_add_listener (self->module, &self->module_listener, &module_events, self);
  return TRUE;
}

LvPwCanceller *
lv_pw_canceller_new (struct pw_context *context, struct pw_core *core, guint serial,
                     const char *microphone, const char *speaker, LvPwCancellerFunc func,
                     gpointer owner)
{
  g_autoptr (LvPwCanceller) self = g_new0 (LvPwCanceller, 1);

  self->microphone = g_strdup (microphone);
  self->speaker = g_strdup (speaker);
  self->source = g_strdup_printf (LV_PW_CANCELLER_PREFIX "%u.source", serial);
  self->func = func;
  self->owner = owner;
  if (!load_module (self, context, serial))
    return NULL;
  wait_for_source (self, core);
  g_debug ("Loaded for %s and %s", microphone, speaker);
  return g_steal_pointer (&self);
}

void
lv_pw_canceller_free (LvPwCanceller *self)
{
  stop_waiting (self);
  if (self->module != NULL)
    {
      spa_hook_remove (&self->module_listener);
      pw_impl_module_destroy (self->module);
    }
  g_free (self->microphone);
  g_free (self->speaker);
  g_free (self->source);
  g_free (self);
}

const char *
lv_pw_canceller_get_source (LvPwCanceller *self)
{
  return self->ready ? self->source : NULL;
}

gboolean
lv_pw_canceller_is_lost (LvPwCanceller *self)
{
  return self->lost;
}

static gboolean
is_of_algorithm (const char *library)
{
  return strstr (library, "libwebrtc") != NULL || strstr (library, "libstdc++") != NULL ||
         strstr (library, "libspa-aec") != NULL;
}

/* Code that nobody writes to: what is needed again is read again. */
static int
give_back_code (struct dl_phdr_info *library, size_t size, void *data)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);

  if (!is_of_algorithm (library->dlpi_name))
    return 0;
  for (guint i = 0; i < library->dlpi_phnum; i++)
    {
      const ElfW (Phdr) *part = &library->dlpi_phdr[i];
      gsize start = (library->dlpi_addr + part->p_vaddr) & ~(page - 1);

      if (part->p_type == PT_LOAD && (part->p_flags & PF_W) == 0)
        madvise ((void *) start, library->dlpi_addr + part->p_vaddr + part->p_memsz - start,
                 MADV_DONTNEED);
    }
  return 0;
}

void
lv_pw_canceller_give_back (void)
{
  malloc_trim (0);
  dl_iterate_phdr (give_back_code, NULL);
}
