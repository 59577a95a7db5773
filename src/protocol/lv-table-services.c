/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tools that the service brings along: what may be in their objects, which are passed on as they
 * are. Source: the types of the service's own SDK, state 2026-11.
 */
#include "protocol/lv-table.h"

#define VALUE(name)                                                                                \
  {                                                                                                \
    name, LV_READS (lv_read_anything)                                                              \
  }
#define OBJECT(name, fields)                                                                       \
  {                                                                                                \
    name, &lv_as_names, .detail = &(fields)                                                        \
  }
#define OBJECTS(name, fields)                                                                      \
  {                                                                                                \
    name, &lv_as_names_array, .detail = &(fields)                                                  \
  }
#define END                                                                                        \
  {                                                                                                \
    NULL                                                                                           \
  }

static const LvFields empty_fields = { .type = "Empty", .rows = { END } };

/* ---- googleSearch, enterpriseWebSearch ---- */

static const LvFields search_type_fields = {
  .type = "Tool.GoogleSearch.SearchTypes",
  .rows = { OBJECT ("webSearch", empty_fields), OBJECT ("imageSearch", empty_fields), END },
};

static const LvFields interval_fields = {
  .type = "Interval",
  .rows = { VALUE ("startTime"), VALUE ("endTime"), END },
};

const LvFields lv_google_search_fields = {
  .type = "Tool.GoogleSearch",
  .rows = {
      { "searchTypes", &lv_as_names, .detail = &search_type_fields,
        .needs = LV_CAN_DEVELOPER_API },
      { "timeRangeFilter", &lv_as_names, .detail = &interval_fields,
        .needs = LV_CAN_DEVELOPER_API },
      { "excludeDomains", LV_READS (lv_read_anything), .needs = LV_CAN_VERTEX_API },
      { "blockingConfidence", LV_READS (lv_read_anything), .needs = LV_CAN_VERTEX_API },
      END,
  },
};

const LvFields lv_enterprise_web_search_fields = {
  .type = "Tool.EnterpriseWebSearch",
  .rows = { VALUE ("excludeDomains"), VALUE ("blockingConfidence"), END },
};

/* ---- authConfig ---- */

static const LvFields api_key_fields = {
  .type = "ApiKeyConfig",
  .rows = { VALUE ("name"), VALUE ("apiKeySecret"), VALUE ("apiKeyString"),
            VALUE ("httpElementLocation"), END },
};

static const LvFields service_account_fields = {
  .type = "AuthConfig.GoogleServiceAccountConfig",
  .rows = { VALUE ("serviceAccount"), END },
};

static const LvFields http_basic_fields = {
  .type = "AuthConfig.HttpBasicAuthConfig",
  .rows = { VALUE ("credentialSecret"), END },
};

static const LvFields oauth_fields = {
  .type = "AuthConfig.OauthConfig",
  .rows = { VALUE ("accessToken"), VALUE ("serviceAccount"), END },
};

static const LvFields oidc_fields = {
  .type = "AuthConfig.OidcConfig",
  .rows = { VALUE ("idToken"), VALUE ("serviceAccount"), END },
};

static const LvFields auth_fields = {
  .type = "AuthConfig",
  .rows = { VALUE ("authType"), VALUE ("apiKey"), OBJECT ("apiKeyConfig", api_key_fields),
            OBJECT ("googleServiceAccountConfig", service_account_fields),
            OBJECT ("httpBasicAuthConfig", http_basic_fields), OBJECT ("oauthConfig", oauth_fields),
            OBJECT ("oidcConfig", oidc_fields), END },
};

/* ---- googleMaps, fileSearch, computerUse, mcpServers ---- */

static const LvFields grounding_type_fields = {
  .type = "Tool.GoogleMaps.GroundingTypes",
  .rows = { OBJECT ("places", empty_fields), OBJECT ("routing", empty_fields), END },
};

const LvFields lv_google_maps_fields = {
  .type = "Tool.GoogleMaps",
  .rows = { OBJECT ("authConfig", auth_fields), VALUE ("enableWidget"),
            OBJECT ("groundingTypes", grounding_type_fields), END },
};

const LvFields lv_file_search_fields = {
  .type = "Tool.FileSearch",
  .rows = { VALUE ("fileSearchStoreNames"), VALUE ("metadataFilter"), VALUE ("topK"), END },
};

const LvFields lv_computer_use_fields = {
  .type = "Tool.ComputerUse",
  .rows = { VALUE ("environment"), VALUE ("excludedPredefinedFunctions"),
            VALUE ("enablePromptInjectionDetection"), VALUE ("disabledSafetyPolicies"), END },
};

