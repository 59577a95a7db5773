/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-choice.h"

#define ROOM 8
#define MICROPHONE LV_PW_NODE_MICROPHONE
#define SPEAKER LV_PW_NODE_SPEAKER

/* Constant nodes, given in an order of no meaning. */
static const LvPwNode laptop_microphone = { .id = 40,
                                            .device_id = 30,
                                            .kinds = MICROPHONE,
                                            .name = "alsa_input.pci",
                                            .description = "Built-in microphone",
                                            .profile = "",
                                            .priority = 2009 };
static const LvPwNode usb_microphone = { .id = 50,
                                         .device_id = 31,
                                         .kinds = MICROPHONE,
                                         .name = "alsa_input.usb",
                                         .description = "Headset",
                                         .profile = "",
                                         .priority = 2009 };
static const LvPwNode usb_speaker = { .id = 51,
                                      .device_id = 31,
                                      .kinds = SPEAKER,
                                      .name = "alsa_output.usb",
                                      .description = "Headset",
                                      .profile = "",
                                      .priority = 1009 };
static const LvPwNode filter = { .id = 35,
                                 .device_id = G_MAXUINT32,
                                 .kinds = MICROPHONE,
                                 .name = "noise-filter",
                                 .description = "Built-in microphone",
                                 .profile = "",
                                 .priority = 2009,
                                 .is_virtual = TRUE };
static const LvPwNode music_speaker = { .id = 60,
                                        .device_id = 33,
                                        .kinds = SPEAKER,
                                        .name = "bluez_output.AA",
                                        .description = "Earphones",
                                        .profile = "a2dp-sink",
                                        .priority = 1010 };
static const LvPwNode telephone_speaker = { .id = 61,
                                            .device_id = 33,
                                            .kinds = SPEAKER,
                                            .name = "bluez_output.AA",
                                            .description = "Earphones",
                                            .profile = "headset-head-unit",
                                            .priority = 1010 };
static const LvPwNode loopback = { .id = 62,
                                   .device_id = 33,
                                   .kinds = MICROPHONE,
                                   .name = "bluez_input.AA",
                                   .description = "Earphones",
                                   .profile = "",
                                   .priority = 2010,
                                   .is_loopback = TRUE };
static const LvPwNode telephone_microphone = { .id = 63,
                                               .device_id = 33,
                                               .kinds = MICROPHONE,
                                               .name = "bluez_input.AA",
                                               .description = "Earphones",
                                               .profile = "headset-head-unit",
                                               .priority = 2010 };

typedef struct {
  const LvPwNode *nodes[ROOM];
  LvPwNodeKind kind;
  const char *wanted;
  const char *default_name;
  const LvPwNode *expected;
} Case;

static const Case cases[] = {
  { { NULL }, MICROPHONE, "", NULL, NULL },
  { { &usb_speaker }, MICROPHONE, "", "alsa_output.usb", NULL },
  /* by name, by description, by name first, and of the right kind */
  { { &laptop_microphone, &usb_microphone },
    MICROPHONE,
    "alsa_input.usb",
    "alsa_input.pci",
    &usb_microphone },
  { { &usb_speaker, &laptop_microphone, &usb_microphone },
    MICROPHONE,
    "Headset",
    "alsa_input.pci",
    &usb_microphone },
  { { &usb_microphone, &usb_speaker }, SPEAKER, "Headset", NULL, &usb_speaker },
  { { &laptop_microphone, &filter }, MICROPHONE, "noise-filter", "alsa_input.pci", &filter },
  /* not there: the default; no default: the best */
  { { &laptop_microphone, &usb_microphone },
    MICROPHONE,
    "gone",
    "alsa_input.usb",
    &usb_microphone },
  { { &laptop_microphone, &usb_microphone }, MICROPHONE, NULL, "alsa_input.usb", &usb_microphone },
  { { &usb_microphone, &laptop_microphone }, MICROPHONE, "", "gone", &laptop_microphone },
  { { &filter, &laptop_microphone }, MICROPHONE, "", NULL, &laptop_microphone },
  { { &usb_speaker, &music_speaker }, SPEAKER, "", NULL, &music_speaker },
  /* a default of the other kind is none */
  { { &usb_microphone, &laptop_microphone, &usb_speaker },
    MICROPHONE,
    "",
    "alsa_output.usb",
    &laptop_microphone },
  /* a headset in its music profile keeps it */
  { { &loopback, &music_speaker, &laptop_microphone },
    MICROPHONE,
    "",
    "bluez_input.AA",
    &laptop_microphone },
  { { &loopback, &music_speaker, &laptop_microphone }, MICROPHONE, "", NULL, &laptop_microphone },
  /* unless its microphone is wanted, or the only one, or the telephone profile is on already */
  { { &loopback, &music_speaker, &laptop_microphone },
    MICROPHONE,
    "Earphones",
    "alsa_input.pci",
    &loopback },
  { { &loopback, &music_speaker }, MICROPHONE, "", "bluez_input.AA", &loopback },
  { { &loopback, &telephone_speaker, &laptop_microphone },
    MICROPHONE,
    "",
    "bluez_input.AA",
    &loopback },
  { { &telephone_microphone, &telephone_speaker, &laptop_microphone },
    MICROPHONE,
    "",
    "bluez_input.AA",
    &telephone_microphone },
  { { &loopback, &music_speaker, &usb_speaker }, SPEAKER, "", "bluez_output.AA", &music_speaker },
};

static GPtrArray *
list (const Case *this)
{
  GPtrArray *nodes = g_ptr_array_new ();

  for (guint i = 0; i < ROOM && this->nodes[i] != NULL; i++)
    g_ptr_array_add (nodes, (gpointer) this->nodes[i]);
  return nodes;
}

static void
test_rule (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *this = &cases[i];
      g_autoptr (GPtrArray) nodes = list (this);
      const LvPwNode *node =
          lv_pw_choice_make (nodes, this->kind, this->wanted, this->default_name);

      if (node != this->expected)
        g_error ("case %u: chose %s", i, node != NULL ? node->name : "nothing");
    }
}

static void
test_find (void)
{
  const Case both = { { &laptop_microphone, &usb_speaker }, 0, NULL, NULL, NULL };
  g_autoptr (GPtrArray) nodes = list (&both);

  g_assert_true (lv_pw_choice_find (nodes, SPEAKER, "Headset") == &usb_speaker);
  g_assert_null (lv_pw_choice_find (nodes, MICROPHONE, "Headset"));
  g_assert_null (lv_pw_choice_find (nodes, SPEAKER, ""));
  g_assert_null (lv_pw_choice_find (nodes, SPEAKER, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pw-choice/rule", test_rule);
  g_test_add_func ("/pw-choice/find", test_find);
  return g_test_run ();
}
