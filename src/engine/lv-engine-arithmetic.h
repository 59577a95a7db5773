/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Spoken arithmetic: "what is seventeen times twenty three", "twelve percent of two hundred". Pure.
 */
#pragma once

#include <glib.h>

/* Evaluates what @words asks for, with the usual precedence. FALSE when it is not arithmetic
 * through and through.
 * *@ret_question: the calculation as understood ("17 times 23"), newly allocated. The value is
 * infinite after a division by zero, and LV_ENGINE_NUMBER_MAX or more when any number on the way
 * was. */
gboolean lv_engine_arithmetic_evaluate (const char *const *words, double *ret_value,
                                        char **ret_question);
