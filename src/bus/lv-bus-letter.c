/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-letter.h"

#include <string.h>

#define HEADER_SIZE 160 /* of a message, without the names in it */

/* The property that PropertiesChanged tells of; NULL where there are several. */
static char *
get_property (GVariant *arguments)
{
  g_autoptr (GVariant) changed = g_variant_get_child_value (arguments, 1);
  char *name;

  if (g_variant_n_children (changed) != 1)
    return NULL;
  g_variant_get_child (changed, 0, "{sv}", &name, NULL);
  return name;
}

static char *
get_thing (const char *signal, GVariant *arguments)
{
  guint item;

  if (g_variant_n_children (arguments) == 0 || g_str_equal (signal, "Levels"))
    return g_strdup ("");
  if (g_str_equal (signal, "PropertiesChanged"))
    return get_property (arguments);
  if (!g_str_equal (signal, "Transcript"))
    return NULL;
  g_variant_get_child (arguments, 0, "u", &item);
  return g_strdup_printf ("%u", item);
}

LvBusLetter *
lv_bus_letter_new (const char *destination, LvTopics topics, const char *path,
                   const char *interface, const char *signal, GVariant *arguments)
{
  LvBusLetter *letter = g_new0 (LvBusLetter, 1);
  g_autofree char *thing = NULL;

  letter->destination = g_strdup (destination);
  letter->topics = topics;
  letter->path = g_strdup (path);
  letter->interface = interface;
  letter->signal = signal;
  letter->arguments = g_variant_ref_sink (arguments);
  letter->size = HEADER_SIZE + strlen (path) + strlen (interface) + strlen (signal) +
                 g_variant_get_size (letter->arguments);
  thing = get_thing (signal, letter->arguments);
  if (thing != NULL)
    letter->subject = g_strjoin (" ", path, signal, thing, NULL);
  return letter;
}

void
lv_bus_letter_free (LvBusLetter *letter)
{
  g_free (letter->destination);
  g_free (letter->path);
  g_variant_unref (letter->arguments);
  g_free (letter->subject);
  g_free (letter);
}
