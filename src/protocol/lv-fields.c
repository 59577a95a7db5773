/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-fields.h"

#include "protocol/lv-table.h"

typedef struct {
  LvFieldVisitor visitor;
  gpointer data;
  GString *path;
} Walk;

static void walk_fields (Walk *walk, const LvFields *fields);

static void
walk_field (Walk *walk, const LvField *row)
{
  const LvField *field =
      row->kind->shape == LV_SHAPE_CASE ? &((const LvCase *) row->detail)->field : row;
  LvShape shape = field->kind->shape;
  gsize length = walk->path->len;
  LvFieldInfo info = { .ignored = shape == LV_SHAPE_IGNORED ? field->detail : NULL,
                       .needs = row->needs,
                       .is_alias = row->is_alias };

  g_string_append_printf (walk->path, "%s%s%s", length > 0 ? "." : "", field->name,
                          shape == LV_SHAPE_VALUES || shape == LV_SHAPE_OBJECTS ? "[]" : "");
  info.path = walk->path->str;
  walk->visitor (&info, walk->data);
  if (shape == LV_SHAPE_OBJECT || shape == LV_SHAPE_OBJECTS)
    walk_fields (walk, field->detail);
  g_string_truncate (walk->path, length);
}

static void
walk_fields (Walk *walk, const LvFields *fields)
{
  for (const LvField *row = fields->rows; row->name != NULL; row++)
    walk_field (walk, row);
}

void
lv_fields_foreach (LvDirection direction, LvFieldVisitor visitor, gpointer data)
{
  g_autoptr (GString) path = g_string_new (NULL);
  Walk walk = { visitor, data, path };

  walk_fields (&walk, direction == LV_FROM_CLIENT ? &lv_client_fields : &lv_server_fields);
}
