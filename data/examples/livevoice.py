# SPDX-License-Identifier: MIT-0
"""Live Voice for a program with a GLib main loop: its captions, tools for it, and a switch. Copy it beside yours."""
import contextlib
import json
import uuid
from gi.repository import Gio, GLib

NAME = "org.livevoice.LiveVoice1"
MANAGER = "/org/livevoice/LiveVoice1"
SESSION = f"{MANAGER}/default"
TOOL_HANDLER = Gio.DBusNodeInfo.new_for_xml(f"""<node><interface name="{NAME}.ToolHandler">
  <method name="Call">
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="a{{sv}}" direction="in"/><arg type="s" direction="out"/>
  </method>
  <method name="Cancel"><arg type="s" direction="in"/><arg type="s" direction="in"/></method>
  <method name="Released"><arg type="s" direction="in"/></method>
</interface></node>""").interfaces[0]


class LiveVoice:
    """The conversation that all programs share. Does not start the daemon before toggle(), and follows a new one."""

    def __init__(self):
        self.on_caption = None  # function (role, text, final); the whole text again whenever it grows
        self._tools = {}  # name -> (declaration, function)
        self._daemon = None  # its unique name while it runs
        self._offered = False
        self._handler = "/org/livevoice/client/" + uuid.uuid4().hex
        self._bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self._bus.register_object(self._handler, TOOL_HANDLER, self._on_call)
        self._bus.signal_subscribe(NAME, f"{NAME}.Session", "Transcript", SESSION, None,
                                   Gio.DBusSignalFlags.NONE, self._on_transcript)
        self._bus.signal_subscribe(NAME, f"{NAME}.Session", "Warning", SESSION, "unsubscribed",
                                   Gio.DBusSignalFlags.NONE, lambda *_: self._subscribe())
        Gio.bus_watch_name_on_connection(self._bus, NAME, Gio.BusNameWatcherFlags.NONE,
                                         self._on_appeared, self._on_vanished)

    def tool(self, description, parameters=None):
        """Decorator: the model may call the function. parameters: JSON schema of an object with its arguments."""
        def add(function):
            declaration = {"name": function.__name__, "description": description}
            if parameters is not None:
                declaration["parameters"] = parameters
            self._tools[function.__name__] = declaration, function
            if self._offered:
                self._register()
            return function
        return add

    def toggle(self):
        """Starts or ends the conversation."""
        self._offer()  # first, for a conversation has the tools that are there when it begins
        self._call(SESSION, "Session", "Toggle")

    def run(self):
        """Runs the main loop until Ctrl-C, for a program that has none of its own."""
        with contextlib.suppress(KeyboardInterrupt):
            GLib.MainLoop().run()

    def _call(self, path, interface, method, signature="()", *arguments):
        self._bus.call_sync(NAME, path, f"{NAME}.{interface}", method, GLib.Variant(signature, arguments),
                            None, Gio.DBusCallFlags.NONE, -1, None)

    def _offer(self):
        if not self._offered:
            self._offered = True
            self._subscribe()
            self._register()

    def _subscribe(self):  # again after a long standstill of this program
        self._call(SESSION, "Session", "Subscribe", "(as)", ["transcript"])

    def _register(self):
        if self._tools:
            declarations = json.dumps([declaration for declaration, _ in self._tools.values()])
            self._call(MANAGER, "Manager", "RegisterTools", "(osa{sv})", self._handler, declarations,
                       {"scope": GLib.Variant("s", "shared")})

    def _on_appeared(self, _bus, _name, owner):
        self._daemon = owner
        self._offer()

    def _on_vanished(self, _bus, _name):
        if self._daemon:
            self._offered = False
        self._daemon = None

    def _on_transcript(self, _bus, _sender, _path, _interface, _signal, parameters):
        _item, role, text, final = parameters.unpack()
        if self.on_caption:
            self.on_caption(role, text, final)

    def _on_call(self, _bus, sender, _path, _interface, method, parameters, invocation):
        if sender != self._daemon:
            invocation.return_dbus_error("org.freedesktop.DBus.Error.AccessDenied", "This is for Live Voice")
        elif method == "Call":
            _call_id, name, arguments, _context = parameters.unpack()
            self._answer(invocation, self._tools[name][1], json.loads(arguments))
        else:
            invocation.return_value(None)

    def _answer(self, invocation, function, arguments):
        try:
            invocation.return_value(GLib.Variant("(s)", [json.dumps(function(**arguments))]))
        except Exception as error:  # the model is told, and can say what went wrong
            invocation.return_dbus_error("org.livevoice.Client.Error.Failed", str(error) or type(error).__name__)
