#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A peer in a process of its own, which a test can kill: Peer(daemon).run('client.manager(...)') has it evaluate a line of
Python and returns the value. Known there: client, Variant, make_pipe(), handler() (which never answers), keep(fds)."""
import ast
import os
import pathlib
import subprocess
import sys

from gi.repository import GLib

from lvclient import Client, Handler


class Peer:
    def __init__(self, daemon):
        self.process = subprocess.Popen([sys.executable, str(pathlib.Path(__file__).resolve()), daemon.address], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=daemon.env)
        self.unique_name = self.run('client.unique_name')

    def run(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise AssertionError(f'{line}: the peer failed')
        return ast.literal_eval(answer)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def serve(address):
    kept = []
    client = Client(address)
    handlers = []

    def keep(answer):
        kept.extend(answer[1])
        return answer[0]

    def handler(path):
        handlers.append(Handler(client, path, lambda *_: None))
        return path

    scope = {'client': client, 'Variant': GLib.Variant, 'keep': keep, 'handler': handler,
             'make_pipe': lambda: kept.extend(os.pipe()) or kept[-2]}
    for line in sys.stdin:
        print(repr(eval(line, scope)), flush=True)


if __name__ == '__main__':
    serve(sys.argv[1])
