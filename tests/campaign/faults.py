# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that goes wrong, as a table. A fault is done to a conversation ("text" or "voice") or to what they share."""
import dataclasses
import signal
import time
import typing

from gi.repository import GLib
from lvclient import error_name, run_for, wait_until
from pwenv import MICROPHONE
from conversations import Writer
from relay import BLACKHOLE, PASS, SLOW, STALL, NotFired, wait_fired
from world import freeze

BOTH = ('text', 'voice')
OUR_MICROPHONE = 'livevoice.microphone'
HEADSET = {'node.name': 'usb-microphone', 'node.description': 'USB headset', 'priority.session': 100,
           'device.form-factor': 'headset', 'device.bus': 'usb'}


@dataclasses.dataclass
class Fault:
    """do(campaign, target): returns when the world is whole again, and tells when the fault was seen to happen (None: at
    once); or raises NotFired.
    breaks: the target needs another connection; planned: its user must lose nothing; deaf: its user was not to be heard
    meanwhile; ends: its conversation ends with a reason, and is started again; long: only in the long run; shared: hits
    both conversations; forgets: the server may not know any more of calls that wait; orphans: nobody does; hears: needs
    an engine that recognises speech; targets: whom it can be done to."""
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
    hears: bool = False
    targets: tuple = BOTH
    weight: int = 4


# --- server ---

def ask(command, *arguments):
    """Something that the relay does to the target's connection."""
    def do(campaign, target):
        return campaign.talks[target].relay.ask(command, *arguments).wait()
    return do


def closes(code, reason=''):
    return ask('close', code, reason)


def go_away(campaign, target):
    """Announced; who does not leave in time is closed."""
    relay = campaign.talks[target].relay
    old = relay.current
    at = relay.ask('inject', {'goAway': {'timeLeft': '3s'}}).wait()
    campaign.later(3000, lambda: old.ask('close', 1008, 'Connection is closed because the client did not close after GoAway'))
    return at


def trick(what, key):
    """On the next message with that key, for which something is asked."""
    def do(campaign, target):
        writer = campaign.talks[target]
        deed = writer.relay.ask('trick', what, key)
        writer.answer_calls()
        writer.say(with_tool=key == 'toolCall')
        return deed.wait()
    return do


def with_script(script, provoke):
    """The engine restarts with a script of one fault, which somebody provokes."""
    def do(campaign, target):
        engine = campaign.world.engine
        engine.stop()
        engine.start(script)
        campaign.talks[target].answer_calls()
        provoke(campaign.talks[target])
        return wait_fired(engine.has_misbehaved)
    return do


# --- network ---

def with_mode(mode, then=None):
    """For a second."""
    def do(campaign, target):
        relay = campaign.talks[target].relay
        deed = relay.set_mode(mode)
        run_for(1)
        relay.set_mode(PASS)
        if then is not None:
            relay.ask(then).wait()
        return deed.wait()
    return do


def refused(campaign, target):
    """Until an attempt has failed."""
    talk = campaign.talks[target]
    talk.relay.refuse()
    try:
        at = talk.relay.ask('cut').wait()
        wait_fired(lambda: 'refused' in talk.last_error()[1])
    finally:
        talk.relay.listen()
    return at


def cut_again(campaign, target):
    """Lost, and lost again as soon as it is back."""
    relay = campaign.talks[target].relay
    old = len(relay.connections)
    at = relay.ask('cut').wait()
    wait_until(lambda: len(relay.connections) > old, 15, 'another connection')
    relay.ask('cut').wait()
    return at


# --- audio ---

def find_alive(campaign):
    """What has ended already cannot be killed."""
    if not campaign.world.sound.is_alive():
        raise NotFired
    return campaign.world.sound


def kill_pipewire(campaign, _target):
    sound = find_alive(campaign)
    sound.kill_server()
    sound.start_server()


def kill_wireplumber(campaign, _target):
    """Its devices would go with it, and 0.4 connects nothing to what another one has set up: they come again."""
    sound = find_alive(campaign)
    sound.kill_wireplumber()
    sound.remove_devices()
    sound.add_devices()
    sound.start_wireplumber()


