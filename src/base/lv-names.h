/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names that more than one program of this project has to agree on: bus names and object paths,
 * file names, environment variables. Nothing else belongs here.
 */
#pragma once

#define LV_BUS_NAME "org.livevoice.LiveVoice1"
#define LV_MANAGER_PATH "/org/livevoice/LiveVoice1"
#define LV_DEFAULT_SESSION_PATH LV_MANAGER_PATH "/default"
#define LV_SESSION_PATH_PREFIX LV_MANAGER_PATH "/session/"

#define LV_MANAGER_INTERFACE LV_BUS_NAME ".Manager"
#define LV_SESSION_INTERFACE LV_BUS_NAME ".Session"
#define LV_MEDIA_INTERFACE LV_BUS_NAME ".Media"
#define LV_TOOL_HANDLER_INTERFACE LV_BUS_NAME ".ToolHandler"
#define LV_ERROR_PREFIX LV_BUS_NAME ".Error."

/* application.id of our PipeWire streams */
#define LV_APPLICATION_ID "org.livevoice.LiveVoice"
#define LV_APPLICATION_NAME "Live Voice"

/* Below $XDG_RUNTIME_DIR (user) or /run (system) */
#define LV_ENGINE_SOCKET "livevoice/engine.sock"
#define LV_ENGINE_SOCKET_UNIT "livevoice-engine.socket"

#define LV_CONFIG_FILE "livevoice/livevoice.conf"
#define LV_ENGINE_CONFIG_FILE "livevoice/engine.conf"
#define LV_ENGINE_CONFIG_GROUP "engine"
#define LV_ENGINE_KEY_CHAT_URL "chat-url"
#define LV_CREDENTIAL_NAME "gemini-api-key"

/* Development only: read once at start, then removed from the environment */
#define LV_ENV_API_KEY "GEMINI_API_KEY"
/* As chat-url and chat-model of engine.conf, before those */
#define LV_ENV_CHAT_URL "LIVEVOICE_CHAT_URL"
#define LV_ENV_CHAT_MODEL "LIVEVOICE_CHAT_MODEL"
/* Overrides for a run from the build tree and for the tests */
#define LV_ENV_CONFIG "LIVEVOICE_CONFIG"
#define LV_ENV_ENGINE "LIVEVOICE_ENGINE"
#define LV_ENV_ENGINE_SOCKET "LIVEVOICE_ENGINE_SOCKET"
