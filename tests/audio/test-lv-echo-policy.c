/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-echo-policy.h"

#include <spa/utils/defs.h>

#define NONE SPA_ID_INVALID
#define INTERNAL                                                                                   \
  {                                                                                                \
    "internal", "pci", "mic", 1                                                                    \
  }

typedef struct {
  const char *form_factor, *bus, *port;
  guint32 device;
} Device;

typedef struct {
  Device speaker, microphone;
  LvEchoMode mode;
} Row;

/* With AUTO. */
static const Row rows[] = {
  /* what is plugged in */
  { { "internal", "pci", "speaker", 1 }, INTERNAL, LV_ECHO_CANCEL },
  { { "internal", "pci", "headphones", 1 }, INTERNAL, LV_ECHO_NONE },
  { { "internal", "pci", "headset", 1 }, INTERNAL, LV_ECHO_NONE },
  { { "internal", "pci", "handset", 1 }, INTERNAL, LV_ECHO_NONE },
  { { "internal", "pci", "earpiece", 1 }, INTERNAL, LV_ECHO_NONE },
  { { "internal", "pci", "hdmi", 1 }, INTERNAL, LV_ECHO_CANCEL },
  { { "internal", "pci", "tv", 1 }, INTERNAL, LV_ECHO_CANCEL },
  { { "internal", "pci", "spdif", 1 }, INTERNAL, LV_ECHO_CANCEL },
  { { "internal", "pci", "video", 1 }, INTERNAL, LV_ECHO_CANCEL },
  { { "internal", "pci", "radio", 1 }, INTERNAL, LV_ECHO_CANCEL },
  { { "internal", "pci", "line", 1 }, INTERNAL, LV_ECHO_CANCEL },
  { { "internal", "pci", "", 1 }, INTERNAL, LV_ECHO_CANCEL },
  { { "", "pci", "line", 1 }, INTERNAL, LV_ECHO_CANCEL },
  /* the port says more than the device */
  { { "speaker", "usb", "headphones", 1 }, INTERNAL, LV_ECHO_NONE },
  { { "headset", "usb", "speaker", 2 }, INTERNAL, LV_ECHO_CANCEL },
  { { "headset", "usb", "analog", 2 }, INTERNAL, LV_ECHO_NONE },
  /* the device */
  { { "headset", "usb", "", 2 }, { "headset", "usb", "", 2 }, LV_ECHO_NONE },
  { { "headset", "usb", "", 2 }, { "webcam", "usb", "", 3 }, LV_ECHO_NONE },
  { { "headphone", "usb", "", 2 }, { "webcam", "usb", "", 3 }, LV_ECHO_NONE },
  { { "headphones", "", "", NONE }, INTERNAL, LV_ECHO_NONE },
  { { "handset", "usb", "", 2 }, { "handset", "usb", "", 2 }, LV_ECHO_NONE },
  { { "speaker", "usb", "", 2 }, { "headset", "usb", "", 3 }, LV_ECHO_CANCEL },
  { { "hands-free", "usb", "", 2 }, { "hands-free", "usb", "", 2 }, LV_ECHO_CANCEL },
  { { "computer", "usb", "", 2 }, INTERNAL, LV_ECHO_CANCEL },
  { { "portable", "usb", "", 2 }, INTERNAL, LV_ECHO_CANCEL },
  { { "car", "usb", "", 2 }, INTERNAL, LV_ECHO_CANCEL },
  { { "hifi", "usb", "", 2 }, INTERNAL, LV_ECHO_CANCEL },
  { { "tv", "usb", "", 2 }, INTERNAL, LV_ECHO_CANCEL },
  { { "monitor", "usb", "", 2 }, INTERNAL, LV_ECHO_CANCEL },
  { { "webcam", "usb", "", 2 }, INTERNAL, LV_ECHO_CANCEL },
  { { "microphone", "usb", "", 2 }, INTERNAL, LV_ECHO_CANCEL },
  /* Bluetooth */
  { { "headset", "bluetooth", "headset", 4 }, INTERNAL, LV_ECHO_NONE },
  { { "headphone", "bluetooth", "headphones", 4 }, INTERNAL, LV_ECHO_NONE },
  { { "hands-free", "bluetooth", "handsfree", 4 },
    { "hands-free", "bluetooth", "handsfree", 4 },
    LV_ECHO_CANCEL },
  { { "speaker", "bluetooth", "speaker", 4 }, INTERNAL, LV_ECHO_CANCEL },
  { { "car", "bluetooth", "car", 4 }, INTERNAL, LV_ECHO_CANCEL },
  { { "portable", "bluetooth", "portable", 4 }, INTERNAL, LV_ECHO_CANCEL },
  { { "hifi", "bluetooth", "hifi", 4 }, INTERNAL, LV_ECHO_CANCEL },
  { { "", "bluetooth", "bluetooth", 4 }, INTERNAL, LV_ECHO_CANCEL },
  { { "headset", "bluetooth", "bluetooth", 4 }, INTERNAL, LV_ECHO_NONE },
  /* nobody knows */
  { { "", "", "", NONE }, { "", "", "", NONE }, LV_ECHO_CANCEL },
  { { "", "", "", NONE }, { "headset", "usb", "", 3 }, LV_ECHO_CANCEL },
  { { "", "usb", "", 3 }, { "headset", "usb", "", 3 }, LV_ECHO_NONE },
  { { "", "usb", "", NONE }, { "headset", "usb", "", NONE }, LV_ECHO_CANCEL },
  { { "", "usb", "unknown", 3 }, { "microphone", "usb", "mic", 3 }, LV_ECHO_CANCEL },
};

