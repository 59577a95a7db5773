/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parameters of a command that run-tool offers: from the command line, to the declaration for
 * the model, and back into an argument vector. A value never becomes more or less than the part of
 * the one argument where it was asked for, and never an option by surprise. Pure.
 */
#pragma once

#include "base/lv-error.h"

typedef struct {
  char *name;
  char *type;   /* of JSON Schema */
  GStrv values; /* the allowed ones, or NULL */
  char *description;
  gboolean optional;
} LvCliParam;

/* "NAME:TYPE:DESCRIPTION" with TYPE string, integer, number, boolean or ONE|OTHER|...; "NAME?" when
 * it may be left out. The description may be left out. INVALID_ARGS. */
LvCliParam *lv_cli_param_parse (const char *text, GError **error);
void lv_cli_param_free (LvCliParam *param);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvCliParam, lv_cli_param_free)

/* JSON for Manager.RegisterTools(): one tool. */
char *lv_cli_param_declare (GPtrArray *params, const char *name, const char *description,
                            const char *risk, guint timeout_ms);

/* @template with each "{NAME}" of a parameter replaced by its value ("" when it is left out), in
 * one pass. INVALID_ARGS for a text that would be taken for an option: one that begins an argument
 * with '-', unless an argument
 * "--" comes before. */
GStrv lv_cli_param_expand (GPtrArray *params, const char *const *template, GHashTable *values,
                           GError **error);

/* The environment @base with LV_ARG_<NAME> for each given value. Takes @base. */
GStrv lv_cli_param_export (GPtrArray *params, GStrv base, GHashTable *values);
