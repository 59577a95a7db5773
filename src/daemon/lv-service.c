/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/lv-service.h"

#include <systemd/sd-daemon.h>

/* Two chances within the time that systemd allows */
#define FEEDS_PER_PERIOD 2

struct _LvService {
  GObject parent_instance;

  guint64 watchdog_us; /* 0: systemd does not watch us */
  guint feed_source;   /* 0 while at rest */
};

G_DEFINE_FINAL_TYPE (LvService, lv_service, G_TYPE_OBJECT)

static gboolean
on_feed (gpointer data)
{
  sd_notify (FALSE, "WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

static void
arm_watchdog (LvService *self)
{
  sd_notifyf (FALSE, "WATCHDOG_USEC=%" G_GUINT64_FORMAT "\nWATCHDOG=1", self->watchdog_us);
  self->feed_source = g_timeout_add (self->watchdog_us / 1000 / FEEDS_PER_PERIOD, on_feed, self);
}

static void
disarm_watchdog (LvService *self)
{
  sd_notify (FALSE, "WATCHDOG_USEC=0");
  g_clear_handle_id (&self->feed_source, g_source_remove);
}

static void
lv_service_finalize (GObject *object)
{
  LvService *self = LV_SERVICE (object);

  g_clear_handle_id (&self->feed_source, g_source_remove);
  G_OBJECT_CLASS (lv_service_parent_class)->finalize (object);
}

static void
lv_service_class_init (LvServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_service_finalize;
}

static void
lv_service_init (LvService *self)
{
  if (sd_watchdog_enabled (FALSE, &self->watchdog_us) <= 0)
    self->watchdog_us = 0;
}

LvService *
lv_service_new (void)
{
  return g_object_new (LV_TYPE_SERVICE, NULL);
}

void
lv_service_ready (LvService *self)
{
  sd_notify (FALSE, "READY=1");
  if (self->watchdog_us > 0 && self->feed_source == 0)
    disarm_watchdog (self);
}

void
lv_service_set_status (LvService *self, const char *status)
{
  sd_notifyf (FALSE, "STATUS=%s", status);
}

void
lv_service_stopping (LvService *self)
{
  sd_notify (FALSE, "STOPPING=1");
}

void
lv_service_set_busy (LvService *self, gboolean busy)
{
  if (self->watchdog_us == 0 || busy == (self->feed_source != 0))
    return;

  if (busy)
    arm_watchdog (self);
  else
    disarm_watchdog (self);
}
