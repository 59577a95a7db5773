# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that goes wrong, as a table. A fault is done to a conversation ("text" or "voice") or to what they share."""
import dataclasses
import signal
import typing

from gi.repository import GLib
from lvclient import run_for, wait_until
from pwenv import MICROPHONE
from relay import BLACKHOLE, PASS, STALL

BOTH = ('text', 'voice')
HEADSET = {'node.name': 'usb-microphone', 'node.description': 'USB headset', 'priority.session': 100,
           'device.form-factor': 'headset', 'device.bus': 'usb'}
PLUGGED_S = 0.2


@dataclasses.dataclass
class Fault:
    """do(campaign, target): returns when the world is whole again.
    breaks: the target needs another connection; planned: its user must lose nothing; deaf: its user was not to be heard
    meanwhile; ends: its conversation ends with a reason, and is started again; stays: it may also be survived without a
    new connection; long: only in the long run; shared: hits both conversations; forgets: the server may not know
    any more of calls that wait; orphans: nobody does."""
    name: str
    kind: str
    do: typing.Callable
    breaks: bool = False
    planned: bool = False
    deaf: bool = False
    ends: bool = False
    long: bool = False
    shared: bool = False
    forgets: bool = False
    orphans: bool = False
    weight: int = 4


# --- server ---

def ask(command, *arguments):
    """Something that the relay does to the target's connection."""
    def do(campaign, target):
        campaign.talks[target].relay.ask(command, *arguments)
    return do


def closes(code, reason=''):
    return ask('close', code, reason)


def go_away(campaign, target):
    """Announced; who does not leave in time is closed."""
    relay = campaign.talks[target].relay
    old = relay.current
    relay.ask('inject', {'goAway': {'timeLeft': '3s'}})
    campaign.later(3000, lambda: old.is_open and old.ask('close', 1008, 'Connection is closed because the client did not close after GoAway'))


def with_script(script):
    """The engine restarts with a script of faults for the next turns."""
    def do(campaign, _target):
        campaign.world.engine.stop()
        campaign.world.engine.start(script)
    return do


# --- network ---

def with_mode(mode, seconds, then=None):
    def do(campaign, target):
        relay = campaign.talks[target].relay
        old = relay.current
        relay.set_mode(mode)
        run_for(seconds)
        relay.set_mode(PASS)
        if then is not None and old is not None and old.is_open:
            old.ask(then)
    return do


def slow(campaign, target):
    campaign.talks[target].relay.set_mode(PASS, 0.03)
    run_for(1)
    campaign.talks[target].relay.set_mode(PASS)


def refused(campaign, target):
    relay = campaign.talks[target].relay
    relay.refuse()
    relay.ask('cut')
    run_for(0.7)
    relay.listen()


def cut_again(campaign, target):
    """Lost, and lost again as soon as it is back."""
    relay = campaign.talks[target].relay
    old = len(relay.connections)
    relay.ask('cut')
    wait_until(lambda: len(relay.connections) > old, 15, 'another connection')
    relay.ask('cut')


# --- audio ---

def kill_pipewire(campaign, _target):
    campaign.world.sound.kill_server()
    campaign.world.sound.start_server()


def kill_wireplumber(campaign, _target):
    """Its devices would go with it, and 0.4 connects nothing to what another one has set up: they come again."""
    sound = campaign.world.sound
    sound.kill_wireplumber()
    sound.remove_devices()
    sound.add_devices()
    sound.start_wireplumber()


def plug_in_headset(campaign):
    sound = campaign.world.sound
    sound.plug_in(HEADSET)
    sound.choose('source', HEADSET['node.name'])
    run_for(PLUGGED_S)


def unplug(campaign, _target):
    """The microphone in use is gone: another one takes its place."""
    plug_in_headset(campaign)
    campaign.world.sound.unplug(HEADSET['node.name'])


def change_default(campaign, _target):
    plug_in_headset(campaign)
    campaign.world.sound.choose('source', MICROPHONE)
    campaign.world.sound.unplug(HEADSET['node.name'])


# --- bus ---

def kill_client(campaign, target):
    talk = campaign.talks[target]
    talk.leave()
    if target == 'voice':
        talk.forget()
    talk.begin()


def deaf_subscriber(campaign, _target):
    """Subscribes to everything and never reads again."""
    campaign.add_deaf_subscriber()


def flood(campaign, _target):
    """Another program makes calls that are answered with errors, as fast as they go."""
    client = campaign.world.daemon.connect()
    for _ in range(300):
        client.bus.call('org.livevoice.LiveVoice1', '/org/livevoice/LiveVoice1', 'org.livevoice.LiveVoice1.Manager', 'CreateSession',
                        GLib.Variant('(a{sv})', ({'token': GLib.Variant('s', 'not a token')},)), None, 0, 10000, None, None)
    client.bus.flush_sync(None)
    client.close()
    campaign.world.daemon.clients.remove(client)


def restart_bus(campaign, _target):
    campaign.restart_bus()


# --- process ---

def kill_engine(campaign, _target):
    campaign.world.engine.stop(signal.SIGKILL)
    campaign.world.engine.start()


def freeze_engine(campaign, _target):
    campaign.world.engine.signal(signal.SIGSTOP)
    run_for(0.7)
    campaign.world.engine.signal(signal.SIGCONT)


def kill_daemon(campaign, _target):
    campaign.kill_daemon()


def reload_daemon(campaign, _target):
    campaign.world.signal_daemon(signal.SIGHUP)


# --- clock ---

