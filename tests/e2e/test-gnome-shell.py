#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example extension in a real GNOME Shell without a screen.

Clicks are those of a pointer, and the daemon is the real one: captions, tool, clean end, a daemon that comes back.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import Gio, GLib  # noqa: E402
from lvclient import Client, error_name, wait_until  # noqa: E402
from lvdaemon import Daemon, wait_gone  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
EXAMPLES = pathlib.Path(os.environ['srcdir']).parent / 'data/examples'
UUID = 'livevoice@livevoice.org'
HANDLER = '/org/livevoice/GnomeExtension/Tool'
TOOL = 'Desktop_list_windows'
FIRST_WITH_MODULES = 45  # before it an extension is no ECMAScript module
ENABLED, DISABLED = 1, 2
POLL_MS = 20
SETTINGS = f'''[org/gnome/shell]
enabled-extensions=['{UUID}']
disable-user-extensions=false
welcome-dialog-last-shown-version='999'
'''
PRELUDE = '''
globalThis.test = {button: () => Main.panel.statusArea['%s']};
import('gi://Clutter').then(({default: Clutter}) => {
    test.find = (actor, type) => actor instanceof type ? actor
        : actor.get_children().map(child => test.find(child, type)).find(found => found);
    const seat = global.stage.context?.get_backend().get_default_seat() ?? Clutter.get_default_backend().get_default_seat();
    const pointer = seat.create_virtual_device(Clutter.InputDeviceType.POINTER_DEVICE);
    const touchscreen = seat.create_virtual_device(Clutter.InputDeviceType.TOUCHSCREEN_DEVICE);
    const press = (actor, pressAt) => {
        const [x, y] = actor.get_transformed_position().map((start, i) => start + [actor.width, actor.height][i] / 2);
        if (!actor.contains(global.stage.get_actor_at_pos(Clutter.PickMode.REACTIVE, x, y)))
            return false; // not yet where it will be
        pressAt(GLib.get_monotonic_time(), x, y);
        return true;
    };
    test.click = actor => press(actor, (time, x, y) => {
        pointer.notify_absolute_motion(time, x, y);
        pointer.notify_button(time, Clutter.BUTTON_PRIMARY, Clutter.ButtonState.PRESSED);
        pointer.notify_button(time, Clutter.BUTTON_PRIMARY, Clutter.ButtonState.RELEASED);
    });
    test.touch = actor => press(actor, (time, x, y) => {
        touchscreen.notify_touch_down(time, 0, x, y);
        touchscreen.notify_touch_up(time, 0);
    });
});
import('gi://St').then(({default: St}) => {
    test.label = () => test.find(test.button(), St.Label);
    test.icon = () => test.find(test.button(), St.Icon);
});
import('system').then(({default: System}) => {
    // not at once: this call's own frames may hold something
    test.collectGarbage = () => void GLib.idle_add(GLib.PRIORITY_DEFAULT, () => System.gc() ?? GLib.SOURCE_REMOVE);
});
''' % UUID
WINDOW = '''imports.gi.versions.Gtk = '4.0';
const {GLib, Gtk} = imports.gi;
Gtk.init();
new Gtk.Window({title: 'Shopping list'}).present();
new GLib.MainLoop(null, false).run();'''


def wait_condition(condition, what, timeout=10):
    """For what tells nobody when it changes."""
    source = GLib.timeout_add(POLL_MS, lambda: GLib.SOURCE_CONTINUE)
    try:
        return wait_until(condition, timeout, what)
    finally:
        GLib.source_remove(source)


