/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-log.h"

#include <stdio.h>
#include <string.h>

#define OWN_PREFIX "lv-"

/* Read by the writer on any thread; written by main() and by the level setter. */
static int show_debug;

/* Written before there are threads. Others say much, libsoup something for each frame. */
static gboolean others_may_debug;

static const char *
find_domain (const GLogField *fields, gsize n_fields)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
      return fields[i].value;
  return NULL;
}

/* Debug lines: ours when asked for, all others as G_MESSAGES_DEBUG says. */
static gboolean
is_wanted (GLogLevelFlags level, const char *domain)
{
  if ((level & G_LOG_LEVEL_DEBUG) == 0)
    return TRUE;
  if (g_atomic_int_get (&show_debug) && domain != NULL && g_str_has_prefix (domain, OWN_PREFIX))
    return TRUE;
  return others_may_debug && !g_log_writer_default_would_drop (level, domain);
}

static void
drop_line (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
}

static GLogWriterOutput
write_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if (!is_wanted (level, find_domain (fields, n_fields)))
    return G_LOG_WRITER_HANDLED;

  if (g_log_writer_is_journald (fileno (stderr)) &&
      g_log_writer_journald (level, fields, n_fields, NULL) == G_LOG_WRITER_HANDLED)
    return G_LOG_WRITER_HANDLED;

  return g_log_writer_standard_streams (level, fields, n_fields, NULL);
}

void
lv_log_init (gboolean debug)
{
  lv_log_set_debug (debug);
  others_may_debug = g_getenv ("G_MESSAGES_DEBUG") != NULL;
  g_log_writer_default_set_use_stderr (TRUE);
  g_log_set_writer_func (write_line, NULL, NULL);
  if (!others_may_debug)
    g_log_set_handler ("libsoup", G_LOG_LEVEL_DEBUG, drop_line, NULL);
}

void
lv_log_set_debug (gboolean debug)
{
  g_atomic_int_set (&show_debug, debug);
}

gboolean
lv_log_get_debug (void)
{
  return g_atomic_int_get (&show_debug);
}

void
lv_log_session (const char *domain, GLogLevelFlags level, const char *session, const char *format,
                ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);

  g_log_structured (domain, level, LV_LOG_FIELD_SESSION, session, "MESSAGE", "%s", message);
}

void
lv_log_remedy (const char *domain, const char *session, const char *symptom, const char *remedy)
{
  g_log_structured (domain, G_LOG_LEVEL_MESSAGE, LV_LOG_FIELD_SESSION, session,
                    LV_LOG_FIELD_SYMPTOM, symptom, LV_LOG_FIELD_REMEDY, remedy, "MESSAGE",
                    "The service has lost its way (%s): %s", symptom, remedy);
}
