/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The messages of the Live API, field by field: the tables that lv-decode reads by, lv-encode
 * writes by and lv-fields lists. Private to this folder. Pure.
 */
#pragma once

#include "protocol/lv-field.h"
#include "protocol/lv-message.h"
#include "protocol/lv-setup.h"

extern const LvFields lv_client_fields; /* LvClientMessage */
extern const LvFields lv_server_fields; /* LvServerMessage */

/* What they are made of. */
extern const LvFields lv_blob_fields;           /* LvBlob */
extern const LvFields lv_part_fields;           /* LvPart */
extern const LvFields lv_response_part_fields;  /* LvPart, of a tool's response */
extern const LvFields lv_content_fields;        /* LvContent */
extern const LvFields lv_setup_fields;          /* LvSetup */
extern const LvFields lv_context_update_fields; /* LvSetup */
extern const LvFields lv_transcription_fields;  /* LvTranscription */
extern const LvFields lv_grounding_fields;      /* LvGrounding */
extern const LvFields lv_url_context_fields;    /* LvServerMessage */
extern const LvFields lv_usage_fields;          /* LvUsage */

extern const LvFields lv_generation_fields; /* LvSetup */
extern const LvFields lv_tool_fields;       /* LvSetup; each row is a Tool of its own */

/* No struct: what tools of the service may hold. */
extern const LvFields lv_google_search_fields;
extern const LvFields lv_google_maps_fields;
extern const LvFields lv_file_search_fields;
extern const LvFields lv_computer_use_fields;
extern const LvFields lv_mcp_server_fields;
extern const LvFields lv_retrieval_fields;
extern const LvFields lv_enterprise_web_search_fields;
extern const LvFields lv_exa_ai_search_fields;
extern const LvFields lv_parallel_ai_search_fields;

/* No member: all rows of lv_tool_fields, an array. */
extern const LvKind lv_as_tools;
extern const LvKind lv_as_all_tools; /* written even if there is none */
