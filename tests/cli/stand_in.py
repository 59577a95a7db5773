# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of livevoicectl share: a private dbus-daemon, a daemon that does what a test says (made from the
interface files, so it has their names and types), and the command itself, on pipes or on a terminal."""

import fcntl
import os
import pty
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unicodedata
import unittest

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

BUILD = os.environ["builddir"]
SOURCE = os.path.dirname(os.environ["srcdir"])
CTL = os.path.join(BUILD, "src", "cli", "livevoicectl")
NAME = "org.livevoice.LiveVoice1"
MANAGER = "/org/livevoice/LiveVoice1"
DEFAULT = MANAGER + "/default"
TIMEOUT = 15.0


def wait_for(condition, what, timeout=TIMEOUT):
    """Runs the main context until the condition holds."""
    context = GLib.MainContext.default()
    deadline = time.monotonic() + timeout
    ticker = GLib.timeout_add(20, lambda: True)
    try:
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError("timed out waiting for: " + what)
            context.iteration(True)
    finally:
        GLib.source_remove(ticker)


def run_for(milliseconds):
    """To show that something does not happen."""
    done = []
    GLib.timeout_add(milliseconds, lambda: done.append(True))
    wait_for(lambda: done, "a time-out")


class Bus:
    """A private dbus-daemon, also with services that it can start."""

    def __init__(self, services=None):
        self.folder = tempfile.mkdtemp(prefix="lv-cli-")
        os.mkdir(os.path.join(self.folder, "services"))
        for name, command in (services or {}).items():
            with open(os.path.join(self.folder, "services", name + ".service"), "w") as file:
                file.write("[D-BUS Service]\nName=%s\nExec=%s\n" % (name, command))
        config = os.path.join(self.folder, "bus.conf")
        with open(config, "w") as file:
            file.write(
                "<busconfig><type>session</type><listen>unix:path=%s/bus</listen><auth>EXTERNAL</auth>"
                "<servicedir>%s/services</servicedir>"
                '<policy context="default"><allow send_destination="*" eavesdrop="true"/>'
                '<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>' % (self.folder, self.folder)
            )
        self.process = subprocess.Popen(
            ["dbus-daemon", "--config-file=" + config, "--nofork", "--print-address"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.address = self.process.stdout.readline().decode().strip()

    def connect(self):
        flags = Gio.DBusConnectionFlags
        return Gio.DBusConnection.new_for_address_sync(
            self.address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None
        )

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder)


def load_interface(name):
    path = os.path.join(SOURCE, "dbus", NAME + "." + name + ".xml")
    with open(path) as file:
        return Gio.DBusNodeInfo.new_for_xml(file.read()).interfaces[0]


class Daemon:
    """Owns the daemon's name. Methods answer with nothing, or with what a test put into `answers`:
    (interface-less) method name -> function (call) -> GVariant, Exception or None for no reply yet."""

    def __init__(self, bus, answers=None):
        self.connection = bus.connect()
        self.calls = []  # (path, method, arguments), as they came
        self.created = 0  # private sessions
        self.subscribers = {}  # path -> unique name
        self.before_read = lambda: None  # before a property is answered
        self.answers = {
            "GetAudio": lambda call: GLib.Variant("(a{sv})", ({},)),
            "GetHealth": lambda call: GLib.Variant("(a{sv})", ({},)),
            "CreateSession": lambda call: GLib.Variant("(o)", (self.add_session(),)),
            "ListTools": lambda call: GLib.Variant("(a(sssa{sv}))", ([],)),
            "ListSessions": lambda call: GLib.Variant("(a(oa{sv}))", ([],)),
            "Subscribe": self.subscribe,
        }
        self.answers.update(answers or {})
        self.session_properties = {
            "State": GLib.Variant("s", "idle"),
            "Muted": GLib.Variant("b", False),
            "MicrophoneActive": GLib.Variant("b", False),
            "LastError": GLib.Variant("(ss)", ("", "")),
            "OwnerApp": GLib.Variant("s", ""),
            "Model": GLib.Variant("s", "some-model"),
        }
        self.manager_properties = {
            "DefaultSession": GLib.Variant("o", DEFAULT),
            "MicrophoneInUse": GLib.Variant("b", False),
            "VideoInUse": GLib.Variant("b", False),
            "Locked": GLib.Variant("b", False),
            "HasCredential": GLib.Variant("b", False),
            "Version": GLib.Variant("s", "1.2.3"),
            "ApiVersion": GLib.Variant("u", 1),
            "Features": GLib.Variant("as", ["engine"]),
            "Limits": GLib.Variant("a{sv}", {}),
        }
        self.register(MANAGER, "Manager", self.manager_properties)
        self.register(DEFAULT, "Session", self.session_properties)
        self.register(DEFAULT, "Media", {"VideoSources": GLib.Variant("a(usa{sv})", [])})
        reply = self.connection.call_sync(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
            GLib.Variant("(su)", (NAME, 4)), None, 0, -1, None,
        )
        assert reply.unpack() == (1,)

    def register(self, path, interface, properties):
        def on_call(connection, sender, path, interface, method, arguments, invocation):
            self.calls.append((path, method, arguments.unpack()))
            call = Call(path, method, arguments, sender, invocation)
            answer = self.answers.get(method, lambda call: GLib.Variant("()", ()))(call)
            if isinstance(answer, RemoteError):
                invocation.return_dbus_error(answer.name, answer.message)
            elif answer is not None:
                invocation.return_value(answer)

        def on_get(connection, sender, path, interface, name):
            self.before_read()
            return properties[name]

        self.connection.register_object(path, load_interface(interface), on_call, on_get, None)

    def add_session(self):
        self.created += 1
        self.private = "%s/session/test/s%d" % (MANAGER, self.created)
        self.register(self.private, "Session", dict(self.session_properties))
        return self.private

    def subscribe(self, call):
        self.subscribers[call.path] = call.sender
        return GLib.Variant("()", ())

    def emit(self, signal_name, signature, values, path=DEFAULT):
        """To the subscriber alone, as the real daemon does."""
        self.connection.emit_signal(
            self.subscribers[path], path, NAME + ".Session", signal_name, GLib.Variant(signature, values)
        )

    def transcript(self, item, role, text, final, path=DEFAULT):
        self.emit("Transcript", "(ussb)", (item, role, text, final), path)

    def set_properties(self, path=DEFAULT, **changed):
        variants = {name: GLib.Variant(*value) for name, value in changed.items()}
        if path == DEFAULT:
            self.session_properties.update(variants)
        self.connection.emit_signal(
            None if path == DEFAULT else self.subscribers[path], path, "org.freedesktop.DBus.Properties",
            "PropertiesChanged", GLib.Variant("(sa{sv}as)", (NAME + ".Session", variants, [])),
        )

    def set_state(self, state, path=DEFAULT):
        self.set_properties(path, State=("s", state))

    def methods(self, path=None):
        return [call[1] for call in self.calls if path is None or call[0] == path]

    def wait_for_call(self, method, count=1):
        wait_for(lambda: self.methods().count(method) >= count, "call of " + method)
        return [call for call in self.calls if call[1] == method][count - 1][2]

    def call(self, destination, path, interface, method, arguments, on_done=None):
        """A method call to a client; on_done gets the reply's value or the error."""

        def finish(connection, result):
            try:
                outcome = connection.call_finish(result).unpack()
            except GLib.Error as error:
                outcome = error
            if on_done:
                on_done(outcome)

        self.connection.call(destination, path, interface, method, arguments, None, 0, 20000, None, finish)

    def vanish(self):
        self.connection.close_sync()


