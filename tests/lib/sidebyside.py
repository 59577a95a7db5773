# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversations that spend most of their time waiting, so many at once. Each is a job: begin(), is_done() and, whatever
has become of it, end()."""
import time

from lvclient import wait_until

PATIENCE = 60  # seconds; a busy machine takes its time


def run(jobs, at_once):
    waiting, running = list(jobs), []
    late = {}

    def go_on():
        for job in [job for job in running if job.is_done() or time.monotonic() > late[job]]:
            running.remove(job)
            job.end()
        while waiting and len(running) < at_once:
            job = waiting.pop(0)
            running.append(job)
            late[job] = time.monotonic() + PATIENCE
            job.begin()
        return not running

    try:
        wait_until(go_on, PATIENCE * len(jobs), 'end of all conversations')
    finally:
        for job in running:
            job.end()
