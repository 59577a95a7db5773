/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-transcript.h"

#include "session/lv-spoken.h"

#include <string.h>

typedef struct {
  LvTranscriptItem item; /* text points into the string below */
  GString *text;
  gsize n_sure;    /* bytes; what follows is a guess */
  gboolean indent; /* the first delta began with a space, which was trimmed */
} Entry;

struct _LvTranscript {
  LvTranscriptClock wall_clock;
  LvTranscriptFunc changed;
  gboolean stream;
  gpointer user_data;

  GPtrArray *entries; /* Entry, owned, by id */
  guint last_id;

  Entry *user; /* not final */
  gint64 user_us;
  guint free_id;  /* kept for late words of the question; 0: none */
  gboolean typed; /* the question was, so that no words of it come late */

  Entry *model; /* being spoken, or the last one while its voice may still be cut */
  gboolean model_open;
  gboolean transcribed; /* the open item holds what was said, not what was written */
  guint64 voice_end;    /* frames pushed when the last turn ended */
  LvSpoken *spoken;
};

static void
entry_free (Entry *entry)
{
  g_string_free (entry->text, TRUE);
  g_free (entry);
}

LvTranscript *
lv_transcript_new (LvTranscriptClock wall_clock, LvTranscriptFunc changed, gpointer user_data)
{
  LvTranscript *transcript = g_new0 (LvTranscript, 1);

  transcript->wall_clock = wall_clock;
  transcript->changed = changed;
  transcript->user_data = user_data;
  transcript->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  transcript->spoken = lv_spoken_new ();
  return transcript;
}

void
lv_transcript_free (LvTranscript *transcript)
{
  g_ptr_array_unref (transcript->entries);
  lv_spoken_free (transcript->spoken);
  g_free (transcript);
}

static void
emit (LvTranscript *transcript, Entry *entry)
{
  entry->item.text = entry->text->str;
  transcript->changed (&entry->item, transcript->user_data);
}

static void
finish_entry (LvTranscript *transcript, Entry *entry)
{
  if (entry == NULL || entry->item.final)
    return;
  entry->item.final = TRUE;
  emit (transcript, entry);
}

static guint
find_place (LvTranscript *transcript, guint id)
{
  guint place = transcript->entries->len;

  while (place > 0 && ((Entry *) transcript->entries->pdata[place - 1])->item.id > id)
    place--;
  return place;
}

static void
forget_oldest (LvTranscript *transcript)
{
  Entry *oldest = transcript->entries->pdata[0];

  if (transcript->user == oldest)
    transcript->user = NULL;
  if (transcript->model == oldest)
    {
      transcript->model = NULL;
      transcript->model_open = FALSE;
    }
  g_ptr_array_remove_index (transcript->entries, 0);
}

static Entry *
insert_entry (LvTranscript *transcript, guint id, LvRole role)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->item.id = id;
  entry->item.role = role;
  entry->item.created_us = transcript->wall_clock ();
  entry->text = g_string_new (NULL);
  g_ptr_array_insert (transcript->entries, find_place (transcript, id), entry);
  if (transcript->entries->len > LV_TRANSCRIPT_MAX_ITEMS)
    forget_oldest (transcript);
  return entry;
}

