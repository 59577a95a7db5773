/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Live captions on a terminal: finished sentences scroll away above, those in the making and a
 * status line (state, levels, keys) are redrawn in place below. Main thread.
 */
#pragma once

#include "cli/lv-cli-term.h"

#define LV_CAPTIONS_MAX_OPEN 16 /* items in the making; more: the oldest is taken as finished */

typedef struct _LvCliCaptions LvCliCaptions;

/* @term must outlive the captions. @hint: what keys there are, for the status line; translated. */
LvCliCaptions *lv_cli_captions_new (LvCliTerm *term, const char *hint);

/* Shows all that is unfinished as it is, and takes the status line away. */
void lv_cli_captions_free (LvCliCaptions *captions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvCliCaptions, lv_cli_captions_free)

/* An LvCliEventFunc; @captions is the LvCliCaptions. */
void lv_cli_captions_handle (const char *event, GVariant *details, gpointer captions);

/* A word for what the user does, shown in place of the state while not NULL; static. */
void lv_cli_captions_set_notice (LvCliCaptions *captions, const char *notice);

void lv_cli_captions_redraw (LvCliCaptions *captions);
