/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A guess at how an English word is spoken, for words that the recogniser's dictionary lacks (tool
 * names are often such): letters to the phone set of the CMU dictionary, by the longest rule that
 * fits. Pure.
 */
#pragma once

#include <glib.h>

/* Phones separated by spaces ("W AY F AY"); newly allocated. NULL when @word holds no letter a to
 * z. */
char *lv_engine_phones_guess (const char *word);
