/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The messages of the Live API as tables: an object is described by rows (name, as what, which
 * member of which struct), and the same rows read it, write it, check it against a model and list
 * it for the documentation. Keys match in camelCase and in snake_case; null means absent. Private
 * to this folder. Pure.
 */
#pragma once

#include "protocol/lv-json-reader.h"
#include "protocol/lv-json-writer.h"
#include "protocol/lv-model.h"

/* What the service says when it says no more. */
#define LV_INVALID_ARGUMENT "Request contains an invalid argument."

/* What is being written, for whom. */
typedef struct {
  GString *json;
  const LvModel *model; /* what it does not take is left out; NULL: no limits */
  LvApi api;

  gboolean is_check;      /* what is left out although it was asked for becomes an error */
  const char *model_name; /* for the error */
  const LvJsonPath *path; /* of the object being written, only kept for the error */
  GError *error;
} LvWriter;

typedef struct _LvField LvField;

/* Reads @node into @base; FALSE: give up, reader->error is set (not if QUIET). */
typedef gboolean (*LvReadFunc) (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                                const LvField *field, gpointer base);

/* Writes the member of @base unless it is unset. */
typedef void (*LvWriteFunc) (LvWriter *writer, const LvField *field, gconstpointer base);

/* What LvField.detail leads to, for who lists the fields. */
typedef enum {
  LV_SHAPE_VALUE,
  LV_SHAPE_VALUES,  /* an array of them */
  LV_SHAPE_OBJECT,  /* detail: LvFields */
  LV_SHAPE_OBJECTS, /* detail: LvFields */
  LV_SHAPE_CASE,    /* detail: LvCase */
  LV_SHAPE_IGNORED, /* detail: the reason, a string */
} LvShape;

/* How a member of a certain C type is read and written. */
typedef struct {
  LvReadFunc read;
  LvWriteFunc write; /* NULL: only read */
  LvShape shape;
} LvKind;

/* A kind of one use, only read. */
#define LV_READS(function) (&(const LvKind){ function, NULL, LV_SHAPE_VALUE })

struct _LvField {
  const char *name; /* camelCase */
  const LvKind *kind;
  gsize offset;         /* of the member in the struct */
  gconstpointer detail; /* as the kind wants it */
  LvCapability needs;   /* of the model and the API, to be written */
  const char *oneof;    /* only one row of this group may be set */
  gboolean is_alias;    /* another row writes the member */
};

/* Pointer to the member of @base that @field is for. */
#define LV_FIELD_MEMBER(Type, base, field) ((Type *) (gpointer) ((char *) (base) + (field)->offset))

/* The members of one kind of object; ends with an empty row. */
typedef struct {
  const char *type;    /* message name, for errors */
  gsize size;          /* of the struct; 0: the rows fill the struct of the object around it */
  GDestroyNotify free; /* with size */
  void (*init) (gpointer base); /* before reading, where zeros are not the defaults */
  /* After reading; FALSE: the object counts as absent, an error may be set. */
  gboolean (*check) (LvJsonReader *reader, const LvJsonPath *path, gpointer base);
  gboolean is_union; /* exactly one row has to be set */
  LvField rows[];
} LvFields;

/* An enum: the value's protobuf number is its index. Names match in any case, as for the service.
 * The first one is not written. */
typedef struct {
  const char *name;
  int value;
} LvEnumName;

typedef struct {
  const char *type;
  LvEnumName names[]; /* ends with an empty row */
} LvEnum;

/* A member of a tagged union. */
typedef struct {
  int tag;
  LvField field; /* what the tag stands for */
} LvCase;

/* ---- reading ---- */

/* Reads the members of object @node into @base. @path NULL: the root. */
gboolean lv_read_fields (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                         const LvFields *fields, gpointer base);

/* The row for @key in camelCase or snake_case; NULL: there is none. */
const LvField *lv_fields_find (const LvFields *fields, const char *key);

/* Calls @read for each element of an array; a single value counts as an array of one, as for the
 * service. */
gboolean lv_read_elements (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                           LvReadFunc read, const LvField *field, gpointer base);

