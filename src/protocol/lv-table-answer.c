/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server tells about an answer beside the answer: transcriptions, sources, costs.
 */
#include "protocol/lv-table.h"

#define WORD(member) offsetof (LvWord, member)
#define TRANSCRIPTION(member) offsetof (LvTranscription, member)
#define SOURCE(member) offsetof (LvSource, member)
#define SUPPORT(member) offsetof (LvSupport, member)
#define GROUNDING(member) offsetof (LvGrounding, member)
#define URL(member) offsetof (LvFetchedUrl, member)
#define USAGE(member) offsetof (LvUsage, member)

#define ALIAS .is_alias = TRUE

/* ---- transcriptions ---- */

static void
init_word (gpointer base)
{
  LvWord *word = base;

  word->start_us = -1;
  word->end_us = -1;
}

static const LvFields word_fields = {
  .type = "Transcription.Word",
  .size = sizeof (LvWord),
  .free = (GDestroyNotify) lv_word_free,
  .init = init_word,
  .rows = {
      { "word", &lv_as_string, WORD (text) },
      { "startOffset", &lv_as_duration, WORD (start_us) },
      { "endOffset", &lv_as_duration, WORD (end_us) },
      { NULL },
  },
};

static void
init_transcription (gpointer base)
{
  LvTranscription *transcription = base;

  transcription->start_us = -1;
  transcription->end_us = -1;
}

static gboolean
check_transcription (LvJsonReader *reader, const LvJsonPath *path, gpointer base)
{
  LvTranscription *transcription = base;

  if (transcription->text == NULL)
    transcription->text = g_strdup ("");
  return TRUE;
}

const LvFields lv_transcription_fields = {
  .type = "Transcription",
  .size = sizeof (LvTranscription),
  .free = (GDestroyNotify) lv_transcription_free,
  .init = init_transcription,
  .check = check_transcription,
  .rows = {
      { "text", &lv_as_string, TRANSCRIPTION (text) },
      { "finished", &lv_as_bool, TRANSCRIPTION (finished) },
      { "languageCode", &lv_as_string, TRANSCRIPTION (language_code) },
      { "speakerLabel", &lv_as_string, TRANSCRIPTION (speaker_label) },
      { "words", &lv_as_structs, TRANSCRIPTION (words), &word_fields },
      { "startOffset", &lv_as_duration, TRANSCRIPTION (start_us) },
      { "endOffset", &lv_as_duration, TRANSCRIPTION (end_us) },
      { NULL },
  },
};

/* ---- sources ---- */

static const LvFields web_fields = {
  .type = "GroundingChunk.Web",
  .rows = {
      { "uri", &lv_as_string, SOURCE (uri) },
      { "title", &lv_as_string, SOURCE (title) },
      { "domain", &lv_as_string, SOURCE (domain) },
      { NULL },
  },
};

/* A chunk of another kind keeps its place, because supports count them. */
static const LvFields chunk_fields = {
  .type = "GroundingChunk",
  .size = sizeof (LvSource),
  .free = (GDestroyNotify) lv_source_free,
  .rows = {
      { "web", &lv_as_object, 0, &web_fields },
      { "retrievedContext", &lv_as_object, 0, &web_fields, ALIAS },
      { "maps", &lv_as_object, 0, &web_fields, ALIAS },
      { NULL },
  },
};

static const LvFields segment_fields = {
  .type = "Segment",
  .rows = {
      { "partIndex", &lv_as_int, SUPPORT (part_index) },
      { "startIndex", &lv_as_int, SUPPORT (start) },
      { "endIndex", &lv_as_int, SUPPORT (end) },
      { "text", &lv_as_string, SUPPORT (text) },
      { NULL },
  },
};

static const LvFields support_fields = {
  .type = "GroundingSupport",
  .size = sizeof (LvSupport),
  .free = (GDestroyNotify) lv_support_free,
  .rows = {
      { "segment", &lv_as_object, 0, &segment_fields },
      { "groundingChunkIndices", &lv_as_counts, SUPPORT (sources) },
      { "confidenceScores", &lv_as_numbers, SUPPORT (confidences) },
      { NULL },
  },
};

static const LvFields search_entry_fields = {
  .type = "SearchEntryPoint",
  .rows = {
      { "renderedContent", &lv_as_string, GROUNDING (search_entry) },
      { "sdkBlob", &lv_as_string, GROUNDING (search_entry_blob) },
      { NULL },
  },
};

const LvFields lv_grounding_fields = {
  .type = "GroundingMetadata",
  .size = sizeof (LvGrounding),
  .free = (GDestroyNotify) lv_grounding_free,
  .rows = {
      { "webSearchQueries", &lv_as_strings, GROUNDING (queries) },
      { "groundingChunks", &lv_as_structs, GROUNDING (sources), &chunk_fields },
      { "groundingSupports", &lv_as_structs, GROUNDING (supports), &support_fields },
      { "searchEntryPoint", &lv_as_object, 0, &search_entry_fields },
      { "retrievalQueries", &lv_as_strings, GROUNDING (retrieval_queries) },
      { "imageSearchQueries", &lv_as_strings, GROUNDING (image_queries) },
      { "googleMapsWidgetContextToken", &lv_as_string, GROUNDING (maps_token) },
      { NULL },
  },
};