def plug_in_headset(sound):
    """Returns when it is listened to."""
    sound.plug_in(HEADSET)
    sound.choose('source', HEADSET['node.name'])
    sound.wait_for_peer(OUR_MICROPHONE, HEADSET['node.name'])
    return time.monotonic()


def unplug(campaign, _target):
    """The microphone in use is gone: another one takes its place."""
    sound = campaign.world.sound
    at = plug_in_headset(sound)
    sound.unplug(HEADSET['node.name'])
    return at


def change_default(campaign, _target):
    sound = campaign.world.sound
    at = plug_in_headset(sound)
    sound.choose('source', MICROPHONE)
    sound.wait_for_peer(OUR_MICROPHONE, MICROPHONE)
    sound.unplug(HEADSET['node.name'])
    return at


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
    """Another program makes calls as fast as they go, more than the daemon takes."""
    client, errors = campaign.world.daemon.connect(), set()

    def on_reply(bus, result):
        try:
            bus.call_finish(result)
        except GLib.Error as error:
            errors.add(error_name(error))

    for _ in range(300):
        client.bus.call('org.livevoice.LiveVoice1', '/org/livevoice/LiveVoice1', 'org.livevoice.LiveVoice1.Manager', 'CreateSession',
                        GLib.Variant('(a{sv})', ({'token': GLib.Variant('s', 'not a token')},)), None, 0, 10000, None, on_reply)
    wait_fired(lambda: 'RateLimited' in errors)
    client.close()
    campaign.world.daemon.clients.remove(client)


def restart_bus(campaign, _target):
    campaign.restart_bus()


# --- process ---

def kill_engine(campaign, _target):
    campaign.world.engine.stop(signal.SIGKILL)
    campaign.world.engine.start()


def freeze_engine(campaign, _target):
    return freeze(campaign.world.engine.pid, 0.7)


def kill_daemon(campaign, _target):
    campaign.kill_daemon()


def reload_daemon(campaign, _target):
    campaign.world.reload_daemon()


# --- clock ---

def jump(campaign, _target):
    """For the daemon the clock has jumped when it goes on."""
    return freeze(campaign.world.pid, 1.2)


def logind(change, wait):
    """It tells of a change, and takes it back when both conversations have obeyed."""
    def do(campaign, _target):
        getattr(campaign.world.system, change)(True)
        getattr(campaign, wait)()
        getattr(campaign.world.system, change)(False)
    return do


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
    *(Fault(f'{what} {key}', 'server', trick(what, key), targets=('text',), weight=1) for what, key in (
        ('twice', 'generationComplete'), ('twice', 'turnComplete'), ('twice', 'outputTranscription'), ('twice', 'toolCall'),
        ('lose', 'generationComplete'), ('lose', 'outputTranscription'))),
    *(Fault(f'engine: {script}', 'server', with_script(script, provoke), breaks=True, shared=True, forgets=True,
            hears=script.startswith('heard'), targets=('text',), weight=1) for script, provoke in (
        ('audio*3 0 cut', Writer.say), ('asked 0 empty', Writer.say), ('asked 0 hush', Writer.say), ('asked 0 repeat', Writer.say),
        ('audio*2 300 pause 500', Writer.say), ('interrupted 50 audio 200', Writer.interrupt), ('result 0 drop', Writer.use_tool),
        ('resuming 0 close 1011 Internal error encountered.', Writer.answer_calls), ('setup 500 drop', Writer.answer_calls), ('heard 0 drop', Writer.answer_calls))),
    Fault('cut', 'network', ask('cut'), breaks=True, weight=8),
    Fault('half-closed', 'network', ask('half_close'), breaks=True),
    Fault('stalled', 'network', with_mode(STALL)),
    Fault('blackhole, then cut', 'network', with_mode(BLACKHOLE, 'cut'), breaks=True),
    Fault('slow', 'network', with_mode(SLOW)),
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
    Fault('screen locked', 'clock', logind('lock', 'wait_deaf'), deaf=True),
    Fault('user switched', 'clock', logind('switch_user', 'wait_deaf'), deaf=True),
    Fault('sleep and wake', 'clock', logind('sleep', 'wait_parked'), breaks=True, shared=True, deaf=True),
    Fault('logind restarts', 'clock', restart_logind, deaf=True),
)
KINDS = ('server', 'network', 'audio', 'bus', 'process', 'clock')
