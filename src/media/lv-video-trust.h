/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether a connection leads to the user's own PipeWire. Its library believes what a server says,
 * so a sandboxed app must not be able to play one for us. Any thread.
 */
#pragma once

#include "base/lv-error.h"

/* Whether who listens at the other end of @fd listens at the socket of the user's PipeWire, too. */
gboolean lv_video_trust_check (int fd);
