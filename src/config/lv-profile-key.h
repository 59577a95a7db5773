/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keys of a profile: one table that lists each once, name, kind, range and field of LvProfile.
 * Configuration, D-Bus options, copying and freeing all go through it. Private to this folder.
 * Pure.
 */
#pragma once

#include "config/lv-profile.h"

typedef enum {
  LV_KEY_STRING,     /* one line, at most @max bytes */
  LV_KEY_TEXT,       /* the same with line breaks */
  LV_KEY_WORD,       /* a string out of @words */
  LV_KEY_LANGUAGE,   /* a BCP 47 tag, or empty */
  LV_KEY_ENDPOINT,   /* a word, or a WebSocket URL */
  LV_KEY_OBJECT,     /* text of a JSON object of at most @max bytes, or empty */
  LV_KEY_ARRAY,      /* the same of an array */
  LV_KEY_LINES,      /* a list of at most @max strings */
  LV_KEY_TAGS,       /* the same of BCP 47 tags */
  LV_KEY_LABELS,     /* at most @max pairs, stored as a list of NAME=VALUE */
  LV_KEY_HISTORY,    /* turns (ss) of a conversation */
  LV_KEY_ENUM,       /* a nick of @words, stored as its index */
  LV_KEY_INTEGER,    /* @min..@max; where it starts empty, empty means unset */
  LV_KEY_DOUBLE,     /* the same of real numbers */
  LV_KEY_BOOLEAN,    /* true or false */
  LV_KEY_MODALITIES, /* list of "audio" and "text", stored as whether "audio" is in it */
  LV_N_KEY_KINDS
} LvKeyKind;

typedef enum {
  LV_KEY_IN_FILE = 1 << 0,
  LV_KEY_IN_OPTIONS = 1 << 1,
  LV_KEY_EVERYWHERE = LV_KEY_IN_FILE | LV_KEY_IN_OPTIONS,
} LvKeyPlace;

typedef struct {
  const char *name;
  LvKeyKind kind;
  LvKeyPlace places;
  gsize offset;
  int min;
  int max; /* strings: bytes; lists: entries */
  const char *words;
  const char *initial;
} LvKey;

extern const LvKey lv_profile_keys[];
extern const guint lv_profile_n_keys;

/* NULL: there is none at that place. */
const LvKey *lv_profile_key_find (const char *name, LvKeyPlace place);
/* INVALID_ARGS that names @name and lists the keys of @place; always FALSE. */
gboolean lv_profile_key_refuse_unknown (const char *name, LvKeyPlace place, GError **error);

/* What the value of @key must be, in words. Newly allocated. */
char *lv_profile_key_describe (const LvKey *key);
/* The D-Bus type of @key as an option; static. */
const char *lv_profile_key_get_type (const LvKey *key);

/* Which of the words of @key, -1: none. */
int lv_profile_key_find_word (const LvKey *key, const char *word);
/* INVALID_ARGS that says what @key must be; always FALSE. */
gboolean lv_profile_key_refuse (const LvKey *key, GError **error);
/* The same for a value of the type @given where @type is expected; always FALSE. */
gboolean lv_profile_key_refuse_type (const LvKey *key, const char *given, const char *type,
                                     GError **error);