/* PipeWire's texts are never NULL. */
static LvPwNode
make_node (const Device *device)
{
  return (LvPwNode){
    .device_id = device->device,
    .name = "",
    .description = "",
    .form_factor = (char *) device->form_factor,
    .bus = (char *) device->bus,
    .api = "",
    .profile = "",
    .port_type = (char *) device->port,
  };
}

static LvEchoMode
decide (LvEchoCancel wanted, const Row *row)
{
  const LvPwNode microphone = make_node (&row->microphone), speaker = make_node (&row->speaker);
  const char *reason = "";
  LvEchoMode mode = lv_echo_policy_decide (wanted, &microphone, &speaker, 0, &reason);

  g_assert_cmpint (*reason, !=, '\0');
  return mode;
}

static void
test_devices (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("row %u", i);
      g_assert_cmpint (decide (LV_ECHO_CANCEL_AUTO, &rows[i]), ==, rows[i].mode);
    }
}

/* What is asked for is done, whatever the devices are. */
static void
test_asked (void)
{
  static const struct {
    LvEchoCancel wanted;
    LvEchoMode mode;
  } asked[] = {
    { LV_ECHO_CANCEL_ON, LV_ECHO_CANCEL },
    { LV_ECHO_CANCEL_OFF, LV_ECHO_NONE },
    { LV_ECHO_CANCEL_HALF_DUPLEX, LV_ECHO_HALF_DUPLEX },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint j = 0; j < G_N_ELEMENTS (asked); j++)
      g_assert_cmpint (decide (asked[j].wanted, &rows[i]), ==, asked[j].mode);
}

/* Half a conversation has no echo. */
static void
test_no_device (void)
{
  const LvPwNode device = make_node (&rows[0].speaker);
  const char *reason = NULL;

  for (LvEchoCancel wanted = LV_ECHO_CANCEL_AUTO; wanted <= LV_ECHO_CANCEL_HALF_DUPLEX; wanted++)
    {
      g_assert_cmpint (lv_echo_policy_decide (wanted, NULL, &device, 0, &reason), ==, LV_ECHO_NONE);
      g_assert_cmpstr (reason, ==, "no microphone is open");
      g_assert_cmpint (lv_echo_policy_decide (wanted, &device, NULL, 0, &reason), ==, LV_ECHO_NONE);
      g_assert_cmpstr (reason, ==, "no speaker is open");
    }
}

/* Only a canceller minds how long they are. */
static void
test_long_cycles (void)
{
  static const struct {
    LvEchoCancel wanted;
    const char *form_factor;
    guint cycle_us;
    LvEchoMode mode;
  } cycles[] = {
    { LV_ECHO_CANCEL_AUTO, "speaker", 21333, LV_ECHO_CANCEL },
    { LV_ECHO_CANCEL_AUTO, "speaker", 30000, LV_ECHO_CANCEL },
    { LV_ECHO_CANCEL_AUTO, "speaker", 42666, LV_ECHO_HALF_DUPLEX },
    { LV_ECHO_CANCEL_ON, "headset", 42666, LV_ECHO_HALF_DUPLEX },
    { LV_ECHO_CANCEL_AUTO, "headset", 42666, LV_ECHO_NONE },
    { LV_ECHO_CANCEL_OFF, "speaker", 42666, LV_ECHO_NONE },
    { LV_ECHO_CANCEL_HALF_DUPLEX, "speaker", 42666, LV_ECHO_HALF_DUPLEX },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cycles); i++)
    {
      const Device device = { cycles[i].form_factor, "usb", "", 2 };
      const LvPwNode node = make_node (&device);
      const char *reason;

      g_test_message ("row %u", i);
      g_assert_cmpint (
          lv_echo_policy_decide (cycles[i].wanted, &node, &node, cycles[i].cycle_us, &reason), ==,
          cycles[i].mode);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/echo-policy/devices", test_devices);
  g_test_add_func ("/echo-policy/asked", test_asked);
  g_test_add_func ("/echo-policy/no-device", test_no_device);
  g_test_add_func ("/echo-policy/long-cycles", test_long_cycles);
  return g_test_run ();
}