class Call:
    def __init__(self, path, method, arguments, sender, invocation):
        self.path, self.method, self.arguments = path, method, arguments.unpack()
        self.sender, self.invocation = sender, invocation


class RemoteError:
    def __init__(self, name, message):
        self.name, self.message = NAME + ".Error." + name, message


class Command:
    """livevoicectl, running. `output` and `errors` grow while the main context runs."""

    def __init__(self, bus_address, *arguments, terminal=None, stdin=subprocess.DEVNULL, environment=None):
        self.output = ""
        self.errors = ""
        self.open = 0
        self.sources = {}  # by file descriptor, whose number may soon be another's
        env = dict(os.environ, DBUS_SESSION_BUS_ADDRESS=bus_address, LC_ALL="C.UTF-8", TERM="xterm")
        env.update(environment or {})
        env = {name: value for name, value in env.items() if value is not None}
        master = slave = None
        if terminal:
            master, slave = pty.openpty()
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", terminal[1], terminal[0], 0, 0))
            self.modes = termios.tcgetattr(slave)
            stdin = slave
        self.process = subprocess.Popen(
            [CTL, *arguments], env=env, stdin=stdin, stdout=slave or subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=terminal is not None,
            preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if terminal else None,
        )
        self.terminal = master
        if slave:
            os.close(slave)
        self.follow(master or self.process.stdout.fileno(), "output")
        self.follow(self.process.stderr.fileno(), "errors")

    def follow(self, fd, name):
        self.open += 1
        pending = [b""]

        def on_ready(fd, condition):
            try:
                data = os.read(fd, 65536)
            except OSError:  # a terminal whose other side has gone
                data = b""
            pending[0] += data
            text = pending[0].decode(errors="ignore")
            pending[0] = pending[0][len(text.encode()):]
            setattr(self, name, getattr(self, name) + text)
            if not data:
                self.open -= 1
                del self.sources[fd]
            return bool(data)

        condition = GLib.IOCondition.IN | GLib.IOCondition.HUP
        self.sources[fd] = GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, fd, condition, on_ready)

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def resize(self, columns, rows):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wait_for_output(self, text):
        wait_for(lambda: text in self.output or self.process.poll() is not None, repr(text))
        if text not in self.output:
            raise AssertionError("%r not in %r (%r)" % (text, self.output, self.errors))

    def send_signal(self, number):
        self.process.send_signal(number)

    def interrupt(self):
        self.send_signal(signal.SIGINT)
        return self.wait()

    def wait(self):
        """The exit status, once all output has been read."""
        try:
            wait_for(lambda: self.process.poll() is not None and self.open == 0, "the end of livevoicectl")
        finally:
            self.close()
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for source in self.sources.values():
            GLib.source_remove(source)
        self.sources.clear()
        self.process.stderr.close()
        if self.terminal is not None:
            os.close(self.terminal)
        else:
            self.process.stdout.close()