class Shell:
    """GNOME Shell with the extension that fits its version, on the bus of the daemon under test."""

    def __init__(self, daemon):
        version = subprocess.run(['gnome-shell', '--version'], check=True, capture_output=True, text=True).stdout
        variant = 'gnome-extension' if int(re.search(r'\d+', version)[0]) >= FIRST_WITH_MODULES else 'gnome-extension-43'
        print(f'{version.strip()}, {variant}')
        self.daemon = daemon
        self.directory = daemon.directory
        shutil.copytree(EXAMPLES / variant / UUID, self.directory / 'data/gnome-shell/extensions' / UUID)
        settings = self.directory / 'config/glib-2.0/settings'
        settings.mkdir(parents=True)
        (settings / 'keyfile').write_text(SETTINGS)
        self.client = daemon.connect()
        self.log = open(self.directory / 'shell.log', 'wb')
        self.env = {key: value for key, value in daemon.env.items() if key not in ('G_DEBUG', 'DISPLAY')}
        self.env.update(
            DBUS_SYSTEM_BUS_ADDRESS=daemon.address,  # it insists on one, and does without everybody who might be there
            XDG_SESSION_TYPE='wayland', LIBGL_ALWAYS_SOFTWARE='1', GSETTINGS_BACKEND='keyfile', NO_AT_BRIDGE='1',
            HOME=str(self.directory), WAYLAND_DISPLAY='wayland-test', **{
                f'XDG_{kind.upper()}_HOME': str(self.directory / kind) for kind in ('config', 'data', 'cache', 'state')})
        self.process = self.spawn('gnome-shell', '--headless', '--wayland', '--no-x11', '--wayland-display', 'wayland-test',
                                  '--virtual-monitor', '1280x720', '--unsafe-mode')
        wait_condition(self.is_ready, 'GNOME Shell', 30)
        self.eval(PRELUDE)
        self.wait('Boolean(test.click && test.label && test.collectGarbage)', True)
        self.name = self.call_bus('GetNameOwner', 'org.gnome.Shell')

    def spawn(self, *command):
        """A child that ends with the daemon at the latest."""
        child = subprocess.Popen(command, env=self.env, stdout=self.log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.daemon.children.append(child)
        return child

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError('GNOME Shell ended:\n' + self.read_log())
        try:
            return self.eval('!Main.layoutManager._startingUp')
        except GLib.Error:
            return False  # not yet on the bus

    def call(self, interface, method, signature, *arguments):
        reply = self.client.bus.call_sync('org.gnome.Shell', '/org/gnome/Shell', interface, method,
                                          GLib.Variant(signature, arguments), None, Gio.DBusCallFlags.NONE, 20000, None)
        return reply.unpack()

    def call_bus(self, method, *arguments, interface='org.freedesktop.DBus'):
        return self.client.bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', interface, method,
                                         GLib.Variant(f'({"s" * len(arguments)})', arguments), None,
                                         Gio.DBusCallFlags.NONE, 10000, None).unpack()[0]

    def eval(self, code):
        """The value of an expression inside the Shell."""
        success, text = self.call('org.gnome.Shell', 'Eval', '(s)', code)
        if not success:
            raise AssertionError(f'{code}: {text}')
        return json.loads(text) if text else None

    def wait(self, code, wanted):
        wait_condition(lambda: self.eval(code) == wanted, f'{code} = {wanted!r}')

    def set_enabled(self, enabled):
        """As the Extensions app does it; returns before it is done."""
        self.call('org.gnome.Shell.Extensions', 'EnableExtension' if enabled else 'DisableExtension', '(s)', UUID)

    def extension(self):
        return self.call('org.gnome.Shell.Extensions', 'GetExtensionInfo', '(s)', UUID)[0]

    def wait_extension(self, state):
        wait_condition(lambda: self.extension().get('state') == state, f'extension in state {state}')

    def match_rules(self):
        """What the Shell wants to hear from Live Voice."""
        rules = self.call_bus('GetAllMatchRules', interface='org.freedesktop.DBus.Debug.Stats')[self.name]
        return [rule for rule in rules if 'org.livevoice' in rule]

    def read_log(self):
        return (self.directory / 'shell.log').read_text(errors='replace')


