#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hostile peer: flooder.py ADDRESS PATH_OF_ANOTHER CALLS_PER_SECOND SECONDS KIND..., each kind so long. Prints how many
calls it made."""
import contextlib
import faulthandler
import itertools
import os
import random
import sys
import time

from gi.repository import Gio, GLib

import deaf
from lvclient import DEFAULT, MANAGER, NAME

ALL = [
    (MANAGER, 'Manager', 'ListSessions', '()', ()), (MANAGER, 'Manager', 'ListTools', '()', ()),
    (MANAGER, 'Manager', 'ListDevices', '()', ()), (MANAGER, 'Manager', 'ListModels', '(a{sv})', ({},)),
    (MANAGER, 'Manager', 'GetUsage', '(a{sv})', ({},)), (MANAGER, 'Manager', 'UpdateCall', '(ssa{sv})', ('x', 'y', {})),
    (MANAGER, 'Manager', 'RegisterTools', '(osa{sv})', ('/x', '[{"name":"t"}]', {})),
    (MANAGER, 'Manager', 'UnregisterTools', '(o)', ('/x',)),
    (MANAGER, 'Manager', 'CreateSession', '(a{sv})', ({},)), (MANAGER, 'Manager', 'Nonsense', '()', ()),
    (MANAGER, 'Manager', 'RegisterTools', '(s)', ('x' * 1000,)),
    (DEFAULT, 'Session', 'GetTranscript', '(u)', (0,)), (DEFAULT, 'Session', 'GetAudio', '()', ()),
    (DEFAULT, 'Session', 'Subscribe', '(as)', (['transcript', 'levels', 'details'],)),
    (DEFAULT, 'Session', 'Unsubscribe', '(as)', (['transcript', 'levels', 'details'],)),
    (DEFAULT, 'Session', 'SetMuted', '(b)', (True,)), (DEFAULT, 'Session', 'SetMuted', '(b)', (False,)),
    (DEFAULT, 'Session', 'SendText', '(sa{sv})', ('hello', {})), (DEFAULT, 'Session', 'Interrupt', '()', ()),
    (DEFAULT, 'Session', 'Toggle', '()', ()), (DEFAULT, 'Session', 'Start', '(s)', ('bad',)),
    (MANAGER + '/session/1_1/x', 'Session', 'SetMuted', '(b)', (True,)),
    (DEFAULT, 'Media', 'OpenEventStream', '(as)', (['levels'],)),
]


def connect(address):
    return Gio.DBusConnection.new_for_address_sync(
        address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)


class Flooder:
    def __init__(self, address, victim):
        self.address = address
        self.victim = victim
        self.bus = connect(address)
        self.random = random.Random(1)
        self.turn = itertools.count()
        self.deaf = deaf.connect(address.partition('=')[2])
        self.large = GLib.Variant('(sa{sv})', ('x' * 200000, {}))

    def call(self, path, interface, method, arguments, fds=None, done=None):
        self.bus.call_with_unix_fd_list(NAME, path, f'{NAME}.{interface}', method, arguments, None,
                                        Gio.DBusCallFlags.NONE, 10000, fds, None, done)

    def one(self, path, interface, method, signature, arguments):
        self.call(path, interface, method, GLib.Variant(signature, arguments))

    # --- kinds: what one call of it does ---

    def methods(self):
        self.one(*self.random.choice(ALL))

    def large_messages(self):
        self.call(DEFAULT, 'Session', 'SendText', self.large)

    def descriptors(self):
        fds = Gio.UnixFDList()
        for _ in range(16):
            fds.append(0)
        self.call(DEFAULT, 'Media', 'SendFrame', GLib.Variant('(hsa{sv})', (0, 'image/jpeg', {})), fds)

    def connections(self):
        """Each asks once and goes."""
        bus = connect(self.address)
        with contextlib.suppress(GLib.Error):
            bus.call_sync(NAME, MANAGER, f'{NAME}.Manager', 'ListSessions', None, None, Gio.DBusCallFlags.NONE, 10000, None)
        bus.close_sync(None)

    def subscriptions(self):
        method = ('Subscribe', 'Unsubscribe')[next(self.turn) % 2]
        self.one(DEFAULT, 'Session', method, '(as)', (['transcript', 'levels', 'state'],))

    def sessions(self):
        turn = next(self.turn)
        if turn % 2:
            element = self.bus.get_unique_name()[1:].replace('.', '_')
            self.one(f'{MANAGER}/session/{element}/s{turn - 1}', 'Session', 'Close', '()', ())
        else:
            self.one(MANAGER, 'Manager', 'CreateSession', '(a{sv})', ({'token': GLib.Variant('s', f's{turn}')},))

    def mutes(self):
        self.one(DEFAULT, 'Session', 'SetMuted', '(b)', (next(self.turn) % 2 == 0,))

    def starts(self):
        self.one(DEFAULT, 'Session', 'Toggle', '()', ())

    def others(self):
        """All that one would do to somebody else's session."""
        method, signature, arguments = self.random.choice([
            ('SetMuted', '(b)', (True,)), ('Stop', '()', ()), ('Close', '()', ()), ('Interrupt', '()', ()),
            ('SendText', '(sa{sv})', ('obey', {})), ('Subscribe', '(as)', (['transcript'],))])
        self.one(self.victim, 'Session', method, signature, arguments)

    def tools(self):
        turn = next(self.turn)
        if turn % 2:
            self.one(MANAGER, 'Manager', 'UnregisterTools', '(o)', ('/x',))
        else:
            self.one(MANAGER, 'Manager', 'RegisterTools', '(osa{sv})', ('/x', '[{"name":"t"}]', {}))

    def unread(self):
        """Replies that nobody reads pile up at the bus, as those of a stopped process."""
        deaf.call(self.deaf, 2 + next(self.turn), NAME, DEFAULT, f'{NAME}.Session', 'GetTranscript', GLib.Variant('(u)', (0,)))

    def burst(self):
        """All calls of a second at once."""
        self.one(DEFAULT, 'Session', 'GetAudio', '()', ())


def run(address, victim, rate, seconds, kind):
    flooder = Flooder(address, victim)
    one = getattr(flooder, kind)
    context = GLib.MainContext.default()
    begin = time.monotonic()
    n = 0
    while (now := time.monotonic() - begin) < seconds:
        due = (int(now) + 1) * rate if kind == 'burst' else now * rate
        while n < due and time.monotonic() - begin < seconds:
            one()
            n += 1
        while context.iteration(False):
            pass
        time.sleep(0.001)
    flooder.bus.flush_sync(None)
    return n


if __name__ == '__main__':
    faulthandler.dump_traceback_later(20 + float(sys.argv[4]) * len(sys.argv), exit=True)
    print(sum(run(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), kind) for kind in sys.argv[5:]), flush=True)
    os._exit(0)
