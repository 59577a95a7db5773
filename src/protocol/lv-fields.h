/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every field that the codec knows, from the tables it reads and writes by: for documentation that
 * cannot forget one. Pure.
 */
#pragma once

#include "protocol/lv-model.h"

typedef enum { LV_FROM_CLIENT, LV_FROM_SERVER } LvDirection;

typedef struct {
  const char *path;    /* "setup.tools[].googleSearch" */
  const char *ignored; /* why it has no effect; NULL: it has */
  LvCapability needs;  /* of the model or the API */
  gboolean is_alias;   /* another field says the same and is written instead */
} LvFieldInfo;

typedef void (*LvFieldVisitor) (const LvFieldInfo *info, gpointer data);

/* Calls @visitor for each field, an object before what is in it. */
void lv_fields_foreach (LvDirection direction, LvFieldVisitor visitor, gpointer data);
