/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One signal on its way to the bus, and what it is about: where it tells the state of something, a
 * newer one of the same subject makes it superfluous. Pure.
 */
#pragma once

#include "bus/lv-bus-audience.h"

typedef struct {
  char *destination; /* unique name; NULL: everybody, or whoever listens to ... */
  LvTopics topics;   /* ... one of these; 0 where that is settled */
  char *path;
  const char *interface; /* static */
  const char *signal;    /* static */
  GVariant *arguments;
  char *subject; /* NULL: something that happened, and is to be told */
  gsize size;    /* bytes, about, as a message */
} LvBusLetter;

/* @interface and @signal: static. A floating @arguments is taken. The subject is the item of a
 * transcript, the property that changed, the levels, or what a signal without arguments says. */
LvBusLetter *lv_bus_letter_new (const char *destination, LvTopics topics, const char *path,
                                const char *interface, const char *signal, GVariant *arguments);
void lv_bus_letter_free (LvBusLetter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBusLetter, lv_bus_letter_free)