class GnomeShell(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = WireServer(BUILD)
        cls.addClassCleanup(cls.server.stop)
        cls.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {cls.server.url}\naudio = none\n')
        cls.addClassCleanup(cls.daemon.remove)
        cls.addClassCleanup(cls.daemon.stop)
        cls.shell = Shell(cls.daemon)
        cls.addClassCleanup(cls.shell.log.close)

    def setUp(self):
        self.mark = len(self.server.events)
        self.log_mark = len(self.shell.read_log())
        self.stranger = self.daemon.connect()
        self.addCleanup(self.stranger.close)
        self.shell.set_enabled(True)
        self.shell.wait_extension(ENABLED)
        self.addCleanup(self.leave)

    def leave(self):
        """Disabled and without a daemon, as the next test wants it; and nothing to complain of in the Shell's log."""
        self.shell.set_enabled(False)
        self.shell.wait_extension(DISABLED)
        self.end_daemon(signal.SIGTERM)
        said = self.shell.read_log()[self.log_mark:]
        self.assertNotRegex(said, f'{UUID}|Live Voice|JS ERROR', said)

    def end_daemon(self, number):
        pid = self.daemon.pid()
        if pid is not None:
            descriptor = os.pidfd_open(pid)
            os.kill(pid, number)
            self.assertTrue(wait_gone(descriptor))

    # --- what the user and the model do ---

    def click(self):
        self.shell.wait('test.click(test.button())', True)

    def begin(self):
        self.click()
        self.number, setup = self.server.accept(self.mark)
        return [f['name'] for tools in setup.get('tools', []) for f in tools.get('functionDeclarations', [])]

    def say(self, text):
        self.server.send(self.number, serverContent={'outputTranscription': {'text': text}})
        self.server.send(self.number, serverContent={'turnComplete': True})

    def model_calls(self, tool):
        """Returns what the model is answered."""
        mark = len(self.server.events)
        self.server.send(self.number, toolCall={'functionCalls': [{'id': 'a1', 'name': tool, 'args': {}}]})
        return self.server.wait_message('toolResponse', self.number, mark)['functionResponses'][0]['response']

    # --- what is seen of it ---

    def wait_label(self, text):
        self.shell.wait('test.label().text', text)

    def wait_lit(self, lit):
        self.shell.wait('test.icon().opacity', 255 if lit else 128)

    def tools(self):
        return [tool[1] for tool in self.stranger.manager('ListTools')]

    def subscribers(self):
        """How many the daemon sends captions to, seen from how many more it would take."""
        limit = self.stranger.get('Limits', '/org/livevoice/LiveVoice1', 'Manager')['session-subscribers']
        clients = []
        try:
            while True:
                clients.append(Client(self.daemon.address))
                clients[-1].session('Subscribe', '(as)', ['transcript'])
        except GLib.Error as error:
            self.assertEqual(error_name(error), 'TooMany')
            return limit - len(clients) + 1
        finally:
            for client in clients:
                client.close()

    def test_click_starts_the_daemon_and_captions_appear(self):
        self.wait_lit(False)
        self.assertIsNone(self.daemon.pid(), 'nobody talks yet')
        self.assertEqual(self.begin(), [TOOL])
        self.assertIsNotNone(self.daemon.pid())
        self.wait_lit(True)
        self.server.send(self.number, serverContent={'inputTranscription': {'text': 'What time is it?'}})
        self.wait_label('› What time is it?')
        self.say('It is noon.')
        self.wait_label('‹ It is noon.')
        self.click()
        self.server.wait(lambda e: e[0] == 'close' and e[1] == self.number, self.mark)
        self.wait_lit(False)
        self.wait_label('')

    def test_touch_is_a_click(self):
        self.shell.wait('test.touch(test.button())', True)
        self.server.accept(self.mark)
        self.wait_lit(True)

    def test_long_caption_keeps_its_place(self):
        self.begin()
        self.wait_lit(True)
        height = self.shell.eval('Main.panel.height')
        self.say('One line\nand another, ' + 'on and on ' * 100 + 'to the end.')
        self.shell.wait("test.label().text.endsWith('to the end.')", True)
        self.shell.wait('test.label().has_allocation() && test.label().width > 100', True)
        self.assertLess(self.shell.eval('test.label().width / Main.panel.width'), 1 / 3)
        self.assertEqual(self.shell.eval('Main.panel.height'), height)
        self.assertNotIn('\n', self.shell.eval('test.label().text'))

    def test_model_calls_its_tool(self):
        window = self.shell.spawn('gjs', '-c', WINDOW)
        self.addCleanup(window.wait, 10)
        self.addCleanup(window.terminate)
        self.shell.wait('global.get_window_actors().map(actor => actor.meta_window.title)', ['Shopping list'])
        self.begin()
        self.assertEqual(self.model_calls(TOOL), {'windows': ['Shopping list']})

    def test_tool_answers_the_daemon_only(self):
        self.begin()
        with self.assertRaises(GLib.Error) as refused:
            self.call_handler()
        self.assertEqual(Gio.DBusError.get_remote_error(refused.exception), 'org.freedesktop.DBus.Error.AccessDenied')

    def call_handler(self):
        return self.stranger.bus.call_sync(
            self.shell.name, HANDLER, 'org.livevoice.LiveVoice1.ToolHandler', 'Call',
            GLib.Variant('(sssa{sv})', ('id', 'list_windows', '{}', {})), None, Gio.DBusCallFlags.NONE, 10000, None)

    def test_disabled_leaves_nothing_behind(self):
        self.begin()
        wait_condition(lambda: self.subscribers() == 1, 'the subscription')
        self.assertNotEqual(self.shell.match_rules(), [])
        self.shell.set_enabled(False)
        wait_condition(lambda: self.tools() == [] and self.subscribers() == 0, 'end of subscription and tool')
        self.shell.wait_extension(DISABLED)
        self.assertIsNone(self.shell.eval('test.button()'))
        with self.assertRaises(GLib.Error) as refused:
            self.call_handler()
        self.assertTrue(refused.exception.matches(Gio.dbus_error_quark(), Gio.DBusError.UNKNOWN_METHOD), refused.exception)
        wait_condition(lambda: self.shell.eval('test.collectGarbage()') or self.shell.match_rules() == [], 'end of the proxies')
        self.assertIn('error', self.model_calls(TOOL))
        self.assertNotEqual(self.stranger.get('State'), 'idle', 'the conversation is the user\'s, not the button\'s')

    def test_enabling_and_disabling_do_not_start_the_daemon(self):
        for enabled in (False, True, False):
            self.shell.set_enabled(enabled)
            self.shell.wait_extension(ENABLED if enabled else DISABLED)
        self.assertIsNone(self.daemon.pid())

    def test_enabled_many_times_is_there_once(self):
        self.begin()
        for _ in range(10):
            self.shell.set_enabled(False)
            self.shell.set_enabled(True)
        self.shell.wait_extension(ENABLED)
        wait_condition(lambda: self.tools() == [TOOL] and self.subscribers() == 1, 'one tool, one subscription')
        self.say('Still here.')
        self.wait_label('‹ Still here.')
        self.assertIn('windows', self.model_calls(TOOL))

    def test_killed_daemon_comes_back(self):
        self.begin()
        self.say('It is noon.')
        self.wait_label('‹ It is noon.')
        self.end_daemon(signal.SIGKILL)
        self.wait_lit(False)
        self.wait_label('')
        self.mark = len(self.server.events)
        wait_condition(lambda: self.tools() == [TOOL] and self.subscribers() == 1, 'tool and subscription')
        self.stranger.session('Start', '(a{sv})', {})
        self.number, _ = self.server.accept(self.mark)
        self.wait_lit(True)
        self.say('Where were we?')
        self.wait_label('‹ Where were we?')
        self.assertIn('windows', self.model_calls(TOOL))


unittest.main(verbosity=2)