class Screen:
    """What a terminal shows after it got some text: enough of a VT100 for livevoicectl."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines = [[]]
        self.row = self.column = 0

    def width(self, char):
        if unicodedata.combining(char):
            return 0
        return 2 if unicodedata.east_asian_width(char) in "WF" else 1

    def put(self, char):
        if self.column + self.width(char) > self.columns:
            self.newline()
            self.column = 0
        line = self.lines[self.row]
        while len(line) < self.column:
            line.append(" ")
        line[self.column:self.column + self.width(char)] = [char] + [""] * (self.width(char) - 1)
        self.column += self.width(char)

    def newline(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append([])

    def feed(self, text):
        i = 0
        while i < len(text):
            char = text[i]
            if char == "\x1b":
                assert text[i + 1] == "[", text[i:i + 10]
                end = i + 2
                while not text[end].isalpha():
                    end += 1
                self.control(text[end], text[i + 2:end])
                i = end
            elif char == "\r":
                self.column = 0
            elif char == "\n":
                self.newline()
            else:
                self.put(char)
            i += 1
        return self

    def control(self, letter, parameter):
        if letter == "A":
            self.row = max(self.row - int(parameter or 1), max(0, len(self.lines) - self.rows))
        elif letter == "J":
            del self.lines[self.row + 1:]
            self.lines[self.row] = self.lines[self.row][:self.column]
        else:
            assert letter == "m", letter

    def text(self):
        return ["".join(line).rstrip() for line in self.lines]


class TestCase(unittest.TestCase):
    """With a bus, and a daemon unless the class says otherwise."""

    with_daemon = True

    def setUp(self):
        self.bus = Bus()
        self.addCleanup(self.bus.remove)
        self.daemon = Daemon(self.bus) if self.with_daemon else None
        self.commands = []
        self.addCleanup(lambda: [command.close() for command in self.commands if command.process.poll() is None])

    def start(self, *arguments, **options):
        command = Command(self.bus.address, *arguments, **options)
        self.commands.append(command)
        return command

    def run_ctl(self, *arguments, **options):
        """(exit status, output, errors)"""
        command = self.start(*arguments, **options)
        status = command.wait()
        return status, command.output, command.errors

    def assert_ok(self, *arguments, **options):
        status, output, errors = self.run_ctl(*arguments, **options)
        self.assertEqual((status, errors), (0, ""))
        return output
