# SPDX-License-Identifier: GPL-3.0-or-later
"""A system bus of our own with python-dbusmock's logind on it, where our user has a session that tests lock and put to sleep."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from gi.repository import Gio, GLib

from lvclient import wait_until
from lvdaemon import BUS_CONFIG

LOGIND = 'org.freedesktop.login1'
MANAGER = '/org/freedesktop/login1'
SESSION = MANAGER + '/session/c1'
USER = f'{MANAGER}/user/{os.getuid()}'
MOCK = 'org.freedesktop.DBus.Mock'


class SystemBus:
    """env is what programs need to find it."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix='lv-system-'))
        (self.directory / 'bus.conf').write_text(BUS_CONFIG.format(directory=self.directory))
        self.address = f'unix:path={self.directory}/bus'
        self.env = {'DBUS_SYSTEM_BUS_ADDRESS': self.address}
        self.log = open(self.directory / 'log', 'wb')
        self.bus = subprocess.Popen(['dbus-daemon', f'--config-file={self.directory}/bus.conf', '--nofork', '--print-address'],
                                    stdout=subprocess.PIPE, stderr=self.log)
        self.bus.stdout.readline()
        self.connection = Gio.DBusConnection.new_for_address_sync(
            self.address,
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.owner = None
        Gio.bus_watch_name_on_connection(self.connection, LOGIND, Gio.BusNameWatcherFlags.NONE,
                                         lambda _bus, _name, owner: self._set_owner(owner), lambda *_: self._set_owner(None))
        self.logind = None

    def _set_owner(self, owner):
        self.owner = owner

    def start_logind(self, locked=False, graphical=True):
        self.logind = subprocess.Popen(['/usr/bin/python3', '-m', 'dbusmock', '--system', '--template', 'logind'],
                                       env={**os.environ, **self.env}, stdout=self.log, stderr=self.log)
        wait_until(lambda: self.owner, 10, 'logind')
        # the template's own takes no number
        self.call(MANAGER, MOCK, 'AddMethod', '(sssss)', f'{LOGIND}.Manager', 'GetUser', 'u', 'o',
                  f'ret = "{MANAGER}/user/%u" % args[0]')
        if graphical:
            self.log_in(locked)

    def log_in(self, locked=False):
        self.call(MANAGER, MOCK, 'AddSession', '(ssusb)', 'c1', 'seat0', os.getuid(), 'user', True)
        self.lock(locked)
        self._set_display('c1', SESSION)
        self.call(MANAGER, MOCK, 'EmitSignal', '(sssav)', f'{LOGIND}.Manager', 'SessionNew', 'so',
                  [GLib.Variant('s', 'c1'), GLib.Variant('o', SESSION)])

    def log_out(self):
        self._set_display('', '/')
        self.call(MANAGER, MOCK, 'RemoveObject', '(s)', SESSION)

    def _set_display(self, name, path):
        self.call(USER, 'org.freedesktop.DBus.Properties', 'Set', '(ssv)', f'{LOGIND}.User', 'Display',
                  GLib.Variant('(so)', (name, path)))

    def kill_logind(self):
        self.logind.kill()
        self.logind.wait()
        wait_until(lambda: not self.owner, 10, 'end of logind')

    def call(self, path, interface, method, signature='()', *arguments):
        reply = self.connection.call_sync(LOGIND, path, interface, method, GLib.Variant(signature, arguments), None,
                                          Gio.DBusCallFlags.NONE, 10000, None)
        values = reply.unpack()
        return values[0] if len(values) == 1 else values

    def lock(self, locked=True):
        self.call(SESSION, f'{LOGIND}.Session', 'SetLockedHint', '(b)', locked)

    def switch_user(self, away=True):
        self.call(SESSION, MOCK, 'UpdateProperties', '(sa{sv})', f'{LOGIND}.Session',
                  {'Active': GLib.Variant('b', not away)})

    def sleep(self, asleep=True):
        self.call(MANAGER, MOCK, 'UpdateProperties', '(sa{sv})', f'{LOGIND}.Manager',
                  {'PreparingForSleep': GLib.Variant('b', asleep)})
        self.call(MANAGER, MOCK, 'EmitSignal', '(sssav)', f'{LOGIND}.Manager', 'PrepareForSleep', 'b',
                  [GLib.Variant('b', asleep)])

    def inhibitors(self):
        """(what, who, mode) of all that delay or forbid something."""
        return [(what, who, mode) for what, who, _, mode, *_ in self.call(MANAGER, f'{LOGIND}.Manager', 'ListInhibitors')]

    def refuse_inhibitors(self):
        self.call(MANAGER, MOCK, 'AddMethod', '(sssss)', f'{LOGIND}.Manager', 'Inhibit', 'ssss', 'h',
                  'raise dbus.exceptions.DBusException("Access denied", name="org.freedesktop.DBus.Error.AccessDenied")')

    def stop(self):
        self.connection.close_sync(None)
        if self.logind is not None and self.logind.poll() is None:
            self.logind.terminate()
            self.logind.wait(10)
        self.bus.terminate()
        self.bus.wait(10)
        self.bus.stdout.close()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)
