-- SPDX-License-Identifier: GPL-3.0-or-later
-- WirePlumber 0.4: no hardware, no portal.
alsa_monitor.enabled = false
v4l2_monitor.enabled = false
libcamera_monitor.enabled = false
default_access.properties["enable-flatpak-portal"] = false
