/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-audio-scan.h"

#include "base/lv-base64.h"
#include "base/lv-pcm.h"
#include "protocol/lv-json.h"
#include "protocol/lv-message.h"

#include <string.h>

#define MIME_MAX 64

typedef struct {
  const char *start;
  gsize length;
} Text;

typedef struct {
  const char *p;
  const char *end;
  gboolean has_role;
  Text mime_type; /* start NULL: not seen yet */
  Text data;
} Scan;

static void
skip_space (Scan *s)
{
  while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t'))
    s->p++;
}

static gboolean
accept (Scan *s, char c)
{
  skip_space (s);
  if (s->p == s->end || *s->p != c)
    return FALSE;
  s->p++;
  return TRUE;
}

/* A string; whatever is in it, the caller takes none with a backslash. */
static gboolean
accept_text (Scan *s, Text *ret_text)
{
  const char *quote;

  if (!accept (s, '"'))
    return FALSE;
  quote = memchr (s->p, '"', s->end - s->p);
  if (quote == NULL)
    return FALSE;
  *ret_text = (Text){ s->p, quote - s->p };
  s->p = quote + 1;
  return TRUE;
}

static gboolean
equals (Text text, const char *literal)
{
  return text.length == strlen (literal) && memcmp (text.start, literal, text.length) == 0;
}

/* The opening of an object and its first key, which must be @key. */
static gboolean
open_object (Scan *s, const char *key)
{
  Text text;

  return accept (s, '{') && accept_text (s, &text) && equals (text, key) && accept (s, ':');
}

static gboolean
scan_inline_data (Scan *s)
{
  if (!accept (s, '{'))
    return FALSE;
  do
    {
      Text key;
      Text *member;

      if (!accept_text (s, &key))
        return FALSE;
      member = equals (key, "data") ? &s->data : equals (key, "mimeType") ? &s->mime_type : NULL;
      if (member == NULL || member->start != NULL || !accept (s, ':') || !accept_text (s, member))
        return FALSE;
    }
  while (accept (s, ','));
  return accept (s, '}');
}

static gboolean
scan_parts (Scan *s)
{
  return accept (s, '[') && open_object (s, "inlineData") && scan_inline_data (s) &&
         accept (s, '}') && accept (s, ']');
}

static gboolean
scan_role (Scan *s)
{
  Text role;

  if (s->has_role || !accept_text (s, &role) || !equals (role, "model"))
    return FALSE;
  s->has_role = TRUE;
  return TRUE;
}

static gboolean
scan_model_turn (Scan *s)
{
  if (!accept (s, '{'))
    return FALSE;
  do
    {
      Text key;

      if (!accept_text (s, &key) || !accept (s, ':'))
        return FALSE;
      if (equals (key, "parts") ? s->data.start != NULL || !scan_parts (s)
                                : !equals (key, "role") || !scan_role (s))
        return FALSE;
    }
  while (accept (s, ','));
  return accept (s, '}');
}

static gboolean
scan_frame (Scan *s)
{
  if (!open_object (s, "serverContent") || !open_object (s, "modelTurn") || !scan_model_turn (s) ||
      !accept (s, '}') || !accept (s, '}'))
    return FALSE;
  skip_space (s);
  return s->p == s->end && s->data.start != NULL && s->mime_type.start != NULL;
}

/* Only the form that lv-decode would give back unchanged. */
static guint
read_rate (Text mime_type)
{
  char text[MIME_MAX], canonical[MIME_MAX];
  guint rate;

  if (mime_type.length >= sizeof text)
    return 0;
  memcpy (text, mime_type.start, mime_type.length);
  text[mime_type.length] = '\0';
  rate = lv_blob_audio_rate (text, LV_RATE_OUT);
  g_snprintf (canonical, sizeof canonical, "audio/pcm;rate=%u", rate);
  return equals (mime_type, canonical) ? rate : 0;
}

LvPcmBlock *
lv_audio_scan (GBytes *frame, guint *ret_rate)
{
  gsize length, n_bytes = 0;
  const char *text = g_bytes_get_data (frame, &length);
  Scan scan = { .p = text, .end = text + length };
  g_autoptr (LvPcmBlock) pcm = NULL;

  if (length > LV_JSON_MAX_FRAME_BYTES || !scan_frame (&scan))
    return NULL;
  *ret_rate = read_rate (scan.mime_type);
  if (*ret_rate == 0)
    return NULL;

  pcm = lv_pcm_block_new (lv_base64_decoded_bound (scan.data.length) / LV_BYTES_PER_FRAME + 1);
  if (!lv_base64_decode (scan.data.start, scan.data.length,
                         (guint8 *) lv_pcm_block_get_samples (pcm), &n_bytes) ||
      n_bytes % LV_BYTES_PER_FRAME != 0)
    return NULL;
  lv_pcm_block_truncate (pcm, n_bytes / LV_BYTES_PER_FRAME);
  return g_steal_pointer (&pcm);
}
