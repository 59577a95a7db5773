/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-context.h"

#include "audio/lv-microphone.h"
#include "audio/lv-pw-connection.h"
#include "audio/lv-pw-playback.h"

struct _LvPwContext {
  GObject parent_instance;

  GWeakRef connection; /* owned by the streams */
  GWeakRef floor;      /* owned by the microphones */
  LvEchoCancel echo_cancel;
  LvEchoState echo;
};

G_DEFINE_FINAL_TYPE (LvPwContext, lv_pw_context, G_TYPE_OBJECT)

LvPwContext *
lv_pw_context_new (void)
{
  return g_object_new (LV_TYPE_PW_CONTEXT, NULL);
}

static LvFloor *
ref_floor (LvPwContext *self)
{
  LvFloor *floor = g_weak_ref_get (&self->floor);

  if (floor == NULL)
    {
      floor = lv_floor_new (self);
      g_weak_ref_set (&self->floor, floor);
    }
  return floor;
}

LvCapture *
lv_pw_context_create_capture (LvPwContext *self, const char *target, const char *description)
{
  g_autoptr (LvFloor) floor = NULL;

  g_return_val_if_fail (LV_IS_PW_CONTEXT (self), NULL);

  floor = ref_floor (self);
  return lv_microphone_new (floor, target, description);
}

LvPlayback *
lv_pw_context_create_playback (LvPwContext *self, const char *target, const char *description)
{
  g_return_val_if_fail (LV_IS_PW_CONTEXT (self), NULL);

  return lv_pw_playback_new (self, target, description);
}

void
lv_pw_context_set_echo_cancel (LvPwContext *self, LvEchoCancel wanted)
{
  g_return_if_fail (LV_IS_PW_CONTEXT (self));

  self->echo_cancel = wanted;
  self->echo.mode = wanted == LV_ECHO_CANCEL_HALF_DUPLEX ? LV_ECHO_HALF_DUPLEX : LV_ECHO_NONE;
  self->echo.reason = "nothing else can be done";
}

const LvEchoState *
lv_pw_context_get_echo (LvPwContext *self)
{
  g_return_val_if_fail (LV_IS_PW_CONTEXT (self), NULL);

  return &self->echo;
}

LvPwConnection *
lv_pw_context_connect (LvPwContext *self, GError **error)
{
  g_autoptr (LvPwConnection) connection = g_weak_ref_get (&self->connection);

  if (connection != NULL && !lv_pw_connection_is_lost (connection))
    return g_steal_pointer (&connection);
  g_clear_object (&connection);
  connection = lv_pw_connection_new (error);
  g_weak_ref_set (&self->connection, connection);
  return g_steal_pointer (&connection);
}

static void
lv_pw_context_finalize (GObject *object)
{
  g_weak_ref_clear (&LV_PW_CONTEXT (object)->connection);
  g_weak_ref_clear (&LV_PW_CONTEXT (object)->floor);
  G_OBJECT_CLASS (lv_pw_context_parent_class)->finalize (object);
}

static void
lv_pw_context_class_init (LvPwContextClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_pw_context_finalize;
}

static void
lv_pw_context_init (LvPwContext *self)
{
  g_weak_ref_init (&self->connection, NULL);
  g_weak_ref_init (&self->floor, NULL);
}
