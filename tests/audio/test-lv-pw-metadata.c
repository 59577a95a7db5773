/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The default devices are known even where PipeWire does not tell, with a real PipeWire and WirePlumber.
 */
#include "audio/lv-pw-connection.h"

#include "lib/lv-test-pipewire.h"
#include "lib/lv-test.h"

#define SOURCE_KEY "default.audio.source"
#define CHOSEN "second"

/* Who chooses a default. */
typedef struct {
  LvPwConnection *connection;
  struct pw_registry *registry;
  struct pw_metadata *proxy;
  struct spa_hook listener;
  gboolean told;
} Chooser;

static const char *
get_default (LvPwConnection *connection)
{
  return lv_pw_nodes_get_default (lv_pw_connection_get_nodes (connection), LV_PW_NODE_MICROPHONE);
}

static gboolean
has_default (gpointer data)
{
  return get_default (data) != NULL;
}

static gboolean
has_chosen (gpointer data)
{
  return g_strcmp0 (get_default (data), CHOSEN) == 0;
}

static gboolean
has_begun_to_read (gpointer data)
{
  return lv_pw_connection_get_metadata (data) != NULL;
}

static int
on_property (void *data, uint32_t subject, const char *key, const char *type, const char *value)
{
  if (g_strcmp0 (key, SOURCE_KEY) == 0)
    *(gboolean *) data = TRUE;
  return 0;
}

static const struct pw_metadata_events metadata_events = {
  PW_VERSION_METADATA_EVENTS,
  .property = on_property,
};

static void
chooser_init (Chooser *self)
{
  struct pw_core *core;

  self->connection = lv_pw_connection_new (NULL);
  lv_test_wait_for (has_default, self->connection, LV_TEST_TIMEOUT_MS, "a default");
  core = lv_pw_connection_get_core (self->connection);
  self->registry = pw_core_get_registry (core, PW_VERSION_REGISTRY, 0);
  self->proxy = pw_registry_bind (
      self->registry, lv_pw_metadata_get_id (lv_pw_connection_get_metadata (self->connection)),
      PW_TYPE_INTERFACE_Metadata, PW_VERSION_METADATA, 0);
  pw_metadata_add_listener (self->proxy, &self->listener, &metadata_events, &self->told);
  lv_test_wait_for_flag (&self->told, LV_TEST_TIMEOUT_MS, "the notes");
  self->told = FALSE;
}

static void
chooser_clear (Chooser *self)
{
  spa_hook_remove (&self->listener);
  pw_proxy_destroy ((struct pw_proxy *) self->proxy);
  pw_proxy_destroy ((struct pw_proxy *) self->registry);
  g_object_unref (self->connection);
}

/* WirePlumber gets the choice and then the question of one who begins to read: PipeWire keeps the
 * choice from all who listened before. */
static void
test_read_meanwhile (void)
{
  g_autoptr (LvTestPipewire) pipewire = lv_test_pipewire_new ();
  LvPwConnection *connection = lv_pw_connection_new (NULL), *reader;
  Chooser chooser = { 0 };

  chooser_init (&chooser);
  lv_test_wait_for (has_default, connection, LV_TEST_TIMEOUT_MS, "a default");
  lv_test_pipewire_command (pipewire, "freeze-wireplumber");
  pw_metadata_set_property (chooser.proxy, PW_ID_CORE, SOURCE_KEY, "Spa:String:JSON",
                            "{ \"name\": \"" CHOSEN "\" }");
  lv_test_run_for (100); /* it is on its way */
  reader = lv_pw_connection_new (NULL);
  lv_test_wait_for (has_begun_to_read, reader, LV_TEST_TIMEOUT_MS, "one who reads");
  lv_test_run_for (100); /* and so is the question */
  g_assert_false (has_chosen (connection));
  lv_test_pipewire_command (pipewire, "thaw-wireplumber");
  lv_test_wait_for (has_chosen, reader, LV_TEST_TIMEOUT_MS, "the choice");
  g_test_message ("who listened before was%s told", chooser.told ? "" : " not");
  lv_test_wait_for (has_chosen, connection, LV_TEST_TIMEOUT_MS, "the choice");
  g_object_unref (reader);
  chooser_clear (&chooser);
  g_object_unref (connection);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pw-metadata/read-meanwhile", test_read_meanwhile);
  return g_test_run ();
}
