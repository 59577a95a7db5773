/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lv_setup_check(): the encoder, made to tell what it would leave out.
 */
#include "protocol/lv-table.h"

static gboolean
check_model (const LvModel *model, const char *id, GError **error)
{
  if (model->replaced_by == NULL)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED, "%s is retired: use %s instead", id,
               model->replaced_by);
  return FALSE;
}

static gboolean
check_api (const LvModel *model, LvApi api, const char *id, GError **error)
{
  LvCapability needed = lv_api_is_vertex (api) ? LV_CAN_VERTEX_API : LV_CAN_DEVELOPER_API;

  if (lv_model_can (model, needed))
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED, "%s does not offer the model %s",
               lv_api_get_title (api), id);
  return FALSE;
}

gboolean
lv_setup_check (const LvSetup *setup, GError **error)
{
  const LvModel *model = lv_setup_get_limits (setup);
  const char *id = lv_model_get_id (setup->model);
  g_autoptr (GString) json = g_string_new (NULL);
  LvWriter writer = { json, model, setup->api, TRUE, id, NULL, NULL };

  if (!check_model (model, id, error) || !check_api (model, setup->api, id, error))
    return FALSE;
  lv_write_object (&writer, NULL, &lv_setup_fields, setup);
  if (writer.error == NULL)
    return TRUE;
  g_propagate_error (error, writer.error);
  return FALSE;
}