static const LvFields fetched_url_fields = {
  .type = "UrlMetadata",
  .size = sizeof (LvFetchedUrl),
  .free = (GDestroyNotify) lv_fetched_url_free,
  .rows = {
      { "retrievedUrl", &lv_as_string, URL (url) },
      { "urlRetrievalStatus", &lv_as_string, URL (status) },
      { NULL },
  },
};

const LvFields lv_url_context_fields = {
  .type = "UrlContextMetadata",
  .rows = {
      { "urlMetadata", &lv_as_structs, offsetof (LvServerMessage, fetched_urls),
        &fetched_url_fields },
      { NULL },
  },
};

/* ---- costs ---- */

static const LvEnum modalities = {
  "Modality",
  {
      { "MODALITY_UNSPECIFIED", LV_N_MODALITIES },
      { "TEXT", LV_MODALITY_TEXT },
      { "IMAGE", LV_MODALITY_IMAGE },
      { "VIDEO", LV_MODALITY_VIDEO },
      { "AUDIO", LV_MODALITY_AUDIO },
      { "DOCUMENT", LV_MODALITY_DOCUMENT },
      { NULL },
  },
};

typedef struct {
  LvModality modality;
  guint count;
} TokenCount;

static const LvFields count_fields = {
  .type = "ModalityTokenCount",
  .rows = {
      { "modality", &lv_as_enum, offsetof (TokenCount, modality), &modalities },
      { "tokenCount", &lv_as_count, offsetof (TokenCount, count) },
      { NULL },
  },
};

static gboolean
read_token_count (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                  const LvField *field, gpointer base)
{
  guint *counts = LV_FIELD_MEMBER (guint, base, field);
  TokenCount one = { LV_N_MODALITIES, 0 };

  if (!lv_read_fields (reader, path, node, field->detail, &one))
    return FALSE;
  if (one.modality < LV_N_MODALITIES)
    counts[one.modality] += one.count;
  return TRUE;
}

static gboolean
read_token_counts (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                   const LvField *field, gpointer base)
{
  return lv_read_elements (reader, path, node, read_token_count, field, base);
}

/* Like the service, nothing for what is zero. */
static void
write_token_counts (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const guint *counts = LV_FIELD_MEMBER (guint, base, field);
  gsize length = writer->json->len;
  gboolean is_empty = TRUE;

  lv_json_open (writer->json, field->name, '[');
  for (guint i = 0; i < LV_N_MODALITIES; i++)
    {
      const TokenCount one = { i, counts[i] };

      if (one.count > 0)
        lv_write_object (writer, NULL, field->detail, &one);
      is_empty = is_empty && one.count == 0;
    }
  lv_json_close (writer->json, ']');
  if (is_empty)
    g_string_truncate (writer->json, length);
}

/* guint[LV_N_MODALITIES] */
static const LvKind token_counts_kind = { read_token_counts, write_token_counts, LV_SHAPE_OBJECTS };

/* The same under the names of Vertex and of the Developer API. */
#define RESPONSE_COUNT &lv_as_count, USAGE (response_tokens)
#define RESPONSE_DETAILS &token_counts_kind, USAGE (response), &count_fields

static const LvCase developer_count = { FALSE, { "responseTokenCount", RESPONSE_COUNT } };
static const LvCase vertex_count = { TRUE, { "candidatesTokenCount", RESPONSE_COUNT } };
static const LvCase developer_details = { FALSE, { "responseTokensDetails", RESPONSE_DETAILS } };
static const LvCase vertex_details = { TRUE, { "candidatesTokensDetails", RESPONSE_DETAILS } };

const LvFields lv_usage_fields = {
  .type = "UsageMetadata",
  .size = sizeof (LvUsage),
  .free = g_free,
  .rows = {
      { "promptTokenCount", &lv_as_count, USAGE (prompt_tokens) },
      { "responseTokenCount", &lv_as_case, USAGE (vertex), &developer_count },
      { "candidatesTokenCount", &lv_as_case, USAGE (vertex), &vertex_count },
      { "thoughtsTokenCount", &lv_as_count, USAGE (thought_tokens) },
      { "toolUsePromptTokenCount", &lv_as_count, USAGE (tool_prompt_tokens) },
      { "cachedContentTokenCount", &lv_as_count, USAGE (cached_tokens) },
      { "totalTokenCount", &lv_as_count, USAGE (total_tokens) },
      { "promptTokensDetails", &token_counts_kind, USAGE (prompt), &count_fields },
      { "responseTokensDetails", &lv_as_case, USAGE (vertex), &developer_details },
      { "candidatesTokensDetails", &lv_as_case, USAGE (vertex), &vertex_details },
      { "cacheTokensDetails", &token_counts_kind, USAGE (cached), &count_fields },
      { "toolUsePromptTokensDetails", &token_counts_kind, USAGE (tool_prompt), &count_fields },
      { "serviceTier", &lv_as_word, USAGE (service_tier) },
      { "trafficType", &lv_as_word, USAGE (traffic_type) },
      { NULL },
  },
};
