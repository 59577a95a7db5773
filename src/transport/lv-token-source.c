/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-token-source"

#include "transport/lv-token-source.h"

#include <time.h>

typedef struct {
  LvTokenScheme scheme;
  guint timeout_ms;
  LvSecret *kept; /* nullable */
  gint64 renew_s; /* when, of the clock below */
  GQueue waiting; /* GTask */
} LvTokenSourcePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (LvTokenSource, lv_token_source, G_TYPE_OBJECT)

#define PRIVATE(self) ((LvTokenSourcePrivate *) lv_token_source_get_instance_private (self))

/* A token grows old while the machine sleeps. */
static gint64
get_now_s (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec;
}

LvTokenScheme
lv_token_source_get_scheme (LvTokenSource *self)
{
  return PRIVATE (self)->scheme;
}

void
lv_token_source_set_scheme (LvTokenSource *self, LvTokenScheme scheme)
{
  PRIVATE (self)->scheme = scheme;
}

guint
lv_token_source_get_timeout_ms (LvTokenSource *self)
{
  return PRIVATE (self)->timeout_ms;
}

void
lv_token_source_set_timeout_ms (LvTokenSource *self, guint timeout_ms)
{
  PRIVATE (self)->timeout_ms = timeout_ms;
}

gboolean
lv_token_source_check (LvTokenSource *self, GError **error)
{
  LvTokenSourceClass *klass = LV_TOKEN_SOURCE_GET_CLASS (self);

  return klass->check == NULL || klass->check (self, error);
}

void
lv_token_source_forget (LvTokenSource *self)
{
  g_clear_pointer (&PRIVATE (self)->kept, lv_secret_free);
}

static void
keep (LvTokenSource *self, const LvSecret *secret, guint lifetime_s)
{
  lv_token_source_forget (self);
  if (lifetime_s == 0)
    return;
  PRIVATE (self)->kept = lv_secret_copy (secret);
  PRIVATE (self)->renew_s = get_now_s () + lifetime_s - MIN (LV_TOKEN_MARGIN_S, lifetime_s / 5);
}

/* Each asker gets a copy of his own, for he wipes it. */
static void
answer_all (GQueue *waiting, const LvSecret *secret, const GError *error)
{
  GTask *task;

  while ((task = g_queue_pop_head (waiting)) != NULL)
    {
      lv_secret_return_task (task, secret != NULL ? lv_secret_copy (secret) : NULL,
                             secret == NULL ? g_error_copy (error) : NULL);
      g_object_unref (task);
    }
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer data)
{
  LvTokenSource *self = LV_TOKEN_SOURCE (source);
  GQueue waiting = PRIVATE (self)->waiting;
  g_autoptr (GError) error = NULL;
  guint lifetime_s = 0;
  g_autoptr (LvSecret) secret =
      LV_TOKEN_SOURCE_GET_CLASS (self)->fetch_finish (self, result, &lifetime_s, &error);

  /* Who asks from within an answer begins anew. */
  g_queue_init (&PRIVATE (self)->waiting);
  if (secret != NULL)
    keep (self, secret, lifetime_s);
  answer_all (&waiting, secret, error);
}

void
lv_token_source_get_async (LvTokenSource *self, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  LvTokenSourcePrivate *private = PRIVATE (self);

  g_task_set_source_tag (task, lv_token_source_get_async);
  if (private->kept != NULL && get_now_s () < private->renew_s)
    {
      lv_secret_return_task (task, lv_secret_copy (private->kept), NULL);
      return;
    }
  g_queue_push_tail (&private->waiting, g_steal_pointer (&task));
  /* The first who leaves must not take it away from the others: nobody cancels it. */
  if (private->waiting.length == 1)
    LV_TOKEN_SOURCE_GET_CLASS (self)->fetch_async (self, NULL, on_fetched, NULL);
}

LvSecret *
lv_token_source_get_finish (LvTokenSource *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
lv_token_source_finalize (GObject *object)
{
  lv_token_source_forget (LV_TOKEN_SOURCE (object));
  G_OBJECT_CLASS (lv_token_source_parent_class)->finalize (object);
}

static void
lv_token_source_class_init (LvTokenSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_token_source_finalize;
}

static void
lv_token_source_init (LvTokenSource *self)
{
  PRIVATE (self)->scheme = LV_TOKEN_SCHEME_BEARER;
  PRIVATE (self)->timeout_ms = LV_TOKEN_TIMEOUT_MS;
  g_queue_init (&PRIVATE (self)->waiting);
}
