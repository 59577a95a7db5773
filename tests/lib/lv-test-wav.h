/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The recorded person of tests/data/audio: 16 kHz, 16-bit, mono.
 */
#pragma once

#include <glib.h>

/* The samples of tests/data/audio/@name.wav as bytes; fails the test when it is not such a file. */
GBytes *lv_test_read_wav (const char *name);

/* The same of any such file, as flite makes it. */
GBytes *lv_test_read_wav_file (const char *path);
