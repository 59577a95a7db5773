/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an answer rests on and what is known about it, as a{sv} for those who want to know more than
 * the words: one function for each kind of the signal "detail" that needs one. Each cuts what a
 * server may make too long. Pure; results are floating.
 */
#pragma once

#include "protocol/lv-message.h"

#define LV_DETAIL_TEXT_MAX (16 * 1024) /* bytes of a text: thought, output of a program */
#define LV_DETAIL_LONG_MAX (64 * 1024) /* bytes of HTML or code */
#define LV_DETAIL_LIST_MAX 256         /* entries of a list */
#define LV_DETAIL_WORDS_MAX 1000       /* words of one transcription */

GVariant *lv_detail_from_grounding (const LvGrounding *grounding);
GVariant *lv_detail_from_urls (GPtrArray *urls);
GVariant *lv_detail_from_thought (const char *text);
GVariant *lv_detail_from_code (const LvCode *code);
GVariant *lv_detail_from_code_result (const LvCodeResult *result);

/* NULL when @transcription has nothing but its text. */
GVariant *lv_detail_from_transcription (const LvTranscription *transcription, LvRole role,
                                        gboolean interim);

/* @offset_us: -1: not told. */
GVariant *lv_detail_from_voice (gboolean begins, gint64 offset_us);
/* One word under @key. */
GVariant *lv_detail_from_word (const char *key, const char *word);
GVariant *lv_detail_new_empty (void);
