/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Table-driven reading of a JSON tree into C structs: an object is described by an array of rows
 * (name, how to read it, where it goes), so that decoding a message is data and not a chain of
 * conditions. Keys match in camelCase and in snake_case; null means absent. Private to this
 * folder. Pure.
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

typedef struct _LvField LvField;

/* Reads @node into @base; FALSE: give up, reader->error is set (not if QUIET). */
typedef gboolean (*LvFieldFunc) (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                                 const LvField *field, gpointer base);

struct _LvField {
  const char *name; /* camelCase */
  LvFieldFunc read;
  gsize offset;         /* of the member in the struct being filled */
  gconstpointer detail; /* LvFields or LvEnum, as the function wants it */
};

/* Pointer to the member of @base that @field is for. */
#define LV_FIELD_MEMBER(Type, base, field) ((Type *) (gpointer) ((char *) (base) + (field)->offset))

/* The members of one kind of object; ends with an empty row. All nested objects fill the same
 * struct. */
typedef struct {
  const char *type; /* message name, for errors */
  LvField rows[];
} LvFields;

/* An enum: the value's protobuf number is its index. Names match in any case, as for the
 * service. */
typedef struct {
  const char *name;
  int value;
} LvEnumName;

typedef struct {
  const char *type;
  LvEnumName names[]; /* ends with an empty row */
} LvEnum;

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

/* Reads the members of object @node into @base. @path NULL: the root. */
gboolean lv_reader_read_fields (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                                const LvFields *fields, gpointer base);

/* Calls @read for each element of an array; a single value counts as an array of one, as for the
 * service. */
gboolean lv_reader_read_elements (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                                  LvFieldFunc read, const LvField *field, gpointer base);

/* Rows; the member's type in brackets. A value that does not fit leaves the member as it was. */
gboolean lv_read_string (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                         gpointer); /* char * */
gboolean lv_read_strings (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                          gpointer); /* GPtrArray of char *; created when NULL */
gboolean lv_read_bool (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                       gpointer); /* gboolean */
gboolean lv_read_int (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                      gpointer); /* int; number or digits in a string */
gboolean lv_read_count (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                        gpointer); /* guint; as lv_read_int(), not negative */
gboolean lv_read_duration (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                           gpointer); /* gint64, microseconds; "1.5s" or {seconds, nanos} */
gboolean lv_read_enum (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                       gpointer); /* int; detail: LvEnum */
gboolean lv_read_struct (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                         gpointer); /* char *: text of any JSON object */
gboolean lv_read_object (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                         gpointer); /* no member; detail: LvFields */
gboolean lv_read_present (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                          gpointer); /* gboolean: the object is there; detail: LvFields */
gboolean lv_read_ignored (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                          gpointer); /* known, of no use to us */
