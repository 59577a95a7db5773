/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-jitter.h"

struct _LvJitter {
  guint preroll_ms;
  guint needs_ms[LV_JITTER_MEMORY]; /* what would have been enough, oldest forgotten first */
  guint n_needs;                    /* ever */

  /* the stretch that is being played */
  gboolean playing;
  guint used_ms;  /* the pre-roll with which it began */
  guint spare_ms; /* least that was left when more came */
  guint length_ms;
  guint missed_ms; /* what would have been needed where it broke off */
};

LvJitter *
lv_jitter_new (void)
{
  LvJitter *self = g_rc_box_new0 (LvJitter);

  self->preroll_ms = LV_JITTER_FIRST_MS;
  return self;
}

LvJitter *
lv_jitter_ref (LvJitter *self)
{
  return g_rc_box_acquire (self);
}

void
lv_jitter_unref (LvJitter *self)
{
  g_rc_box_release (self);
}

guint
lv_jitter_get_preroll_ms (LvJitter *self)
{
  return self->preroll_ms;
}

static void
begin_stretch (LvJitter *self)
{
  self->playing = TRUE;
  self->spare_ms = G_MAXUINT;
  self->length_ms = 0;
}

void
lv_jitter_begin (LvJitter *self)
{
  if (!self->playing)
    self->missed_ms = 0;
  begin_stretch (self);
  self->used_ms = self->preroll_ms;
}

static guint
get_need (LvJitter *self)
{
  guint enough_ms =
      self->used_ms > self->spare_ms ? self->used_ms - self->spare_ms + LV_JITTER_MARGIN_MS : 0;

  return MAX (enough_ms, self->missed_ms);
}

static guint
get_largest_need (LvJitter *self)
{
  guint largest = LV_JITTER_MIN_MS;

  for (guint i = 0; i < MIN (self->n_needs, LV_JITTER_MEMORY); i++)
    largest = MAX (largest, self->needs_ms[i]);
  return MIN (largest, LV_JITTER_MAX_MS);
}

static void
learn (LvJitter *self)
{
  guint floor_ms;

  self->needs_ms[self->n_needs++ % LV_JITTER_MEMORY] = get_need (self);
  self->missed_ms = 0;
  floor_ms = MAX (self->preroll_ms, LV_JITTER_SHRINK_MS) - LV_JITTER_SHRINK_MS;
  self->preroll_ms = MAX (get_largest_need (self), floor_ms);
}

void
lv_jitter_note_arrival (LvJitter *self, guint left_ms, guint voice_ms)
{
  if (!self->playing)
    return;
  self->spare_ms = MIN (self->spare_ms, left_ms);
  self->length_ms += voice_ms;
  if (self->length_ms < LV_JITTER_STRETCH_MS)
    return;
  learn (self);
  begin_stretch (self);
}

void
lv_jitter_note_underrun (LvJitter *self, guint gap_ms)
{
  guint need_ms = MIN (gap_ms, LV_JITTER_MAX_MS) + self->used_ms + LV_JITTER_MARGIN_MS;

  if (!self->playing)
    return;
  self->missed_ms = MAX (self->missed_ms, MIN (need_ms, LV_JITTER_MAX_MS));
  self->preroll_ms = MAX (self->preroll_ms, self->missed_ms);
}

void
lv_jitter_end (LvJitter *self)
{
  if (self->playing)
    learn (self);
  self->playing = FALSE;
}
