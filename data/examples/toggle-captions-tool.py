#!/usr/bin/python3
# SPDX-License-Identifier: MIT-0
# Starts or ends the conversation, prints its captions and answers "how busy is the computer?" until Ctrl-C
import json
from gi.repository import Gio, GLib

NAME, MANAGER, SESSION = "org.livevoice.LiveVoice1", "/org/livevoice/LiveVoice1", "/org/livevoice/LiveVoice1/default"
XML = """<node><interface name="org.livevoice.LiveVoice1.ToolHandler"><method name="Call"><arg type="s"/><arg type="s"/>
<arg type="s"/><arg type="a{sv}"/><arg type="s" direction="out"/></method></interface></node>"""
bus = Gio.bus_get_sync(Gio.BusType.SESSION)
proxy = lambda path, name: Gio.DBusProxy.new_sync(bus, 0, None, NAME, path, NAME + "." + name)  # noqa: E731
manager, session = proxy(MANAGER, "Manager"), proxy(SESSION, "Session")
answer = lambda *call: call[6].return_value(GLib.Variant("(s)", [json.dumps({"load": open("/proc/loadavg").read()})]))  # noqa: E731
bus.register_object("/org/example/Tool", Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], answer)
session.connect("g-signal", lambda _proxy, _sender, name, args: name == "Transcript" and print(*args.unpack()[1:3], flush=True))
tools = [{"name": "computer_load", "description": "How busy the computer is"}]
manager.RegisterTools("(osa{sv})", "/org/example/Tool", json.dumps(tools), {"scope": GLib.Variant("s", "shared")})
session.Subscribe("(as)", ["transcript"])
session.Toggle()
GLib.MainLoop().run()
