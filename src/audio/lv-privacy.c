/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-privacy"

#include "audio/lv-privacy.h"

#include <gio/gio.h>

struct _LvPrivacy {
  GObject parent_instance;

  GSettings *settings; /* NULL: no such schema */
};

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvPrivacy, lv_privacy, G_TYPE_OBJECT)

LvPrivacy *
lv_privacy_new (void)
{
  return g_object_new (LV_TYPE_PRIVACY, NULL);
}

gboolean
lv_privacy_forbids_microphone (LvPrivacy *self)
{
  g_return_val_if_fail (LV_IS_PRIVACY (self), FALSE);

  return self->settings != NULL && g_settings_get_boolean (self->settings, LV_PRIVACY_MICROPHONE);
}

static void
on_settings_changed (GSettings *settings, const char *key, LvPrivacy *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* A schema or a key that is missing would end the program in g_settings_new(). */
static GSettings *
make_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, LV_PRIVACY_SCHEMA, TRUE);
  if (schema == NULL || !g_settings_schema_has_key (schema, LV_PRIVACY_MICROPHONE))
    {
      g_debug ("There is no %s %s", LV_PRIVACY_SCHEMA, LV_PRIVACY_MICROPHONE);
      return NULL;
    }
  return g_settings_new_full (schema, NULL, NULL);
}

static void
lv_privacy_finalize (GObject *object)
{
  g_clear_object (&LV_PRIVACY (object)->settings);
  G_OBJECT_CLASS (lv_privacy_parent_class)->finalize (object);
}

static void
lv_privacy_class_init (LvPrivacyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_privacy_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", LV_TYPE_PRIVACY, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

/* Changes are told of a key that was read once. */
static void
lv_privacy_init (LvPrivacy *self)
{
  self->settings = make_settings ();
  if (self->settings == NULL)
    return;
  g_signal_connect_object (self->settings, "changed::" LV_PRIVACY_MICROPHONE,
                           G_CALLBACK (on_settings_changed), self, 0);
  lv_privacy_forbids_microphone (self);
}
