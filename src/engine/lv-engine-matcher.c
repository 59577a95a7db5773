/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-matcher.h"

#include "engine/lv-engine-slots.h"
#include "engine/lv-engine-words.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define GENERIC_VERB_WEIGHT 0.5 /* "set" and "get" are in every other name */
#define MIN_NAME_COVER 0.5
#define MIN_DESCRIPTION_EXPLAINED 0.75
/* Free text explains a short phrase in part, a long one hardly. */
#define TEXT_EXPLAINED 0.6
#define LONG_TEXT_EXPLAINED 0.2
#define LONG_TEXT 3 /* words */

struct _LvEngineMatcher {
  GPtrArray *shapes; /* LvEngineToolShape */

  /* of the last match or of the open question */
  const LvEngineToolShape *shape;
  JsonObject *args;
  char *stray; /* a word that means nothing to the tool; NULL: none */
  const LvEngineParameter *asked;
};

LvEngineMatcher *
lv_engine_matcher_new (GPtrArray *tools)
{
  LvEngineMatcher *self = g_new0 (LvEngineMatcher, 1);

  self->shapes = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_engine_tool_shape_free);
  for (guint i = 0; tools != NULL && i < tools->len; i++)
    g_ptr_array_add (self->shapes, lv_engine_tool_shape_new (tools->pdata[i]));
  return self;
}

void
lv_engine_matcher_free (LvEngineMatcher *self)
{
  g_ptr_array_unref (self->shapes);
  g_clear_pointer (&self->args, json_object_unref);
  g_free (self->stray);
  g_free (self);
}

/* ---- scoring ---- */

static gboolean
is_generic_verb (const char *word)
{
  return lv_engine_words_likeness (word, "get") >= 0.85 ||
         lv_engine_words_likeness (word, "set") >= 0.85 || g_str_equal (word, "do") ||
         g_str_equal (word, "control");
}

/* The part of the tool's name that was said, by weight. */
static double
name_cover (const LvEngineToolShape *shape, const LvEngineUtterance *utterance)
{
  double said = 0.0, total = 0.0;

  for (guint i = 0; shape->name_words[i] != NULL; i++)
    {
      const char *word = shape->name_words[i];
      double weight = is_generic_verb (word) ? GENERIC_VERB_WEIGHT : 1.0;

      total += weight;
      said += weight * lv_engine_words_find ((const char *const *) utterance->tokens, word, NULL);
    }
  return total > 0.0 ? said / total : 0.0;
}

static double
explain_word (const LvEngineToolShape *shape, const char *word)
{
  double best =
      MAX (lv_engine_words_find ((const char *const *) shape->name_words, word, NULL),
           lv_engine_words_find ((const char *const *) shape->description_words, word, NULL));

  for (guint i = 0; i < shape->parameters->len; i++)
    {
      const LvEngineParameter *parameter = shape->parameters->pdata[i];

      best = MAX (best,
                  lv_engine_words_find ((const char *const *) parameter->name_words, word, NULL));
      best = MAX (best, lv_engine_words_find ((const char *const *) parameter->description_words,
                                              word, NULL));
    }
  return best;
}

static double
text_explained (const LvEngineUtterance *utterance, const LvEngineSlot *used)
{
  guint n = 0;

  for (guint i = 0; i < utterance->n_tokens; i++)
    n += used[i] == LV_ENGINE_SLOT_TEXT;
  return n > LONG_TEXT ? LONG_TEXT_EXPLAINED : TEXT_EXPLAINED;
}

/* The part of the utterance that this tool gives a reason for, by weight. Small words need none. */
static double
explained (const LvEngineToolShape *shape, const LvEngineUtterance *utterance,
           const LvEngineSlot *used)
{
  const double by_slot[] = {
    [LV_ENGINE_SLOT_VALUE] = 1.0, [LV_ENGINE_SLOT_TEXT] = text_explained (utterance, used)
  };
  double known = 0.0, total = 0.0;

  for (guint i = 0; i < utterance->n_tokens; i++)
    {
      double weight = lv_engine_words_weight (utterance->tokens[i]);
      double reason = used[i] != LV_ENGINE_SLOT_FREE ? by_slot[used[i]]
                                                     : explain_word (shape, utterance->tokens[i]);

      known += weight * reason;
      total += weight < 1.0 && reason == 0.0 ? 0.0 : weight;
    }
  return total > 0.0 ? known / total : 0.0;
}

static const char *
find_stray (const LvEngineToolShape *shape, const LvEngineUtterance *utterance,
            const LvEngineSlot *used)
{
  for (guint i = 0; i < utterance->n_tokens; i++)
    if (used[i] == LV_ENGINE_SLOT_FREE && utterance->tokens[i][0] != '<' &&
        lv_engine_words_weight (utterance->tokens[i]) >= 1.0 &&
        explain_word (shape, utterance->tokens[i]) == 0.0)
      return utterance->tokens[i];
  return NULL;
}

/* Takes the arguments into @args. */
static double
score (const LvEngineToolShape *shape, const LvEngineUtterance *utterance, JsonObject *args,
       const char **ret_stray)
{
  g_autofree LvEngineSlot *used = g_new0 (LvEngineSlot, utterance->n_tokens + 1);
  double cover = name_cover (shape, utterance), reason;

  lv_engine_slots_fill (shape, utterance, args, used, NULL);
  reason = explained (shape, utterance, used);
  *ret_stray = find_stray (shape, utterance, used);
  if (cover < MIN_NAME_COVER && reason < MIN_DESCRIPTION_EXPLAINED)
    return 0.0;
  return (MAX (cover, 0.6 * reason) + reason) / 2;
}

