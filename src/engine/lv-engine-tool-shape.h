/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A declared tool as a speaker sees it: the words of its name and description, and its parameters
 * with what may be said for them. Immutable. Pure.
 */
#pragma once

#include "protocol/lv-tool-decl.h"

#define LV_ENGINE_TOOL_MAX_PARAMETERS 16 /* of one tool; the rest is never filled */

typedef enum {
  LV_ENGINE_PARAMETER_STRING,
  LV_ENGINE_PARAMETER_NUMBER,
  LV_ENGINE_PARAMETER_INTEGER,
  LV_ENGINE_PARAMETER_BOOLEAN,
  LV_ENGINE_PARAMETER_STRINGS, /* array of strings */
  LV_ENGINE_PARAMETER_OTHER,   /* cannot be said */
} LvEngineParameterType;

typedef struct {
  char *name;
  LvEngineParameterType type;
  gboolean required;
  char **name_words;
  char **description_words;
  char **values;          /* enum, as declared; NULL: anything */
  GPtrArray *value_words; /* char ** for each of them */
  gint64 unit_seconds;    /* a duration in this unit, 0: not a duration */
} LvEngineParameter;

typedef struct {
  LvToolDecl *decl;
  char **name_words;
  char **description_words;
  GPtrArray *parameters; /* LvEngineParameter, the required ones first */
} LvEngineToolShape;

LvEngineToolShape *lv_engine_tool_shape_new (LvToolDecl *decl);
void lv_engine_tool_shape_free (LvEngineToolShape *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineToolShape, lv_engine_tool_shape_free)

/* Adds to @phrases what one may say to call it, as the ears' grammar takes them; newly
 * allocated. */
void lv_engine_tool_shape_add_phrases (const LvEngineToolShape *self, GPtrArray *phrases);
