-- SPDX-License-Identifier: GPL-3.0-or-later
-- WirePlumber 0.4: no hardware, no logind.
bluez_monitor.enabled = false
bluez_midi_monitor = bluez_midi_monitor or {}
bluez_midi_monitor.enabled = false
