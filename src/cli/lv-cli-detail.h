/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the service tells beyond the words (the signal TurnDetail), for people: sources of a search,
 * pages that were read, thoughts, programs and their results. Pure.
 */
#pragma once

#include <glib.h>

/* @details: the arguments of the signal. Clean lines, perhaps none: what only programs can use. */
GStrv lv_cli_detail_describe (GVariant *details);