static void
keep (LvEngineMatcher *self, const LvEngineToolShape *shape, JsonObject *args, const char *stray)
{
  g_clear_pointer (&self->args, json_object_unref);
  g_free (self->stray);
  self->stray = g_strdup (stray);
  self->shape = shape;
  self->args = json_object_ref (args);
  self->asked = NULL;
}

double
lv_engine_matcher_match (LvEngineMatcher *self, const LvEngineUtterance *utterance)
{
  double best = 0.0;

  for (guint i = 0; i < self->shapes->len; i++)
    {
      g_autoptr (JsonObject) args = json_object_new ();
      const char *stray;
      double value = score (self->shapes->pdata[i], utterance, args, &stray);

      if (value <= best)
        continue;
      best = value;
      keep (self, self->shapes->pdata[i], args, stray);
    }
  return best;
}

/* ---- asking back ---- */

gboolean
lv_engine_matcher_is_asking (LvEngineMatcher *self)
{
  return self->asked != NULL;
}

gboolean
lv_engine_matcher_forget (LvEngineMatcher *self)
{
  gboolean open = self->asked != NULL;

  self->asked = NULL;
  return open;
}

gboolean
lv_engine_matcher_continue (LvEngineMatcher *self, const LvEngineUtterance *utterance)
{
  g_autofree LvEngineSlot *used = g_new0 (LvEngineSlot, utterance->n_tokens + 1);

  if (self->asked == NULL)
    return FALSE;
  lv_engine_slots_fill (self->shape, utterance, self->args, used, self->asked);
  return json_object_has_member (self->args, self->asked->name);
}

static char *
ask_for (const LvEngineParameter *parameter)
{
  static const char *const switch_names[] = { "on", "enabled", "enable", "state", "active", NULL };
  g_autofree char *name = lv_engine_words_join ((const char *const *) parameter->name_words, 0,
                                                g_strv_length (parameter->name_words));

  if (parameter->type == LV_ENGINE_PARAMETER_BOOLEAN &&
      lv_engine_words_contain (switch_names, name))
    return g_strdup ("On or off?");
  if (parameter->type == LV_ENGINE_PARAMETER_BOOLEAN)
    return g_strdup_printf ("%c%s: yes or no?", g_ascii_toupper (name[0]), name + 1);
  if (parameter->values != NULL && g_strv_length (parameter->values) <= 4)
    {
      g_autofree char *values = g_strjoinv (", ", parameter->values);

      return g_strdup_printf ("Which %s? One of: %s.", name, values);
    }
  return g_strdup_printf ("What should the %s be?", name);
}

static char *
args_to_text (JsonObject *args)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, args);
  return json_to_string (node, FALSE);
}

/* The parameter that an error message of the validation names. */
static const LvEngineParameter *
find_wrong (const LvEngineToolShape *shape, const char *message)
{
  for (guint i = 0; i < shape->parameters->len; i++)
    {
      const LvEngineParameter *parameter = shape->parameters->pdata[i];
      g_autofree char *path = g_strconcat ("args.", parameter->name, NULL);

      if (g_str_has_prefix (message, path) && strchr (":[.", message[strlen (path)]) != NULL)
        return parameter;
    }
  return NULL;
}

/* What was said in the place of a value is told once. */
static char *
ask_for_missing (LvEngineMatcher *self)
{
  g_autofree char *question = ask_for (self->asked);
  g_autofree char *stray = g_steal_pointer (&self->stray);
  g_autofree char *name = lv_engine_words_join ((const char *const *) self->asked->name_words, 0,
                                                g_strv_length (self->asked->name_words));

  if (stray == NULL)
    return g_steal_pointer (&question);
  return g_strdup_printf ("I cannot use %s for the %s. %s", stray, name, question);
}

LvFunctionCall *
lv_engine_matcher_take (LvEngineMatcher *self, char **ret_question)
{
  g_autofree char *args = NULL, *again = NULL;
  g_autoptr (GError) error = NULL;

  self->asked = lv_engine_slots_missing (self->shape, self->args);
  if (self->asked != NULL)
    {
      *ret_question = ask_for_missing (self);
      return NULL;
    }
  args = args_to_text (self->args);
  if (lv_tool_decl_validate_args (self->shape->decl, args, &error))
    return lv_function_call_new (NULL, lv_tool_decl_get_name (self->shape->decl), args);

  self->asked = find_wrong (self->shape, error->message);
  if (self->asked == NULL)
    {
      *ret_question = g_strdup ("Sorry, I do not know how to say that to the program.");
      return NULL;
    }
  json_object_remove_member (self->args, self->asked->name);
  again = ask_for (self->asked);
  *ret_question = g_strdup_printf ("That value is not possible. %s", again);
  return NULL;
}

void
lv_engine_matcher_add_phrases (LvEngineMatcher *self, GPtrArray *phrases)
{
  for (guint i = 0; i < self->shapes->len; i++)
    lv_engine_tool_shape_add_phrases (self->shapes->pdata[i], phrases);
}
