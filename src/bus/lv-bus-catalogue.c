/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-manager"

#include "bus/lv-bus-catalogue.h"

#include "bus/lv-bus-options.h"
#include "bus/lv-bus-profile.h"
#include "protocol/lv-languages.h"
#include "protocol/lv-voices.h"
#include "transport/lv-catalogue.h"

struct _LvBusCatalogue {
  GObject parent_instance;

  LvEndpoints *endpoints;
  GCancellable *cancellable;
  guint n_questions;
};

/* One call that waits for a service. */
typedef struct {
  LvBusCatalogue *catalogue;
  LvEndpoint *endpoint;
  GDBusMethodInvocation *invocation;
} Question;

G_DEFINE_FINAL_TYPE (LvBusCatalogue, lv_bus_catalogue, G_TYPE_OBJECT)

/* ---- what every call shares ---- */

static void
question_free (Question *question)
{
  question->catalogue->n_questions--;
  g_object_unref (question->catalogue);
  lv_endpoint_free (question->endpoint);
  g_free (question);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

/* @endpoint is taken. */
static Question *
question_new (LvBusCatalogue *self, LvEndpoint *endpoint, GDBusMethodInvocation *invocation)
{
  Question *question = g_new (Question, 1);

  self->n_questions++;
  question->catalogue = g_object_ref (self);
  question->endpoint = endpoint;
  question->invocation = invocation;
  return question;
}

static gboolean
check_n_questions (LvBusCatalogue *self, GError **error)
{
  if (self->n_questions < LV_BUS_MAX_QUESTIONS)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY,
               "%d questions to services wait for an answer; try again in a moment",
               LV_BUS_MAX_QUESTIONS);
  return FALSE;
}

/* The endpoint that a conversation with these options would have. */
static LvEndpoint *
resolve (LvBusCatalogue *self, LvConfig *config, LvBusClient *client, GVariant *options,
         const char *const *own_keys, GError **error)
{
  g_autoptr (GVariant) settings = g_variant_ref_sink (lv_bus_options_remove (options, own_keys));
  g_autoptr (LvProfile) profile =
      lv_bus_profile_new (config, lv_config_get_profile (config, NULL), settings,
                          lv_bus_client_get_peer (client), error);

  return profile != NULL ? lv_endpoints_resolve (self->endpoints, profile, error) : NULL;
}

/* ---- models ---- */

static gboolean
serves (const LvModel *model, LvApi api)
{
  return lv_model_can (model, lv_api_is_vertex (api) ? LV_CAN_VERTEX_API : LV_CAN_DEVELOPER_API);
}

static void
add_model (GVariantBuilder *list, const char *id, const char *name, const char *description)
{
  const LvModel *model = lv_model_lookup (id);

  g_variant_builder_open (list, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (list, "{sv}", "id", g_variant_new_string (id));
  g_variant_builder_add (list, "{sv}", "name", g_variant_new_string (name));
  g_variant_builder_add (list, "{sv}", "description", g_variant_new_string (description));
  g_variant_builder_add (list, "{sv}", "default",
                         g_variant_new_boolean (g_str_equal (id, LV_MODEL_DEFAULT)));
  if (model->replaced_by != NULL)
    g_variant_builder_add (list, "{sv}", "replaced-by", g_variant_new_string (model->replaced_by));
  g_variant_builder_close (list);
}

static GVariant *
make_own_models (const LvEndpoint *endpoint)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (const LvModel *model = lv_model_get_table (); model->prefix != NULL; model++)
    if (model->replaced_by == NULL && (endpoint->is_engine || serves (model, endpoint->api)))
      add_model (&list, lv_model_get_whole_id (model), "", "");
  return g_variant_new ("(aa{sv})", &list);
}

static GVariant *
make_models (GPtrArray *items)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < items->len; i++)
    {
      const LvRestItem *item = g_ptr_array_index (items, i);

      add_model (&list, item->id, item->name, item->description);
    }
  return g_variant_new ("(aa{sv})", &list);
}

/* ---- voices ---- */