/* For rows of LV_READS(); the member's type stands beside. What does not fit changes nothing. */
gboolean lv_read_string (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                         gpointer); /* char * */
gboolean lv_read_bool (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                       gpointer); /* gboolean */
gboolean lv_read_int (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                      gpointer); /* int; number or digits in a string */
gboolean lv_read_int64 (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                        gpointer); /* gint64; as lv_read_int() */
gboolean lv_read_number (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                         gpointer); /* double */
gboolean lv_read_enum (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                       gpointer); /* int; detail: LvEnum */
gboolean lv_read_anything (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                           gpointer); /* no member: only the name counts */

/* ---- writing ---- */

/* One row: nothing where the member is unset or may not be written. */
void lv_write_row (LvWriter *writer, const LvField *row, gconstpointer base);

/* An object, also when it is empty. @name NULL: an array element or the root. */
void lv_write_object (LvWriter *writer, const char *name, const LvFields *fields,
                      gconstpointer base);

gboolean lv_writer_can (const LvWriter *writer, LvCapability capability);

/* @text, a JSON object, without the members that @fields does not know or that may not be written;
 * each of them is the error of a check. What @text does not fit in is not written. */
void lv_write_known (LvWriter *writer, const char *name, const char *text, const LvFields *fields);
/* The same for the elements of @text, an array of objects. */
void lv_write_known_elements (LvWriter *writer, const char *text, const LvFields *fields);

/* @name of the object being written, or this value of it, is not taken: the error of a check.
 * @name NULL: the object itself. */
void lv_writer_refuse (LvWriter *writer, const char *name, LvCapability capability);
void lv_writer_refuse_value (LvWriter *writer, const char *name, const char *value);

/* ---- kinds: the member's type, and when it is not written ---- */

extern const LvKind lv_as_string;   /* char *: NULL */
extern const LvKind lv_as_word;     /* char[LV_WORD_SIZE]: ""; longer ones are not read */
extern const LvKind lv_as_strings;  /* GPtrArray of char *, created when NULL: none */
extern const LvKind lv_as_bool;     /* gboolean: FALSE */
extern const LvKind lv_as_int;      /* int: 0 */
extern const LvKind lv_as_natural;  /* int: negative */
extern const LvKind lv_as_any_int;  /* int: G_MININT */
extern const LvKind lv_as_count;    /* guint: 0 */
extern const LvKind lv_as_counts;   /* GArray of guint, created when NULL: none */
extern const LvKind lv_as_int64;    /* gint64, a string on the wire: 0 or less */
extern const LvKind lv_as_number;   /* double: NAN */
extern const LvKind lv_as_numbers;  /* GArray of double, created when NULL: none */
extern const LvKind lv_as_duration; /* gint64, microseconds; "1.5s" or {seconds, nanos}: negative */
extern const LvKind lv_as_enum;     /* int; detail: LvEnum: the first of them */
extern const LvKind lv_as_base64;   /* GBytes *: NULL */
extern const LvKind lv_as_object_text; /* char *: text of any JSON object: NULL */
extern const LvKind lv_as_known;       /* char *: text of a JSON object; detail: LvFields: NULL */
extern const LvKind lv_as_known_array; /* char *: text of an array of them: NULL */
extern const LvKind
    lv_as_names; /* no member: of an object only the names count; detail: LvFields */
extern const LvKind lv_as_names_array; /* of an array of them */
extern const LvKind lv_as_map;         /* GHashTable of strings: empty */
extern const LvKind lv_as_object;      /* no member; detail: LvFields: none of its rows is */
extern const LvKind lv_as_always;      /* no member; detail: LvFields: always written */
extern const LvKind lv_as_present;     /* gboolean: the object is there; detail: LvFields: FALSE */
extern const LvKind lv_as_struct;      /* pointer to a struct; detail: LvFields: NULL */
extern const LvKind lv_as_structs;     /* GPtrArray of them, created when NULL: NULL */
extern const LvKind lv_as_case;        /* int, a tag; detail: LvCase: another tag */
extern const LvKind lv_as_empty;       /* no member: an object without fields, always written */
extern const LvKind lv_as_true;        /* no member: true, always written */
extern const LvKind lv_as_ignored;     /* known, of no use to us; detail: why */
