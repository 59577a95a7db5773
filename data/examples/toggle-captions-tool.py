#!/usr/bin/python3
# SPDX-License-Identifier: MIT-0
# Starts or ends the conversation, prints its captions and offers it a tool, until Ctrl-C
import json
import time
from gi.repository import Gio, GLib

NAME, MANAGER, SESSION = "org.livevoice.LiveVoice1", "/org/livevoice/LiveVoice1", "/org/livevoice/LiveVoice1/default"
TOOLS = json.dumps([{"name": "computer_uptime", "description": "How long the computer has been running"}])
HANDLER_XML = """<node><interface name="org.livevoice.LiveVoice1.ToolHandler">
  <method name="Call"><arg type="s"/><arg type="s"/><arg type="s"/><arg type="a{sv}"/><arg type="s" direction="out"/></method>
</interface></node>"""


def on_signal(_session, _sender, name, parameters):
    if name == "Transcript":
        _item, role, text, _final = parameters.unpack()
        print(f"{role}: {text}", flush=True)


def on_call(_bus, _sender, _path, _interface, _method, _parameters, invocation):
    invocation.return_value(GLib.Variant("(s)", [json.dumps({"minutes": int(time.monotonic() / 60)})]))


bus = Gio.bus_get_sync(Gio.BusType.SESSION)
manager = Gio.DBusProxy.new_sync(bus, 0, None, NAME, MANAGER, f"{NAME}.Manager")
session = Gio.DBusProxy.new_sync(bus, 0, None, NAME, SESSION, f"{NAME}.Session")
bus.register_object("/org/example/Tool", Gio.DBusNodeInfo.new_for_xml(HANDLER_XML).interfaces[0], on_call)
session.connect("g-signal", on_signal)
manager.RegisterTools("(osa{sv})", "/org/example/Tool", TOOLS, {"scope": GLib.Variant("s", "shared")})
session.Subscribe("(as)", ["transcript"])
session.Toggle()
GLib.MainLoop().run()
