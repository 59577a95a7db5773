/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A group [endpoint NAME] of livevoice.conf: which API is spoken to, where it is, whom it has to be
 * signed by, and which credential opens it. Profiles choose an endpoint by its name; "gemini"
 * exists without a group. Names what is to be used, holds no secret. Pure.
 */
#pragma once

#include "base/lv-error.h"

#define LV_ENDPOINT_GEMINI "gemini"
#define LV_ENDPOINT_NAME_MAX 64 /* bytes */
#define LV_ENDPOINT_COMMAND_MAX 1024

/* In the order of the words in lv-endpoint-config.c. */
typedef enum {
  LV_ENDPOINT_DEVELOPER,      /* Gemini Developer API */
  LV_ENDPOINT_VERTEX,         /* Vertex AI with a project */
  LV_ENDPOINT_VERTEX_EXPRESS, /* Vertex AI with an API key alone */
} LvEndpointApi;

/* Likewise. */
typedef enum {
  LV_CREDENTIAL_AUTO,            /* ADC for Vertex, KEY otherwise; never after the check */
  LV_CREDENTIAL_KEY,             /* an API key, under credential-name */
  LV_CREDENTIAL_EPHEMERAL,       /* an ephemeral token, likewise */
  LV_CREDENTIAL_TOKEN,           /* an OAuth access token that somebody else renews, likewise */
  LV_CREDENTIAL_SERVICE_ACCOUNT, /* a service account's key file */
  LV_CREDENTIAL_ADC,             /* whatever file or server the Google tools would use */
  LV_CREDENTIAL_METADATA,        /* the metadata server of a virtual machine */
  LV_CREDENTIAL_COMMAND,         /* a program that prints an access token */
  LV_CREDENTIAL_NONE,
} LvCredentialKind;

typedef struct {
  char *name;
  LvEndpointApi api;
  char *api_version; /* "" = the one that suits API and model */
  char *project;
  char *location;
  char *base_url; /* "" = the API's own; wss://HOST[:PORT][/PATH], ws:// here only, unix:/PATH */
  char *ca_file;  /* "" = the system's authorities */
  char *proxy;    /* "" = the system's, "none", or http://HOST:PORT */
  LvCredentialKind credential;
  char *credential_name;
  char *credential_ca_file; /* as ca_file, of the server that gives out access tokens */
  char *credential_file;    /* "" = where it usually is */
  char **command;           /* argv, never empty for COMMAND; nullable */
  char *metadata_url;
} LvEndpointConfig;

/* The defaults under @name; no string field is ever NULL. */
LvEndpointConfig *lv_endpoint_config_new (const char *name);
LvEndpointConfig *lv_endpoint_config_copy (const LvEndpointConfig *config);
void lv_endpoint_config_free (LvEndpointConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEndpointConfig, lv_endpoint_config_free)

/* Whether @name may name an endpoint: letters, digits, '-' and '_', and none of the words that mean
 * something else. */
gboolean lv_endpoint_config_is_name (const char *name);

/* Sets @key from the unescaped text of a key file. INVALID_ARGS names the key and says what is
 * expected. */
gboolean lv_endpoint_config_set (LvEndpointConfig *config, const char *key, const char *text,
                                 GError **error);

/* When all keys are set: fills in what follows from them, and refuses with INVALID_ARGS what does
 * not fit together. */
gboolean lv_endpoint_config_check (LvEndpointConfig *config, GError **error);
