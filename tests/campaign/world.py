# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything around the daemon, real: buses, PipeWire, WirePlumber, the engine, logind; each can be killed and comes back."""
import contextlib
import ctypes
import os
import pathlib
import signal
import subprocess
import time

from gi.repository import Gio, GLib
from logind import SystemBus
from lvclient import NAME, run_for, wait_until
from lvdaemon import Daemon
from deaf import subscribe_and_hang
from pwenv import PwEnv
from relay import Relay
from speech import Listener

CONFIG = '''{settings}
[profile default]
endpoint = {text}
echo-cancel = off
[profile voice]
endpoint = {voice}
audio = fd
'''
PR_SET_CHILD_SUBREAPER = 36
TROUBLE = ('CRITICAL', 'ERROR: AddressSanitizer', 'runtime error', 'ERROR: LeakSanitizer', 'Segmentation')


class Engine:
    """The offline server on one port for good."""

    def __init__(self, build, directory):
        self._program = f'{build}/src/engine/livevoice-engine'
        self._directory = pathlib.Path(directory)
        self._port = 0
        self._process = None
        self.start()

    @property
    def address(self):
        return ('127.0.0.1', self._port)

    @property
    def pid(self):
        return self._process.pid

    def start(self, faults=''):
        """faults: a script for its --faults."""
        (self._directory / 'faults').write_text(faults)
        with open(self._directory / 'engine.log', 'wb') as log:
            self._process = subprocess.Popen(
                [self._program, '--listen', f'127.0.0.1:{self._port}', '--faults', str(self._directory / 'faults')],
                stdout=subprocess.PIPE, stderr=log)
        line = self._process.stdout.readline().decode().strip()
        assert line, 'the engine did not start: ' + (self._directory / 'engine.log').read_text()[-500:]
        self._port = int(line.rpartition(':')[2])

    def stop(self, how=signal.SIGTERM):
        self._process.send_signal(how)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def has_misbehaved(self):
        """Whether a fault of its script has happened."""
        return 'A scripted fault happens' in (self._directory / 'engine.log').read_text()

    def check(self):
        assert self._process.poll() is None, f'the engine ended with {self._process.returncode}'


class World:
    """settings: more groups of livevoice.conf."""

    def __init__(self, build, settings=''):
        self.build = build
        adopt_orphans()
        self._stack = contextlib.ExitStack()
        try:
            self._start(settings)
        except BaseException:
            self._stack.close()
            raise

    def _start(self, settings):
        self.sound = PwEnv().start()
        self._stack.callback(self.sound.stop)
        self.system = SystemBus()
        self._stack.callback(self.system.stop)
        self.system.start_logind()
        self.engine = Engine(self.build, self.sound.directory)
        self._stack.callback(self.engine.stop)
        self.ears = Listener()
        self.relays = {'text': Relay(self.engine.address), 'voice': Relay(self.engine.address, self.ears.feed)}
        for relay in self.relays.values():
            self._stack.callback(relay.stop)
        config = CONFIG.format(settings=settings, **{name: relay.url for name, relay in self.relays.items()})
        self.daemon = Daemon(self.build, config, {**self.sound.env, **self.system.env, 'G_DEBUG': 'fatal-criticals'})
        self._stack.callback(self.daemon.remove)
        self._stack.callback(self.daemon.stop)
        self.admin = self.daemon.connect()
        self.pid = None  # of the daemon, when it was last seen alive

    # --- the daemon ---

    def find_daemon(self):
        """Starts it, where it is not running; notes its pid."""
        self.admin.manager('ListSessions')
        self.pid = self.daemon.pid()
        return self.pid

    def kill_daemon(self):
        """Returns when it is gone."""
        descriptor = os.pidfd_open(self.pid)
        os.kill(self.pid, signal.SIGKILL)
        wait_descriptor(descriptor, 'end of the daemon')
        wait_until(lambda: self.daemon.pid() is None, 10, 'end of its name')
        self.pid = None

    def reload_daemon(self):
        n = self._count_reloads()
        os.kill(self.pid, signal.SIGHUP)
        wait_until(lambda: self._count_reloads() > n, 10, 'word of the configuration')

    def _count_reloads(self):
        return self.daemon.read_log().count('Configuration read again')

    def has_peer(self, name):
        """Whether there is a program of this name on the bus."""
        return self.admin.bus.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'NameHasOwner',
                                        GLib.Variant('(s)', (name,)), None, Gio.DBusCallFlags.NONE, 5000, None).unpack()[0]

    def restart_bus(self):
        """Kills the session bus: the daemon has to go with it and to say so. Everybody has to connect anew."""
        pid, descriptor = self.pid, os.pidfd_open(self.pid)
        self.daemon.restart_bus()
        wait_descriptor(descriptor, 'end of the daemon without its bus')
        self.pid = None
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self.admin = self.daemon.connect()
        return status

    def add_deaf_subscriber(self, path):
        """A program that asks for everything and then reads nothing any more; returns its socket."""
        return subscribe_and_hang(self.daemon.directory / 'bus', path)

    # --- what it must not do ---

    def check_alive(self):
        assert self.pid is None or pathlib.Path(f'/proc/{self.pid}').exists(), 'the daemon died:\n' + self.daemon.read_log()[-4000:]
        self.engine.check()
        log = self.daemon.read_log()
        for word in TROUBLE:
            assert word not in log, 'the daemon complains:\n' + log[max(0, log.find(word) - 500):][:4000]

    def measure(self):
        """What the daemon holds: RSS in KiB, file descriptors, sessions, rules for signals on the bus."""
        rss = next(int(line.split()[1]) for line in open(f'/proc/{self.pid}/status') if line.startswith('VmRSS'))
        return {'rss': rss, 'fds': len(os.listdir(f'/proc/{self.pid}/fd')),
                'sessions': len(self.admin.manager('ListSessions')), 'rules': self._count_rules()}

    def is_sanitized(self):
        return 'libasan' in pathlib.Path(f'/proc/{self.pid}/maps').read_text()

    def _count_rules(self):
        reply = self.admin.bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.Debug.Stats',
                                         'GetConnectionStats', GLib.Variant('(s)', (NAME,)), None, Gio.DBusCallFlags.NONE, 5000, None)
        return reply.unpack()[0]['MatchRules']

    def write_report(self, path):
        """The flight recorder's, of the default session."""
        run = subprocess.run([f'{self.build}/src/cli/livevoicectl', 'report', '--with-text', str(path)], env=self.daemon.env,
                             capture_output=True, text=True, timeout=30, check=False)
        return run.stdout + run.stderr

    def stop(self):
        self._stack.close()


def adopt_orphans():
    """What a bus started is ours when the bus has gone: so it can be asked how it ended."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def freeze(pid, seconds):
    """Stops the process for a while; returns when it stood still."""
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: pathlib.Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0] == 'T', 10, 'standstill')
    at = time.monotonic()
    run_for(seconds)
    os.kill(pid, signal.SIGCONT)
    return at


def wait_descriptor(descriptor, what, timeout=10):
    """Until the process of a pidfd has ended."""
    poll = Gio.UnixInputStream.new(descriptor, True)
    source = poll.create_source(None)
    ended = []
    source.set_callback(lambda *_: ended.append(True) or GLib.SOURCE_REMOVE)
    source.attach(None)
    try:
        wait_until(lambda: ended, timeout, what)
    finally:
        source.destroy()

