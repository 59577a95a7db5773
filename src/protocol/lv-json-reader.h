/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What reading a JSON tree needs beside the tree: where we are, and whom to tell what about it when
 * something does not fit. Private to this folder. Pure.
 *
 * The modes differ only in what happens to what does not fit:
 *   LIBERAL      it is skipped (server messages: new fields appear every month)
 *   SERVICE      an error in the words of the Live API, path in snake_case (client messages)
 *   DECLARATION  an error "path: expected X" (what an app wrote: declarations, arguments)
 *   QUIET        reading stops without an error (a trial)
 */
#pragma once

#include "protocol/lv-json.h"

/* Where in the tree; linked through the C stack, so that it costs nothing until an error is
 * written. */
typedef struct _LvJsonPath {
  const struct _LvJsonPath *parent;
  const char *key; /* NULL: element @index of an array */
  guint index;
  gboolean is_entry; /* @key is not a field but entry @index of a map */
} LvJsonPath;

/* For a map someMap with an entry x at position 1: */
typedef enum {
  LV_PATH_PLAIN,         /* someMap.x: as an app wrote it */
  LV_PATH_SERVICE_FIELD, /* some_map[1].value: where the service found what it cannot parse */
  LV_PATH_SERVICE_RULE,  /* some_map[x]: where the service found a rule broken */
} LvPathStyle;

typedef enum {
  LV_READ_LIBERAL,
  LV_READ_SERVICE,
  LV_READ_DECLARATION,
  LV_READ_QUIET,
} LvReadMode;

typedef struct {
  LvReadMode mode;
  LvErrorCode code; /* of errors that lv_reader_expected() and lv_reader_unknown() set */
  GError *error;    /* the first one; reading stops there */
} LvJsonReader;

/* "setup.tools[1].functionDeclarations"; newly allocated. */
char *lv_json_path_to_text (const LvJsonPath *path, LvPathStyle style);

/* The complaints. Each returns TRUE (go on) in LIBERAL mode, else FALSE. */
gboolean lv_reader_unknown (LvJsonReader *reader, const LvJsonPath *path, const char *key);
/* @type: a scalar as "integer", or a message name beginning with a capital. */
gboolean lv_reader_expected (LvJsonReader *reader, const LvJsonPath *path, const char *type,
                             JsonNode *node);
gboolean lv_reader_wrong (LvJsonReader *reader, const LvJsonPath *path, LvErrorCode code,
                          const char *format, ...) G_GNUC_PRINTF (4, 5);

/* @key would be the second of @group, of which only one may be set. */
gboolean lv_reader_oneof (LvJsonReader *reader, const LvJsonPath *path, const char *group,
                          const char *key);
