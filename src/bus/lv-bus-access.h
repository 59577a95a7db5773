/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who may call what: one table of every method, and nothing that is not in it may be called. Asked
 * once at the entry of each call, before the handler sees it. Pure.
 */
#pragma once

#include "base/lv-error.h"

/* What we know of a caller; see lv-bus-client. */
typedef enum {
  LV_PEER_UNKNOWN,    /* credentials could not be had: may nothing */
  LV_PEER_SANDBOXED,  /* Flatpak or Snap app that was given leave to talk to us */
  LV_PEER_OTHER_USER, /* system bus only: another user whom the bus policy lets through */
  LV_PEER_HOST,       /* our own user or root, not sandboxed */
} LvPeer;

/* What the called object is to the caller. */
typedef enum {
  LV_OBJECT_PUBLIC,  /* the manager, the default session */
  LV_OBJECT_OWN,     /* a private session of the caller */
  LV_OBJECT_SHARED,  /* somebody else's, who shares the transcript with the caller */
  LV_OBJECT_FOREIGN, /* somebody else's, whether it exists or not */
} LvObject;

/* NOT_OWNER for a foreign object, NOT_PERMITTED for everything else that is refused. */
gboolean lv_bus_access_check (LvPeer peer, LvObject object, const char *interface,
                              const char *method, GError **error);

/* For the tools and options that need more than the method as such. */
gboolean lv_bus_access_may_share_tools (LvPeer peer);
gboolean lv_bus_access_may_list_others (LvPeer peer);
gboolean lv_bus_access_may_report_texts (LvPeer peer);
gboolean lv_bus_access_may_unmute_default (LvPeer peer);
