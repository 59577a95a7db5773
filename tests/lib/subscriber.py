#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A subscriber of the default session in a process of its own, to be stopped: subscriber.py ADDRESS. Prints "ready", and
for each line that it reads what it has heard, as JSON: items, the newest text of each by number; n, how many signals; kinds,
of the warnings; states. The line "again" subscribes again first."""
import json
import sys

from gi.repository import GLib

from lvclient import DEFAULT, Client

client = Client(sys.argv[1])
TOPICS = ['transcript', 'warnings', 'state']


def hear(line):
    if line == 'again':
        client.session('Subscribe', '(as)', TOPICS)
    client.get('State')  # what was sent before the reply is there
    while GLib.MainContext.default().iteration(False):
        pass
    print(json.dumps({
        'items': {a[0]: len(a[2]) for _, path, _, name, a in client.signals if name == 'Transcript' and path == DEFAULT},
        'n': len(client.signals),
        'kinds': [a[0] for _, _, _, name, a in client.signals if name == 'Warning'],
        'states': [state for _, state in client.states()]}), flush=True)


client.session('Subscribe', '(as)', TOPICS)
print('ready', flush=True)
for word in sys.stdin:
    hear(word.strip())