def jump(campaign, _target):
    """For the daemon the clock has jumped when it goes on."""
    campaign.world.signal_daemon(signal.SIGSTOP)
    run_for(1.2)
    campaign.world.signal_daemon(signal.SIGCONT)


def lock(campaign, _target):
    campaign.world.system.lock()
    campaign.wait_deaf()
    campaign.world.system.lock(False)


def switch_user(campaign, _target):
    campaign.world.system.switch_user()
    campaign.wait_deaf()
    campaign.world.system.switch_user(False)


def sleep(campaign, _target):
    campaign.world.system.sleep()
    campaign.wait_parked()
    campaign.world.system.sleep(False)


def restart_logind(campaign, _target):
    campaign.world.system.kill_logind()
    campaign.world.system.start_logind()


UNAVAILABLE = {'error': {'code': 503, 'status': 'UNAVAILABLE', 'message': 'The service is currently unavailable.'}}
FAULTS = (
    Fault('goAway', 'server', go_away, breaks=True, planned=True, weight=8),
    *(Fault(f'close {code} {reason}'.strip(), 'server', closes(code, reason), breaks=True, weight=2) for code, reason in (
        (1000, ''), (1000, 'The operation was cancelled.'), (1001, ''), (1006, ''), (1008, 'GoAway'), (1008, 'Operation was aborted'),
        (1011, 'Internal error encountered.'), (1011, 'Deadline expired before operation could complete.'), (1011, 'keepalive ping timeout'),
        (1012, ''), (1013, 'Try again later'), (1014, ''))),
    Fault('close 1008 session not found', 'server', closes(1008, 'BidiGenerateContent session not found'), breaks=True, forgets=True),
    *(Fault(f'close {code} {reason}', 'server', closes(code, reason), breaks=True, ends=True, weight=2) for code, reason in (
        (1007, 'API key not valid. Please pass a valid API key.'), (1008, 'models/x is not found for API version v1beta'),
        (1011, 'You exceeded your current quota'))),
    Fault('error 503', 'server', ask('inject', UNAVAILABLE), breaks=True),
    Fault('empty turn', 'server', ask('inject', {'serverContent': {'turnComplete': True}})),
    Fault('generationComplete alone', 'server', ask('inject', {'serverContent': {'generationComplete': True}})),
    Fault('no content', 'server', ask('inject', {'serverContent': {}})),
    Fault('empty frame', 'server', ask('inject', {})),
    Fault('unknown message', 'server', ask('inject', {'newThing': {'a': [1, None]}})),
    Fault('unreadable frame', 'server', ask('inject', b'{"serverContent":')),
    Fault('phantom interruption', 'server', ask('inject', {'serverContent': {'interrupted': True}})),
    Fault('no resumption', 'server', ask('inject', {'sessionResumptionUpdate': {'resumable': False}})),
    *(Fault(f'{what} {key}', 'server', ask('trick', what, key), weight=1) for what, key in (
        ('twice', 'generationComplete'), ('twice', 'turnComplete'), ('twice', 'outputTranscription'), ('twice', 'toolCall'),
        ('lose', 'generationComplete'), ('lose', 'outputTranscription'))),
    *(Fault(f'engine: {script.splitlines()[0]}', 'server', with_script(script), breaks=True, shared=True, forgets=True, weight=1)
      for script in ('audio*3 0 cut', 'turn 0 empty', 'turn 0 hush', 'turn 0 repeat', 'resuming 0 close 1011 Internal error encountered.',
                     'audio*2 300 pause 500', 'setup 500 drop', 'interrupted 50 audio 200', 'heard 0 drop', 'result 0 drop')),
    Fault('cut', 'network', ask('cut'), breaks=True, weight=8),
    Fault('half-closed', 'network', ask('half_close'), breaks=True),
    Fault('stalled', 'network', with_mode(STALL, 1.0)),
    Fault('blackhole, then cut', 'network', with_mode(BLACKHOLE, 1.0, 'cut'), breaks=True),
    Fault('slow', 'network', slow),
    Fault('refused', 'network', refused, breaks=True),
    Fault('cut twice', 'network', cut_again, breaks=True),
    Fault('PipeWire killed', 'audio', kill_pipewire, weight=8),
    Fault('WirePlumber killed', 'audio', kill_wireplumber, weight=6),
    Fault('microphone unplugged', 'audio', unplug, weight=6),
    Fault('default changed', 'audio', change_default, weight=6),
    Fault('client killed', 'bus', kill_client, deaf=True, orphans=True, weight=8),
    Fault('deaf subscriber', 'bus', deaf_subscriber),
    Fault('flood', 'bus', flood),
    Fault('bus killed', 'bus', restart_bus, breaks=True, shared=True, deaf=True, orphans=True, long=True, weight=3),
    Fault('engine killed', 'process', kill_engine, breaks=True, shared=True, forgets=True),
    Fault('engine frozen', 'process', freeze_engine),
    Fault('daemon killed', 'process', kill_daemon, breaks=True, shared=True, deaf=True, orphans=True),
    Fault('daemon reloads', 'process', reload_daemon),
    Fault('clock jumps', 'clock', jump),
    Fault('screen locked', 'clock', lock, deaf=True),
    Fault('user switched', 'clock', switch_user, deaf=True),
    Fault('sleep and wake', 'clock', sleep, breaks=True, shared=True, deaf=True),
    Fault('logind restarts', 'clock', restart_logind, deaf=True),
)
KINDS = ('server', 'network', 'audio', 'bus', 'process', 'clock')
