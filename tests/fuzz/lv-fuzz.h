/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One fuzz target a program, under libFuzzer (meson option "fuzz") or under lv-fuzz-run.c, which
 * is what the tests do. A target aborts when what it is given breaks a promise.
 */
#pragma once

#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
