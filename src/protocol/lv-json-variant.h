/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GVariants as JSON, for readers without a D-Bus library. Everything that the interfaces use has a
 * form; a file descriptor's index is a number like others. Pure.
 */
#pragma once

#include <glib.h>

/* {"@key":"@value", NAME: CHILD, ...} with the children of @tuple under @names, one each; newly
 * allocated, on one line. */
char *lv_json_from_tuple (const char *key, const char *value, const char *const *names,
                          GVariant *tuple);
