# SPDX-License-Identifier: GPL-3.0-or-later
"""A D-Bus peer for the end-to-end tests: calls Live Voice, keeps every signal, waits for events with a deadline."""
import time

from gi.repository import Gio, GLib

NAME = 'org.livevoice.LiveVoice1'
MANAGER = '/org/livevoice/LiveVoice1'
DEFAULT = MANAGER + '/default'


HANDLER_XML = f'''<node><interface name="{NAME}.ToolHandler">
<method name="Call"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="a{{sv}}" direction="in"/><arg type="s" direction="out"/></method>
<method name="Cancel"><arg type="s" direction="in"/><arg type="s" direction="in"/></method>
<method name="Released"><arg type="s" direction="in"/></method></interface></node>'''


class Timeout(AssertionError):
    pass


HANGS = 10.0  # seconds: a limit of these or more is there for what hangs, and says nothing about speed
PATIENCE = 3  # how much longer it takes on a busy machine


def wait_until(condition, timeout=HANGS, what=None):
    """Runs the main loop until condition() is true and returns its value; looks at each event and every 50 ms."""
    if timeout >= HANGS:
        timeout *= PATIENCE
    expired = []
    tick = GLib.timeout_add(50, lambda: GLib.SOURCE_CONTINUE)
    source = GLib.timeout_add(int(timeout * 1000), lambda: expired.append(True) or GLib.SOURCE_CONTINUE)
    try:
        while not (value := condition()):
            if expired:
                raise Timeout(f'no {what or condition} within {timeout} s')
            GLib.MainContext.default().iteration(True)
        return value
    finally:
        GLib.source_remove(source)
        GLib.source_remove(tick)


def run_for(seconds):
    """Runs the main loop for a while: to see that something does not happen."""
    end = time.monotonic() + seconds
    source = GLib.timeout_add(20, lambda: GLib.SOURCE_CONTINUE)
    while time.monotonic() < end:
        GLib.MainContext.default().iteration(True)
    GLib.source_remove(source)


class Client:
    """One connection of its own, as another program would have."""

    def __init__(self, address):
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address,
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.signals = []  # (monotonic time, path, interface, name, arguments), oldest first
        self.bus.signal_subscribe(NAME, None, None, None, None, Gio.DBusSignalFlags.NONE, self._on_signal)

    def _on_signal(self, _bus, _sender, path, interface, name, arguments):
        self.signals.append((time.monotonic(), path, interface.rsplit('.', 1)[1], name, arguments.unpack()))

    @property
    def unique_name(self):
        return self.bus.get_unique_name()

    def call(self, path, interface, method, signature='()', *arguments, timeout=30.0):
        reply = self.bus.call_sync(NAME, path, f'{NAME}.{interface}', method, GLib.Variant(signature, arguments),
                                   None, Gio.DBusCallFlags.NONE, int(timeout * 1000), None)
        values = reply.unpack()
        return values[0] if len(values) == 1 else values

    def call_with_fds(self, path, interface, method, signature, *arguments, fds=(), timeout=30.0):
        """The same with file descriptors on the way there, which stay open here; returns (reply, descriptors)."""
        there = Gio.UnixFDList()
        for descriptor in fds:
            there.append(descriptor)
        reply, back = self.bus.call_with_unix_fd_list_sync(
            NAME, path, f'{NAME}.{interface}', method, GLib.Variant(signature, arguments), None, Gio.DBusCallFlags.NONE,
            int(timeout * 1000), there, None)
        values = reply.unpack()
        return values[0] if len(values) == 1 else values, back.steal_fds() if back else []

    def manager(self, method, signature='()', *arguments):
        return self.call(MANAGER, 'Manager', method, signature, *arguments)

    def session(self, method, signature='()', *arguments, path=DEFAULT):
        return self.call(path, 'Session', method, signature, *arguments)

    def get(self, name, path=DEFAULT, interface='Session'):
        reply = self.bus.call_sync(NAME, path, 'org.freedesktop.DBus.Properties', 'Get',
                                   GLib.Variant('(ss)', (f'{NAME}.{interface}', name)), None,
                                   Gio.DBusCallFlags.NONE, 30000, None)
        return reply.unpack()[0]

    def close(self):
        self.bus.close_sync(None)

    # --- what was received ---

    def since(self, mark, name):
        """Arguments of the signals called name that came after mark = len(client.signals)."""
        return [s[4] for s in self.signals[mark:] if s[3] == name]

    def states(self):
        """Every State of the default session, with its time, as PropertiesChanged told it."""
        return [(s[0], s[4][1]['State']) for s in self.signals
                if s[3] == 'PropertiesChanged' and s[1] == DEFAULT and 'State' in s[4][1]]

    def wait_signal(self, name, condition=lambda arguments: True, mark=0, timeout=10.0):
        def found():
            return next((a for a in self.since(mark, name) if condition(a)), None)
        return wait_until(found, timeout, f'signal {name}')

    def wait_state(self, *wanted, timeout=10.0):
        """Waits until the default session is in one of these states, as the signals tell."""
        seen = len(self.states())
        if self.get('State') not in wanted:
            wait_until(lambda: any(state in wanted for _, state in self.states()[seen:]), timeout, f'state {wanted}')

    def wait_name(self, timeout=10.0):
        """Waits until the daemon owns its name."""
        owned = []
        watch = Gio.bus_watch_name_on_connection(self.bus, NAME, Gio.BusNameWatcherFlags.NONE,
                                                 lambda *_: owned.append(True), None)
        wait_until(lambda: owned, timeout, 'owner of the name')
        Gio.bus_unwatch_name(watch)


class Handler:
    """A tool handler exported by a client; keeps what it was asked. on_call answers, now or later."""

    def __init__(self, client, path, on_call):
        self.path = path
        self.calls = []      # (call id, name, arguments as text, context, invocation)
        self.cancelled = []  # (call id, reason)
        self.released = []   # reason
        self._on_call = on_call
        interface = Gio.DBusNodeInfo.new_for_xml(HANDLER_XML).interfaces[0]
        client.bus.register_object(path, interface, self._on_method)

    def _on_method(self, _bus, _sender, _path, _interface, method, arguments, invocation):
        values = arguments.unpack()
        if method == 'Call':
            self.calls.append((*values, invocation))
            self._on_call(*values, invocation)
        else:
            getattr(self, method.lower() if method == 'Released' else 'cancelled').append(
                values if method == 'Cancel' else values[0])
            invocation.return_value(None)


def reply(invocation, text):
    invocation.return_value(GLib.Variant('(s)', (text,)))


def error_name(error):
    """'InvalidArgs' for org.livevoice.LiveVoice1.Error.InvalidArgs"""
    return (Gio.DBusError.get_remote_error(error) or '').rsplit('.', 1)[-1]
