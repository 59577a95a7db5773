/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looks after what may be spent: after each count of the service, and when the minutes are over.
 * What is over ends the conversation when nothing is being said, or LV_BUDGET_GRACE_S later. Main
 * thread.
 */
#include "session/lv-session-private.h"

static const LvBudgetConfig *
get_config (LvSession *self)
{
  return &self->services.settings->budget;
}

static LvBudgetUse
get_use (LvSession *self)
{
  guint64 tokens = self->sum.total - self->sum.free - self->budget.tokens_before;
  gint64 until_us = lv_session_is_live (self) ? g_get_monotonic_time () : self->budget.ended_us;
  LvBudgetUse use = { 0 };

  if (self->services.ledger != NULL)
    lv_ledger_get_spent (self->services.ledger, &use);
  use.used[LV_BUDGET_SESSION_TOKENS] = tokens;
  use.used[LV_BUDGET_SESSION_MINUTES] =
      self->budget.free ? 0 : (double) (until_us - self->budget.begun_us) / (60 * G_USEC_PER_SEC);
  return use;
}

static void
warn (LvSession *self, const LvBudgetUse *use)
{
  guint near = lv_budget_list_near (get_config (self), use) & ~self->budget.warned;

  self->budget.warned |= near;
  for (LvBudget budget = 0; budget < LV_N_BUDGETS; budget++)
    if ((near & 1u << budget) != 0)
      {
        guint limit = lv_budget_get_limit (get_config (self), budget);
        g_autofree char *message =
            g_strdup_printf ("%.0f %% of the budget %s=%u is spent",
                             use->used[budget] * 100 / limit, lv_budget_to_nick (budget), limit);

        lv_session_warn_with (self, "budget", message,
                              g_variant_new_parsed ("{'what': <%s>, 'used': <%d>, 'limit': <%d>}",
                                                    lv_budget_to_nick (budget), use->used[budget],
                                                    (double) limit));
      }
}

static void
end (LvSession *self)
{
  g_clear_handle_id (&self->budget.timer, g_source_remove);
  g_clear_error (&self->failure);
  self->failure = g_steal_pointer (&self->budget.spent);
  if (self->link != LV_LINK_PARKED && self->link != LV_LINK_DOZING)
    {
      lv_session_dispatch (self, LV_EVENT_REFUSED);
      return;
    }
  lv_session_set_error (self, self->failure);
  lv_session_stop (self, LV_CLOSE_QUOTA);
}

static gboolean
on_grace_over (gpointer data)
{
  LvSession *self = data;

  self->budget.timer = 0;
  end (self);
  return G_SOURCE_REMOVE;
}

static gboolean
is_answering (LvSession *self)
{
  return self->playing || (self->turn != LV_TURN_IDLE && self->turn != LV_TURN_USER);
}

void
lv_session_consider_budget (LvSession *self)
{
  if (self->budget.spent != NULL && self->message == NULL && lv_session_is_live (self) &&
      !is_answering (self))
    end (self);
}

static gboolean
on_minutes_over (gpointer data)
{
  LvSession *self = data;

  self->budget.timer = 0;
  lv_session_watch_budget (self);
  return G_SOURCE_REMOVE;
}

/* When the next share of the minutes will be spent that says something. */
static void
arm_minutes (LvSession *self, const LvBudgetUse *use)
{
  double limit = lv_budget_get_limit (get_config (self), LV_BUDGET_SESSION_MINUTES);
  double next = limit * LV_BUDGET_WARN_PERCENT / 100;
  double left;

  if (limit <= 0)
    return;
  if (use->used[LV_BUDGET_SESSION_MINUTES] >= next)
    next = limit;
  left = next - use->used[LV_BUDGET_SESSION_MINUTES];
  lv_session_set_timer (self, &self->budget.timer, (guint) MAX (left * 60000 + 1, 1),
                        on_minutes_over);
}

void
lv_session_watch_budget (LvSession *self)
{
  LvBudgetUse use;

  if (!lv_session_is_live (self) || self->budget.free || self->budget.spent != NULL)
    return;
  use = get_use (self);
  warn (self, &use);
  if (lv_budget_check (get_config (self), &use, LV_BUDGETS_ALL, &self->budget.spent))
    {
      arm_minutes (self, &use);
      return;
    }
  lv_session_set_timer (self, &self->budget.timer, self->times.budget_grace_ms, on_grace_over);
  lv_session_consider_budget (self);
}

void
lv_session_begin_budget (LvSession *self)
{
  self->budget.free = self->endpoint->is_engine;
  self->budget.tokens_before = self->sum.total - self->sum.free;
  self->budget.begun_us = g_get_monotonic_time ();
  self->budget.warned = 0;
  lv_session_watch_budget (self);
}

void
lv_session_end_budget (LvSession *self)
{
  self->budget.ended_us = g_get_monotonic_time ();
  g_clear_handle_id (&self->budget.timer, g_source_remove);
  g_clear_error (&self->budget.spent);
}

gboolean
lv_session_check_budget (LvSession *self, const LvEndpoint *endpoint, GError **error)
{
  LvBudgetUse use = get_use (self);

  return endpoint->is_engine || lv_budget_check (get_config (self), &use, LV_BUDGETS_OF_DAY, error);
}

GVariant *
lv_session_describe_budget (LvSession *self)
{
  LvBudgetUse use = get_use (self);

  return lv_budget_describe (get_config (self), &use, LV_BUDGETS_ALL);
}