static const LvFields http_transport_fields = {
  .type = "McpServer.StreamableHttpTransport",
  .rows = { VALUE ("url"), VALUE ("headers"), VALUE ("timeout"), VALUE ("sseReadTimeout"),
            VALUE ("terminateOnClose"), END },
};

const LvFields lv_mcp_server_fields = {
  .type = "McpServer",
  .rows = { VALUE ("name"), OBJECT ("streamableHttpTransport", http_transport_fields), END },
};

/* ---- retrieval ---- */

static const LvFields api_auth_key_fields = {
  .type = "ApiAuth.ApiKeyConfig",
  .rows = { VALUE ("apiKeySecretVersion"), VALUE ("apiKeyString"), END },
};

static const LvFields api_auth_fields = {
  .type = "ApiAuth",
  .rows = { OBJECT ("apiKeyConfig", api_auth_key_fields), END },
};

static const LvFields elastic_search_fields = {
  .type = "ExternalApi.ElasticSearchParams",
  .rows = { VALUE ("index"), VALUE ("searchTemplate"), VALUE ("numHits"), END },
};

static const LvFields external_api_fields = {
  .type = "ExternalApi",
  .rows = { VALUE ("endpoint"), VALUE ("apiSpec"), OBJECT ("apiAuth", api_auth_fields),
            OBJECT ("authConfig", auth_fields),
            OBJECT ("elasticSearchParams", elastic_search_fields),
            OBJECT ("simpleSearchParams", empty_fields), END },
};

static const LvFields data_store_fields = {
  .type = "VertexAISearch.DataStoreSpec",
  .rows = { VALUE ("dataStore"), VALUE ("filter"), END },
};

static const LvFields vertex_search_fields = {
  .type = "VertexAISearch",
  .rows = { VALUE ("datastore"), VALUE ("engine"), VALUE ("filter"), VALUE ("maxResults"),
            OBJECTS ("dataStoreSpecs", data_store_fields), END },
};

static const LvFields rag_resource_fields = {
  .type = "VertexRagStore.RagResource",
  .rows = { VALUE ("ragCorpus"), VALUE ("ragFileIds"), END },
};

static const LvFields rag_filter_fields = {
  .type = "RagRetrievalConfig.Filter",
  .rows = { VALUE ("metadataFilter"), VALUE ("vectorDistanceThreshold"),
            VALUE ("vectorSimilarityThreshold"), END },
};

static const LvFields rag_hybrid_fields = {
  .type = "RagRetrievalConfig.HybridSearch",
  .rows = { VALUE ("alpha"), END },
};

static const LvFields rag_ranker_fields = {
  .type = "RagRetrievalConfig.Ranking.Ranker",
  .rows = { VALUE ("modelName"), END },
};

static const LvFields rag_ranking_fields = {
  .type = "RagRetrievalConfig.Ranking",
  .rows = { OBJECT ("rankService", rag_ranker_fields), OBJECT ("llmRanker", rag_ranker_fields),
            END },
};

static const LvFields rag_retrieval_fields = {
  .type = "RagRetrievalConfig",
  .rows = { VALUE ("topK"), OBJECT ("filter", rag_filter_fields),
            OBJECT ("hybridSearch", rag_hybrid_fields), OBJECT ("ranking", rag_ranking_fields),
            END },
};

static const LvFields rag_store_fields = {
  .type = "VertexRagStore",
  .rows = { VALUE ("ragCorpora"), OBJECTS ("ragResources", rag_resource_fields),
            OBJECT ("ragRetrievalConfig", rag_retrieval_fields), VALUE ("similarityTopK"),
            VALUE ("storeContext"), VALUE ("vectorDistanceThreshold"), END },
};

const LvFields lv_retrieval_fields = {
  .type = "Retrieval",
  .rows = { VALUE ("disableAttribution"), OBJECT ("externalApi", external_api_fields),
            OBJECT ("vertexAiSearch", vertex_search_fields),
            OBJECT ("vertexRagStore", rag_store_fields), END },
};

/* ---- exaAiSearch, parallelAiSearch ---- */

const LvFields lv_exa_ai_search_fields = {
  .type = "Tool.ExaAiSearch",
  .rows = { VALUE ("apiKey"), VALUE ("customConfigs"), END },
};

const LvFields lv_parallel_ai_search_fields = {
  .type = "Tool.ParallelAiSearch",
  .rows = { VALUE ("apiKey"), VALUE ("customConfigs"), VALUE ("enableDataRetention"),
            VALUE ("enableZeroDataRetention"), END },
};