static void
add_voice (GVariantBuilder *list, const char *id, const char *description, const char *locale,
           gboolean library)
{
  g_variant_builder_open (list, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (list, "{sv}", "id", g_variant_new_string (id));
  g_variant_builder_add (list, "{sv}", "description", g_variant_new_string (description));
  g_variant_builder_add (list, "{sv}", "locale", g_variant_new_string (locale));
  g_variant_builder_add (list, "{sv}", "library", g_variant_new_boolean (library));
  g_variant_builder_close (list);
}

/* @with_library: of our own table; elsewhere the service tells what is in it. */
static void
add_own_voices (GVariantBuilder *list, gboolean with_library)
{
  guint n;
  const LvVoice *voices = lv_voices_get (&n);

  for (guint i = 0; i < n; i++)
    if (with_library || !voices[i].library)
      add_voice (list, voices[i].id, voices[i].description, voices[i].locale, voices[i].library);
}

static GVariant *
make_own_voices (const LvEndpoint *endpoint)
{
  const LvModel *model = lv_model_lookup (endpoint->model_resource);
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  if (lv_model_can (model, LV_CAN_VOICE))
    add_own_voices (&list, lv_model_can (model, LV_CAN_VOICE_LIBRARY));
  return g_variant_new ("(aa{sv})", &list);
}

static GVariant *
make_voices (GPtrArray *items)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  add_own_voices (&list, FALSE);
  for (guint i = 0; i < items->len; i++)
    {
      const LvRestItem *item = g_ptr_array_index (items, i);
      const LvVoice *own = lv_voices_find (item->id);

      if (own == NULL || own->library)
        add_voice (&list, item->id, *item->description != '\0' ? item->description : item->name,
                   item->locale, TRUE);
    }
  return g_variant_new ("(aa{sv})", &list);
}

/* ---- the two lists that a service gives out ---- */

typedef struct {
  const char *method;
  LvCatalogueList list;
  GAsyncReadyCallback on_answer;
  GVariant *(*make_own) (const LvEndpoint *endpoint);
} Listing;

static void
on_models (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = lv_catalogue_list_finish (result, &error);

  if (items == NULL)
    lv_bus_return_error (question->invocation, error);
  else
    g_dbus_method_invocation_return_value (question->invocation, make_models (items));
}

/* Not every server with this API has a library to list. */
static void
on_voices (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = lv_catalogue_list_finish (result, &error);

  if (items != NULL)
    g_dbus_method_invocation_return_value (question->invocation, make_voices (items));
  else if (g_error_matches (error, LV_ERROR, LV_ERROR_UNSUPPORTED))
    g_dbus_method_invocation_return_value (question->invocation,
                                           make_own_voices (question->endpoint));
  else
    lv_bus_return_error (question->invocation, error);
}

static const Listing listings[] = {
  { "ListModels", LV_CATALOGUE_MODELS, on_models, make_own_models },
  { "ListVoices", LV_CATALOGUE_VOICES, on_voices, make_own_voices },
};

static const Listing *
find_listing (const char *method)
{
  for (gsize i = 0; i < G_N_ELEMENTS (listings); i++)
    if (g_str_equal (listings[i].method, method))
      return &listings[i];
  return NULL;
}

static gboolean
list (LvBusCatalogue *self, LvConfig *config, LvBusClient *client,
      GDBusMethodInvocation *invocation, GVariant *options, GError **error)
{
  static const char *const own_keys[] = { "offline", NULL };
  const Listing *listing = find_listing (g_dbus_method_invocation_get_method_name (invocation));
  g_autoptr (LvEndpoint) endpoint = resolve (self, config, client, options, own_keys, error);
  gboolean offline = FALSE;
  Question *question;

  if (endpoint == NULL || !lv_bus_options_get_boolean (options, "offline", &offline, error))
    return FALSE;
  if (offline || !lv_catalogue_can_ask (endpoint))
    {
      g_dbus_method_invocation_return_value (invocation, listing->make_own (endpoint));
      return TRUE;
    }
  if (!check_n_questions (self, error))
    return FALSE;
  question = question_new (self, g_steal_pointer (&endpoint), invocation);
  lv_catalogue_list_async (question->endpoint, listing->list, self->cancellable, listing->on_answer,
                           question);
  return TRUE;
}

/* ---- languages ---- */

