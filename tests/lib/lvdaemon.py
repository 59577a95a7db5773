# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs of a build tree on a bus of their own, the daemon started by its first caller as on a desktop."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from gi.repository import Gio, GLib

from lvclient import NAME, Client, wait_until

BUS_CONFIG = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={directory}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{directory}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''

NICE = -10


def run_first():
    """Who speaks does not wait, but tests that only compute can. Children inherit it; without the right to it we try."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, NICE)


class Daemon:
    """Programs of `build`; `config` is the text of livevoice.conf; `env` adds to the daemon's environment."""

    def __init__(self, build, config='', env=None):
        run_first()
        self.build = pathlib.Path(build).resolve()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix='lv-daemon-'))
        (self.directory / 'livevoice.conf').write_text(config)
        (self.directory / f'{NAME}.service').write_text(
            f'[D-BUS Service]\nName={NAME}\nExec={self.build}/src/daemon/livevoiced\n')
        (self.directory / 'bus.conf').write_text(BUS_CONFIG.format(directory=self.directory))
        self.address = f'unix:path={self.directory}/bus'
        self.env = {
            **os.environ,
            'XDG_RUNTIME_DIR': str(self.directory),
            'XDG_STATE_HOME': str(self.directory / 'state'),
            **(env or {}),
            'DBUS_SESSION_BUS_ADDRESS': self.address,
            'LIVEVOICE_CONFIG': str(self.directory / 'livevoice.conf'),
            'LIVEVOICE_ENGINE': str(self.build / 'src/engine/livevoice-engine'),
            'LIVEVOICE_ENGINE_SOCKET': str(self.directory / 'engine.sock'),
        }
        self.env.pop('GEMINI_API_KEY', None)
        self.env.update({key: value for key, value in (env or {}).items() if key == 'GEMINI_API_KEY'})
        self.log = open(self.directory / 'log', 'wb')
        self.clients = []
        self.children = []
        self.start_bus()

    def start_bus(self):
        self.bus = subprocess.Popen(
            ['dbus-daemon', f'--config-file={self.directory}/bus.conf', '--nofork', '--print-address'],
            env=self.env, stdout=subprocess.PIPE, stderr=self.log)
        self.bus.stdout.readline()  # the address: it listens now

    def restart_bus(self):
        """Kills it and starts another one at the same address; every connection is lost."""
        self.bus.kill()
        self.bus.wait()
        self.bus.stdout.close()
        self.clients.clear()
        self.start_bus()

    def connect(self):
        client = Client(self.address)
        self.clients.append(client)
        return client

    def pid(self):
        """Of the running daemon, None when there is none."""
        client = self.clients[0] if self.clients else self.connect()
        try:
            reply = client.bus.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'GetConnectionUnixProcessID',
                                         GLib.Variant('(s)', (NAME,)), None, Gio.DBusCallFlags.NONE, 5000, None)
        except GLib.Error:
            return None
        return reply.unpack()[0]

    def spawn(self, *command, **options):
        """A child with this bus in its environment, ended with the daemon. A name alone means a program of the build."""
        programs = {'livevoicectl': 'src/cli', 'livevoiced': 'src/daemon', 'livevoice-engine': 'src/engine'}
        if command[0] in programs:
            command = (str(self.build / programs[command[0]] / command[0]), *command[1:])
        child = subprocess.Popen(command, env=self.env, **options)
        self.children.append(child)
        return child

    def read_log(self):
        return (self.directory / 'log').read_text(errors='replace')

    def stop(self):
        """Ends everything; returns TRUE when the daemon ended by itself after SIGTERM."""
        clean = True
        for child in self.children:
            if child.poll() is None:
                child.terminate()
                child.wait(10)
        pid = self.pid()
        if pid is not None:
            descriptor = os.pidfd_open(pid)
            os.kill(pid, signal.SIGTERM)
            clean = wait_gone(descriptor)
            if not clean:
                os.kill(pid, signal.SIGKILL)
        for client in self.clients:
            if not client.bus.is_closed():
                client.close()
        self.bus.terminate()
        self.bus.wait(10)
        self.bus.stdout.close()
        self.log.close()
        return clean

    def remove(self):
        shutil.rmtree(self.directory, ignore_errors=True)


def wait_gone(descriptor, timeout=10):
    """Waits for the end of a process that is not our child."""
    ended = []
    source = GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, descriptor, GLib.IOCondition.IN,
                                   lambda *_: ended.append(True) or GLib.SOURCE_REMOVE)
    try:
        wait_until(lambda: ended, timeout, 'end of the daemon')
    except AssertionError:
        GLib.source_remove(source)
        return False
    finally:
        os.close(descriptor)
    return True
