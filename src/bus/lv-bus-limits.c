/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-limits.h"

#include "bus/lv-bus-audience.h"
#include "bus/lv-bus-barrier.h"
#include "bus/lv-bus-broadcast.h"
#include "bus/lv-bus-captions.h"
#include "bus/lv-bus-catalogue.h"
#include "bus/lv-bus-client.h"
#include "bus/lv-bus-herald.h"
#include "bus/lv-bus-media-events.h"
#include "bus/lv-bus-media-video.h"
#include "bus/lv-bus-outbox.h"
#include "bus/lv-bus-sessions.h"
#include "bus/lv-bus-tool.h"
#include "media/lv-video-sources.h"
#include "protocol/lv-json-text.h"

static const struct {
  const char *name;
  guint32 value;
} limits[] = {
  { "calls-per-second", LV_BUS_MAX_CALLS_PER_SECOND },
  { "refusals-per-second", LV_BUS_MAX_REFUSALS_PER_SECOND },
  { "callers-per-second", LV_BUS_MAX_CALLERS },
  { "starts-in-ten-seconds", LV_BUS_MAX_STARTS },

  { "sessions-per-connection", LV_BUS_MAX_SESSIONS_PER_CLIENT },
  { "sessions", LV_BUS_MAX_SESSIONS },
  { "session-creations-per-second", LV_BUS_MAX_CREATIONS_PER_SECOND },
  { "session-creations-per-minute", LV_BUS_MAX_CREATIONS_PER_MINUTE },
  { "session-token-bytes", LV_BUS_MAX_TOKEN },
  { "session-linger-seconds", LV_LINGER_MAX_S },
  { "session-subscribers", LV_BUS_MAX_SUBSCRIBERS },
  { "session-subscriptions-per-connection", LV_BUS_MAX_SUBSCRIPTIONS },
  { "session-listeners", LV_BUS_MAX_LISTENERS },
  { "system-instruction-bytes", LV_SYSTEM_INSTRUCTION_MAX },

  { "tool-registrations-per-connection", LV_TOOLS_MAX_REGISTRATIONS },
  { "tools-per-registration", LV_TOOLS_MAX_DECLARATIONS },
  { "tools", LV_TOOLS_MAX_TOTAL },
  { "tool-declarations-bytes", LV_TOOLS_MAX_JSON },
  { "tool-name-bytes", LV_TOOL_NAME_MAX },
  { "tool-wire-name-bytes", LV_TOOL_WIRE_NAME_MAX },
  { "tool-provider-bytes", LV_BUS_MAX_PROVIDER },
  { "tool-timeout-milliseconds", LV_TOOL_TIMEOUT_MAX_MS },

  { "tool-calls-outstanding", LV_CALLS_MAX_OUTSTANDING },
  { "tool-calls-per-turn", LV_CALLS_MAX_PER_TURN },
  { "tool-calls-per-minute", LV_CALLS_MAX_PER_MINUTE },
  { "json-bytes", LV_JSON_MAX_BYTES },
  { "json-depth", LV_JSON_MAX_DEPTH },
  { "json-nodes", LV_JSON_MAX_NODES },

  { "text-bytes", LV_TEXT_MAX },
  { "texts-per-second", LV_TEXT_MAX_PER_SECOND },
  { "picture-bytes", LV_IMAGE_MAX_BYTES },
  { "picture-message-bytes", LV_BUS_MAX_IMAGE },
  { "pictures-per-second", LV_VIDEO_MAX_PER_SECOND },
  { "video-sources", LV_VIDEO_MAX_SOURCES },
  { "event-streams", LV_BUS_MAX_READERS },
  { "event-stream-bytes", LV_BUS_MAX_READER_BYTES },
  { "talk-seconds", LV_TALK_MAX_S },
  { "transcript-item-bytes", LV_TRANSCRIPT_ITEM_MAX },
  { "transcript-items", LV_TRANSCRIPT_MAX_ITEMS },
  { "transcript-reply-bytes", LV_BUS_MAX_TRANSCRIPT_REPLY },
  { "transcript-signals-per-second", LV_BUS_CAPTIONS_PER_SECOND },
  { "levels-per-second", LV_BUS_LEVELS_PER_SECOND },
  { "broadcasts-per-second", LV_BUS_BROADCASTS_PER_SECOND },
  { "unread-signal-bytes", LV_BUS_BARRIER_BYTES },
  { "unread-reply-bytes", LV_BUS_MAX_UNREAD },
  { "unread-seconds", LV_BUS_BARRIER_PATIENCE_S },
  { "waiting-signals", LV_BUS_MAX_BACKLOG },
  { "waiting-signal-bytes", LV_BUS_MAX_BACKLOG_BYTES },

  { "credential-bytes", LV_SECRET_MAX },
  { "service-questions", LV_BUS_MAX_QUESTIONS },
};

GVariant *
lv_bus_limits_new (void)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    g_variant_builder_add (&builder, "{sv}", limits[i].name,
                           g_variant_new_uint32 (limits[i].value));
  return g_variant_builder_end (&builder);
}