static gboolean
list_languages (LvBusCatalogue *self, LvConfig *config, LvBusClient *client,
                GDBusMethodInvocation *invocation, GVariant *options, GError **error)
{
  static const char *const known[] = { NULL };
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  guint n;
  const LvLanguage *languages = lv_languages_get (&n);

  if (!lv_bus_options_check_known (options, known, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const LvLanguageUses uses = languages[i].uses;

      g_variant_builder_open (&list, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&list, "{sv}", "code", g_variant_new_string (languages[i].code));
      g_variant_builder_add (&list, "{sv}", "name", g_variant_new_string (languages[i].name));
      g_variant_builder_add (&list, "{sv}", "speaks",
                             g_variant_new_boolean ((uses & LV_LANGUAGE_SPOKEN) != 0));
      g_variant_builder_add (&list, "{sv}", "transcribes",
                             g_variant_new_boolean ((uses & LV_LANGUAGE_TRANSCRIBED) != 0));
      g_variant_builder_add (&list, "{sv}", "translates",
                             g_variant_new_boolean ((uses & LV_LANGUAGE_TRANSLATED) != 0));
      g_variant_builder_close (&list);
    }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(aa{sv})", &list));
  return TRUE;
}

/* ---- ephemeral tokens ---- */

static gboolean
parse_token_options (GVariant *options, LvRestTokenRequest *request, GError **error)
{
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  guint uses = 1;
  guint lifetime_s = LV_BUS_TOKEN_LIFETIME_S;
  guint new_session_s = LV_BUS_TOKEN_NEW_SESSION_S;

  if (!lv_bus_options_get_uint (options, "uses", 0, LV_BUS_TOKEN_USES_MAX, &uses, error) ||
      !lv_bus_options_get_uint (options, "expires-in", 0, LV_BUS_TOKEN_LIFETIME_MAX_S, &lifetime_s,
                                error) ||
      !lv_bus_options_get_uint (options, "new-session-expires-in", 0, LV_BUS_TOKEN_LIFETIME_MAX_S,
                                &new_session_s, error))
    return FALSE;
  request->uses = uses;
  request->expire_s = now_s + lifetime_s;
  request->new_session_expire_s = now_s + new_session_s;
  return TRUE;
}

static GVariant *
make_token (const char *token, gint64 expire_s)
{
  GVariantBuilder reply = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&reply, "{sv}", "token", g_variant_new_string (token));
  g_variant_builder_add (&reply, "{sv}", "expires", g_variant_new_int64 (expire_s));
  return g_variant_new ("(a{sv})", &reply);
}

static void
on_token (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;
  gint64 expire_s;
  g_autofree char *token = lv_catalogue_create_token_finish (result, &expire_s, &error);

  if (token == NULL)
    lv_bus_return_error (question->invocation, error);
  else
    g_dbus_method_invocation_return_value (question->invocation, make_token (token, expire_s));
}

static gboolean
create_token (LvBusCatalogue *self, LvConfig *config, LvBusClient *client,
              GDBusMethodInvocation *invocation, GVariant *options, GError **error)
{
  static const char *const own_keys[] = { "uses", "expires-in", "new-session-expires-in", NULL };
  LvRestTokenRequest request = { 0 };
  g_autoptr (LvEndpoint) endpoint = resolve (self, config, client, options, own_keys, error);
  g_autoptr (GVariant) model = g_variant_lookup_value (options, "model", NULL);
  Question *question;

  if (endpoint == NULL || !parse_token_options (options, &request, error) ||
      !check_n_questions (self, error))
    return FALSE;
  request.model = model != NULL ? endpoint->model_resource : NULL;
  question = question_new (self, g_steal_pointer (&endpoint), invocation);
  lv_catalogue_create_token_async (question->endpoint, &request, self->cancellable, on_token,
                                   question);
  return TRUE;
}

/* ---- the calls ---- */

static const struct {
  const char *name;
  gboolean (*handle) (LvBusCatalogue *self, LvConfig *config, LvBusClient *client,
                      GDBusMethodInvocation *invocation, GVariant *options, GError **error);
} methods[] = {
  { "ListModels", list },
  { "ListVoices", list },
  { "ListLanguages", list_languages },
  { "CreateToken", create_token },
};

gboolean
lv_bus_catalogue_has (const char *method)
{
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].name, method))
      return TRUE;
  return FALSE;
}

void
lv_bus_catalogue_call (LvBusCatalogue *self, LvConfig *config, LvBusClient *client,
                       GDBusMethodInvocation *invocation)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  GVariant *arguments = g_dbus_method_invocation_get_parameters (invocation);
  g_autoptr (GVariant) options = g_variant_get_child_value (arguments, 0);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].name, method))
      {
        /* A good answer takes the invocation, and the method's name with it. */
        if (!methods[i].handle (self, config, client, invocation, options, &error))
          lv_bus_return_error (invocation, error);
        return;
      }
}

/* ---- life ---- */

void
lv_bus_catalogue_cancel (LvBusCatalogue *self)
{
  g_cancellable_cancel (self->cancellable);
}

static void
lv_bus_catalogue_finalize (GObject *object)
{
  LvBusCatalogue *self = LV_BUS_CATALOGUE (object);

  g_object_unref (self->cancellable);
  g_object_unref (self->endpoints);
  G_OBJECT_CLASS (lv_bus_catalogue_parent_class)->finalize (object);
}

static void
lv_bus_catalogue_class_init (LvBusCatalogueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_bus_catalogue_finalize;
}

static void
lv_bus_catalogue_init (LvBusCatalogue *self)
{
  self->cancellable = g_cancellable_new ();
}

LvBusCatalogue *
lv_bus_catalogue_new (LvEndpoints *endpoints)
{
  LvBusCatalogue *self = g_object_new (LV_TYPE_BUS_CATALOGUE, NULL);

  self->endpoints = g_object_ref (endpoints);
  return self;
}