static const char *
skip_space (const char *text)
{
  while (g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return text;
}

/* Bytes of @text that fit into @room, to the end of a character, of a word if there is one. */
static gsize
measure_fit (const char *text, gsize room)
{
  gsize length = strlen (text);
  gsize word;

  if (length <= room)
    return length;
  while ((text[room] & 0xc0) == 0x80)
    room--;
  for (word = room; word > 0 && text[word] != ' ';)
    word--;
  return text[word] == ' ' ? word : room;
}

/* Appends what fits and returns the rest. */
static const char *
append_some (Entry *entry, const char *text)
{
  gsize n_bytes;

  if (entry->text->len == 0)
    {
      const char *trimmed = skip_space (text);

      entry->indent = trimmed != text;
      text = trimmed;
    }
  n_bytes = measure_fit (text, LV_TRANSCRIPT_ITEM_MAX - entry->text->len);
  g_string_append_len (entry->text, text, n_bytes);
  return text + n_bytes;
}

/* Some servers send all words so far instead of the new ones: what of @text is new? */
static const char *
skip_known (const Entry *entry, const char *text)
{
  const char *known = skip_space (text);

  if ((known != text) == entry->indent && g_utf8_strlen (entry->text->str, -1) >= 2 &&
      strlen (known) > entry->text->len && g_str_has_prefix (known, entry->text->str))
    return known + entry->text->len;
  return text;
}

guint
lv_transcript_add (LvTranscript *transcript, LvRole role, const char *text)
{
  guint first = transcript->last_id + 1;

  while (*text != '\0')
    {
      Entry *entry = insert_entry (transcript, ++transcript->last_id, role);

      text = append_some (entry, text);
      finish_entry (transcript, entry);
    }
  transcript->typed = role == LV_ROLE_USER;
  return first;
}

void
lv_transcript_restore (LvTranscript *transcript, guint id, LvRole role, const char *text,
                       gint64 created_us)
{
  Entry *entry;

  transcript->last_id = MAX (id, transcript->last_id + 1);
  entry = insert_entry (transcript, transcript->last_id, role);
  append_some (entry, text);
  entry->item.text = entry->text->str;
  entry->item.created_us = created_us;
  entry->item.final = TRUE;
}

static guint
take_user_id (LvTranscript *transcript)
{
  guint id = transcript->free_id > 0 ? transcript->free_id : ++transcript->last_id;

  transcript->free_id = 0;
  return id;
}

static Entry *
ensure_user (LvTranscript *transcript, gint64 now_us)
{
  if (transcript->user == NULL)
    transcript->user = insert_entry (transcript, take_user_id (transcript), LV_ROLE_USER);
  transcript->user_us = now_us;
  return transcript->user;
}

static void
finish_user (LvTranscript *transcript)
{
  finish_entry (transcript, g_steal_pointer (&transcript->user));
}

void
lv_transcript_add_user_delta (LvTranscript *transcript, const char *text, gint64 now_us)
{
  Entry *entry;

  if (transcript->user == NULL && *skip_space (text) == '\0')
    return;
  entry = ensure_user (transcript, now_us);
  g_string_truncate (entry->text, entry->n_sure);
  text = append_some (entry, skip_known (entry, text));
  while (*text != '\0')
    {
      finish_user (transcript);
      entry = ensure_user (transcript, now_us);
      text = append_some (entry, text);
    }
  entry->n_sure = entry->text->len;
  emit (transcript, entry);
}

void
lv_transcript_set_user_interim (LvTranscript *transcript, const char *text, gint64 now_us)
{
  Entry *entry;
  const char *rest;

  if (transcript->user == NULL && *skip_space (text) == '\0')
    return;
  entry = ensure_user (transcript, now_us);
  g_string_truncate (entry->text, entry->n_sure);
  rest = skip_known (entry, text);
  if (rest == text)
    {
      rest = skip_space (text);
      if (*rest != '\0' && entry->n_sure > 0 && entry->n_sure < LV_TRANSCRIPT_ITEM_MAX)
        g_string_append_c (entry->text, ' ');
    }
  append_some (entry, rest);
  emit (transcript, entry);
}

void
lv_transcript_set_stream (LvTranscript *transcript, gboolean stream)
{
  transcript->stream = stream;
}

guint
lv_transcript_get_quiet_ms (LvTranscript *transcript)
{
  Entry *entry = transcript->user;

  if (transcript->stream)
    return LV_TRANSCRIPT_STREAM_QUIET_MS;
  return entry != NULL && entry->text->len > entry->n_sure ? LV_TRANSCRIPT_GUESS_MS
                                                           : LV_TRANSCRIPT_QUIET_MS;
}

gboolean
lv_transcript_tick (LvTranscript *transcript, gint64 now_us)
{
  gint64 quiet_us = lv_transcript_get_quiet_ms (transcript) * G_GINT64_CONSTANT (1000);

  if (transcript->user == NULL || now_us - transcript->user_us < quiet_us)
    return FALSE;
  finish_user (transcript);
  return TRUE;
}

void
lv_transcript_end_user (LvTranscript *transcript)
{
  finish_user (transcript);
}

static Entry *
insert_model (LvTranscript *transcript, guint64 voice_start)
{
  lv_spoken_begin (transcript->spoken, voice_start);
  return insert_entry (transcript, ++transcript->last_id, LV_ROLE_MODEL);
}

static void
begin_model (LvTranscript *transcript)
{
  if (transcript->user == NULL && !transcript->typed && !transcript->stream)
    transcript->free_id = ++transcript->last_id;
  transcript->typed = FALSE;
  transcript->model = insert_model (transcript, transcript->voice_end);
  transcript->model_open = TRUE;
  transcript->transcribed = FALSE;
}

static void
add_model_words (LvTranscript *transcript, const char *text, guint64 pushed)
{
  if (!transcript->model_open && *skip_space (text) == '\0')
    return;
  if (!transcript->model_open)
    begin_model (transcript);

  text = append_some (transcript->model, skip_known (transcript->model, text));
  while (*text != '\0')
    {
      finish_entry (transcript, transcript->model);
      transcript->model = insert_model (transcript, pushed);
      text = append_some (transcript->model, text);
    }
  lv_spoken_add (transcript->spoken, transcript->model->text->len, pushed);
  emit (transcript, transcript->model);
}

void
lv_transcript_add_model_part (LvTranscript *transcript, const char *text, guint64 pushed)
{
  if (!transcript->model_open || !transcript->transcribed)
    add_model_words (transcript, text, pushed);
}

void
lv_transcript_add_model_delta (LvTranscript *transcript, const char *text, guint64 pushed)
{
  if (transcript->model_open && !transcript->transcribed)
    {
      g_string_truncate (transcript->model->text, 0);
      lv_spoken_begin (transcript->spoken, transcript->voice_end);
    }
  add_model_words (transcript, text, pushed);
  transcript->transcribed = TRUE;
}

void
lv_transcript_end_model (LvTranscript *transcript, guint64 pushed)
{
  finish_entry (transcript, transcript->model);
  transcript->model_open = FALSE;
  transcript->free_id = 0;
  transcript->voice_end = pushed;
}

void
lv_transcript_end_turn (LvTranscript *transcript, guint64 pushed)
{
  if (transcript->model_open)
    finish_user (transcript);
  lv_transcript_end_model (transcript, pushed);
}

/* Words that come from now on belong to what the user interrupts with. */
static void
finish_question (LvTranscript *transcript, const Entry *answer)
{
  transcript->free_id = 0;
  if (transcript->user != NULL && transcript->user->item.id < answer->item.id)
    finish_user (transcript);
}

guint
lv_transcript_cut (LvTranscript *transcript, guint64 heard, guint64 pushed)
{
  Entry *entry = g_steal_pointer (&transcript->model);
  gboolean open = transcript->model_open;
  gsize length;

  transcript->model_open = FALSE;
  transcript->voice_end = pushed;
  if (entry == NULL)
    return 0;

  finish_question (transcript, entry);
  length = entry->text->len;
  if (heard != LV_HEARD_ALL && (open || heard < pushed))
    length = lv_spoken_get_length (transcript->spoken, entry->text->str, heard, pushed);
  if (!open && length == entry->text->len)
    return 0;
  g_string_truncate (entry->text, length);
  entry->item.final = TRUE;
  emit (transcript, entry);
  return entry->item.id;
}

void
lv_transcript_finish (LvTranscript *transcript)
{
  finish_user (transcript);
  lv_transcript_end_turn (transcript, 0);
  transcript->model = NULL;
}

guint
lv_transcript_get_open (LvTranscript *transcript, LvRole role)
{
  if (role == LV_ROLE_USER)
    return transcript->user != NULL ? transcript->user->item.id : 0;
  return transcript->model_open ? transcript->model->item.id : 0;
}

guint
lv_transcript_get_last_id (LvTranscript *transcript)
{
  return transcript->last_id;
}

GPtrArray *
lv_transcript_list (LvTranscript *transcript, guint since)
{
  GPtrArray *items = g_ptr_array_new ();

  for (guint i = find_place (transcript, since); i < transcript->entries->len; i++)
    g_ptr_array_add (items, &((Entry *) transcript->entries->pdata[i])->item);
  return items;
}

GPtrArray *
lv_transcript_list_tail (LvTranscript *transcript, guint since, guint before, guint max_items,
                         gsize max_bytes)
{
  GPtrArray *tail = g_ptr_array_new ();
  guint first = find_place (transcript, since);

  for (guint i = find_place (transcript, before - 1); i > first && tail->len < max_items; i--)
    {
      Entry *entry = transcript->entries->pdata[i - 1];

      if (entry->text->len > max_bytes)
        break;
      max_bytes -= entry->text->len;
      if (entry->text->len > 0)
        g_ptr_array_insert (tail, 0, &entry->item);
    }
  return tail;
}
