#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop's sound system without hardware: private D-Bus, PipeWire, WirePlumber, a virtual speaker and microphone.

Needs neither systemd, udev, /dev/snd, rtkit nor a display, and works as root in a bare container. Everything
lives in one temporary directory and dies with this process.

    with PwEnv() as world:
        subprocess.Popen(['livevoiced'], env=world.env)
        recording = world.start_recording('both.wav')       # left: microphone, right: speaker, 48 kHz, one clock
        world.play_to_microphone('question.wav').wait()
        recording.stop()
        sound = read_recording('both.wav')
        print(sound.speaker[sound.seconds(1.5):], sound.first_sound(sound.speaker))

From a shell: pwenv.py COMMAND [ARGUMENT...] runs a command in such a world.
For programs in other languages: pwenv.py --serve prints the environment as KEY=VALUE lines and an empty line,
then obeys commands, one a line, each answered by "ok" or "error MESSAGE": play FILE, wait, record FILE,
finish (ends the recording), kill-server, start-server, remove-microphone, add-microphone, node NAME (waits until
it is there), no-node NAME (until it is gone), nodes NAME COUNT (checks how many have that name), property NODE KEY
VALUE (checks), quantum FRAMES, mute NAME true|false, choose source|sink NAME (the default), plug JSON (a device of
these properties), unplug NAME, peer NODE NAME (waits until it is linked to that one alone), kill-wireplumber,
start-wireplumber, freeze-wireplumber, thaw-wireplumber. Ends with its input.
"""
import array
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import wave

SPEAKER = 'livevoice-test-speaker'
MICROPHONE = 'livevoice-test-microphone'
RATE = 48000
LOOK_SECONDS = 0.05  # who looks is a client whom PipeWire serves before the others
START_SECONDS = 20
HANG_SECONDS = 10
PAD_SECONDS = 0.1
NICE = -15
CONFIG = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'pipewire')
PR_SET_PDEATHSIG = 1
FORM_FACTOR = 'device.form-factor = headset'
MICROPHONE_PROPERTIES = {
    'factory.name': 'support.null-audio-sink',
    'node.name': MICROPHONE,
    'node.description': 'Live Voice test microphone',
    'node.group': 'livevoice-test',
    'device.form-factor': 'headset',
    'media.class': 'Audio/Source/Virtual',
    'audio.channels': 1,
    'audio.position': '[ MONO ]',
    'priority.session': 3000,
    'priority.driver': 1900,
    'object.linger': 'true',
}
# As in pipewire.conf: at the microphone's priority WirePlumber 0.5 takes what the speaker plays for the microphone
SPEAKER_PROPERTIES = {
    'node.name': SPEAKER,
    'node.description': 'Live Voice test speaker',
    'media.class': 'Audio/Sink',
    'priority.session': 2000,
    'priority.driver': 2000,
    'monitor.channel-volumes': 'false',
}


class PwEnvError(Exception):
    """Something in the world did not come up or went away."""


def _accepts_connections(path):
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(path) == 0


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _run_first():
    """Cycles of 5 ms have to be met on a busy machine; without the right to a higher priority we try as we are."""
    _die_with_parent()
    try:
        os.setpriority(os.PRIO_PROCESS, 0, NICE)
    except OSError:
        pass


def _end(process, how=signal.SIGTERM):
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


class Playing:
    """A file on its way into the microphone."""

    def __init__(self, process):
        self._process = process

    def wait(self, timeout=120):
        """Returns when the file has been played, with a short silence after it."""
        if self._process.wait(timeout) != 0:
            raise PwEnvError('pw-cat could not play the file')

    def stop(self):
        """Falls silent at once."""
        _end(self._process)


class Recording:
    """A running recording of microphone (left) and speaker (right)."""

    def __init__(self, process, path):
        self._process = process
        self.path = path

    def stop(self):
        """Finishes the file; returns its path."""
        _end(self._process, signal.SIGINT)
        return self.path


class Sound:
    """The two channels of a recording as arrays of 16-bit samples, and how to look at them."""

    def __init__(self, path):
        with wave.open(path, 'rb') as file:
            self.rate = file.getframerate()
            samples = array.array('h', file.readframes(file.getnframes()))
        self.microphone = samples[0::2]
        self.speaker = samples[1::2]

    def seconds(self, seconds):
        """The index of the sample at that time."""
        return int(seconds * self.rate)

    def first_sound(self, samples, start=0.0, threshold=300):
        """Seconds at which samples first exceed the threshold, from start on; None when they never do."""
        for i in range(self.seconds(start), len(samples)):
            if abs(samples[i]) > threshold:
                return i / self.rate
        return None

    def last_sound(self, samples, end=None, threshold=300):
        """Seconds at which samples last exceed the threshold, before end; None when they never do."""
        for i in range(len(samples) if end is None else self.seconds(end), 0, -1):
            if abs(samples[i - 1]) > threshold:
                return i / self.rate
        return None


def read_recording(path):
    """Loads what start_recording() wrote."""
    return Sound(path)


class PwEnv:
    """The world. Use as a context manager, or call start() and stop()."""

    def __init__(self, extra_env=None, form_factor=None):
        """extra_env: variables for everything in the world, e.g. XDG_DATA_DIRS with D-Bus service files.
        form_factor: what the devices say that they are, instead of a headset."""
        self._form_factor = form_factor
        self.directory = None
        self.env = None
        self._extra_env = dict(extra_env or {})
        self._bus = None
        self._servers = []
        self._streams = []
        self._n_streams = 0

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        self.stop()

    def start(self):
        """Returns self once the speaker and the microphone are the default devices."""
        self.directory = tempfile.mkdtemp(prefix='lv-pw-')
        self.env = self._make_env()
        try:
            self._start_bus()
            self.start_server()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        """Ends everything and removes the directory. May be called twice."""
        for process in self._streams:
            _end(process)
        self._streams.clear()
        self.kill_server()
        if self._bus is not None:
            _end(self._bus)
            self._bus.stdout.close()
            self._bus = None
        if self.directory is not None:
            shutil.rmtree(self.directory, ignore_errors=True)
            self.directory = None

    def _make_env(self):
        env = {key: value for key, value in os.environ.items()
               if not key.startswith(('PIPEWIRE_', 'PULSE_', 'DBUS_', 'XDG_', 'WIREPLUMBER_'))
               and key not in ('DISPLAY', 'WAYLAND_DISPLAY', 'G_DEBUG', 'G_MESSAGES_DEBUG')}
        for key, name in (('XDG_RUNTIME_DIR', 'run'), ('XDG_CONFIG_HOME', 'config'),
                          ('XDG_STATE_HOME', 'state'), ('XDG_DATA_HOME', 'data'),
                          ('XDG_CACHE_HOME', 'cache'), ('HOME', 'home')):
            env[key] = os.path.join(self.directory, name)
            os.mkdir(env[key], 0o700)
        for name in ('pipewire', 'wireplumber'):
            os.symlink(os.path.realpath(os.path.join(CONFIG, name)),
                       os.path.join(env['XDG_CONFIG_HOME'], name))
        if self._form_factor is not None:
            self._replace_form_factor(os.path.join(env['XDG_CONFIG_HOME'], 'pipewire'))
        env['DBUS_SYSTEM_BUS_ADDRESS'] = 'unix:path=' + os.path.join(self.directory, 'no-system-bus')
        env.update(self._extra_env)
        return env

    def _replace_form_factor(self, directory):
        with open(os.path.join(directory, 'pipewire.conf')) as file:
            text = file.read()
        os.unlink(directory)
        os.mkdir(directory)
        with open(os.path.join(directory, 'pipewire.conf'), 'w') as file:
            file.write(text.replace(FORM_FACTOR, 'device.form-factor = ' + self._form_factor))

    def _spawn(self, *command, **options):
        log = open(os.path.join(self.directory, os.path.basename(command[0]) + '.log'), 'ab')
        with log:
            return subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stderr=log,
                                    preexec_fn=_run_first, **options)

    def _start_bus(self):
        path = os.path.join(self.env['XDG_RUNTIME_DIR'], 'bus')
        self._bus = self._spawn('dbus-daemon', '--session', '--nofork', '--address=unix:path=' + path,
                                '--print-address=1', stdout=subprocess.PIPE)
        if not self._bus.stdout.readline():
            raise PwEnvError('dbus-daemon did not start: ' + self.get_log('dbus-daemon'))
        self.env['DBUS_SESSION_BUS_ADDRESS'] = 'unix:path=' + path

    def start_server(self):
        """Starts PipeWire and WirePlumber, after kill_server()."""
        self.start_pipewire()
        self.start_wireplumber()

    def start_pipewire(self):
        """Starts PipeWire alone; the devices are there, but nothing is connected to them."""
        path = os.path.join(self.env['XDG_RUNTIME_DIR'], 'pipewire-0')
        self._servers.append(self._spawn('pipewire', stdout=subprocess.DEVNULL))
        self._wait(lambda: _accepts_connections(path), 'PipeWire at ' + path)

    def start_wireplumber(self):
        """Starts WirePlumber, and waits until it has chosen the devices."""
        self._servers.append(self._spawn('wireplumber', stdout=subprocess.DEVNULL))
        self.wait_for(_has_defaults, 'the default devices')

    def kill_server(self):
        """Ends PipeWire and WirePlumber at once, as a crash would."""
        for process in reversed(self._servers):
            _end(process, signal.SIGKILL)
        self._servers.clear()

    def kill_wireplumber(self):
        """Ends WirePlumber alone in the same way."""
        _end(self._servers.pop(), signal.SIGKILL)

    def freeze_wireplumber(self):
        """It does nothing until thaw_wireplumber()."""
        self._servers[-1].send_signal(signal.SIGSTOP)

    def thaw_wireplumber(self):
        """It goes on with what it has been sent meanwhile."""
        self._servers[-1].send_signal(signal.SIGCONT)

    def is_alive(self):
        """Whether what was started still runs: PipeWire 0.3.65 dies of some changes itself."""
        return all(process.poll() is None for process in self._servers)

    def get_log(self, program):
        """What the program wrote to standard error."""
        with open(os.path.join(self.directory, program + '.log'), errors='replace') as file:
            return file.read()

    def _check(self):
        for process in self._servers:
            if process.poll() is not None:
                raise PwEnvError('%s ended with %d: %s' % (process.args[0], process.returncode, self.get_log(process.args[0])))

    def _wait(self, condition, description):
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            self._check()
            if time.monotonic() > deadline:
                raise PwEnvError('no sign of ' + description)
            time.sleep(0.01)

    def _run(self, *command, check=True):
        """Returns what a program of PipeWire prints. PipeWire 0.3.65 stops answering now and then: that is its end."""
        try:
            return subprocess.run(command, env=self.env, capture_output=True, check=check, timeout=HANG_SECONDS,
                                  preexec_fn=_die_with_parent).stdout
        except subprocess.TimeoutExpired:
            _end(self._servers[0], signal.SIGKILL)
            raise PwEnvError('PipeWire does not answer ' + ' '.join(command)) from None

    def wait_for(self, condition, description, timeout=START_SECONDS):
        """Looks at the graph until condition(objects by id, as pw-dump prints them) holds; returns them.

        Looks again and again, because pw-dump --monitor does not tell of new metadata."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            objects = _read_dump(self._run('pw-dump', '--no-colors', check=False))
            if condition(objects):
                return objects
            self._check()
            time.sleep(LOOK_SECONDS)
        raise PwEnvError('no sign of %s in PipeWire' % description)

    def _start_stream(self, *command):
        self._n_streams += 1
        name = 'livevoice-test-stream-%d' % self._n_streams
        process = self._spawn('pw-cat', *command[:-1], '--target', '0', '--latency', '256',
                              '--properties', '{ node.name = %s node.group = livevoice-test }' % name,
                              command[-1], stdout=subprocess.DEVNULL)
        self._streams.append(process)
        return name, process

    def _link(self, output, input_):
        self.wait_for(lambda objects: _has_port(objects, output) and _has_port(objects, input_),
                      '%s and %s' % (output, input_))
        self._run('pw-link', output, input_)

    def _pad(self, path):
        """A copy between silences, because pw-cat loses a cycle before it is linked and one at its end."""
        copy = os.path.join(self.directory, 'play-%d.wav' % self._n_streams)
        with wave.open(path, 'rb') as source, wave.open(copy, 'wb') as target:
            silence = bytes(int(PAD_SECONDS * source.getframerate()) * source.getsampwidth()
                            * source.getnchannels())
            target.setparams(source.getparams())
            target.writeframes(silence + source.readframes(source.getnframes()) + silence)
        return copy

    def play_to_microphone(self, path):
        """Speaks a mono WAV file of any rate into the microphone, whole; returns a Playing."""
        name, process = self._start_stream('--playback', self._pad(path))
        self._link(name + ':output_MONO', MICROPHONE + ':input_MONO')
        return Playing(process)

    def start_recording(self, path, rate=RATE):
        """Records to a WAV file: left the microphone, right the speaker, s16. Returns a Recording."""
        name, process = self._start_stream('--record', '--rate', str(rate), '--channels', '2',
                                           '--format', 's16', path)
        self._link(MICROPHONE + ':capture_MONO', name + ':input_FL')
        self._link(SPEAKER + ':monitor_MONO', name + ':input_FR')
        return Recording(process, path)

    def wait_for_node(self, name):
        """Returns the properties of the node once it is there."""
        objects = self.wait_for(lambda all_: _find_node(all_, name) is not None, name)
        return _get_props(objects[_find_node(objects, name)])

    def wait_for_no_node(self, name):
        """Returns once there is no such node any more."""
        self.wait_for(lambda all_: _find_node(all_, name) is None, 'the end of ' + name)

    def find_nodes(self, name):
        """The properties of all nodes of that name, as they are now."""
        objects = self.wait_for(lambda _: True, 'the graph')
        return [_get_props(item) for item in objects.values()
                if item['type'] == 'PipeWire:Interface:Node' and _get_props(item).get('node.name') == name]

    def force_quantum(self, frames):
        """Sets the length of the graph's cycles, whatever streams ask for; 0: what they ask for again."""
        self._run('pw-metadata', '-n', 'settings', '0', 'clock.force-quantum', str(frames))

    def force_rate(self, rate):
        """Sets the rate of the graph, whatever streams ask for; 0: what they ask for again."""
        self._run('pw-metadata', '-n', 'settings', '0', 'clock.force-rate', str(rate))

    def plug_in(self, properties):
        """Makes a device of these properties, beside or over those of the test microphone.

        A new name gets no clock of the test's: PipeWire 0.3.65 dies of a device that joins a running group."""
        properties = dict(MICROPHONE_PROPERTIES, **properties)
        if properties['node.name'] != MICROPHONE:
            del properties['node.group']
        text = ' '.join('%s = %s' % (key, json.dumps(value) if ' ' in str(value)
                                     and not str(value).startswith('[') else value)
                        for key, value in properties.items())
        self._run('pw-cli', 'create-node', 'adapter', '{ %s }' % text)
        self.wait_for_node(properties['node.name'])

    def unplug(self, name):
        """Takes the device away."""
        number = self.wait_for_node(name)['object.id']
        self._run('pw-cli', 'destroy', str(number))
        self.wait_for_no_node(name)

    def choose(self, kind, name):
        """Makes it the default source or sink, as the sound settings would."""
        self._run('pw-metadata', '0', 'default.configured.audio.' + kind, json.dumps({'name': name}), 'Spa:String:JSON')
        self.wait_for(lambda objects: name in _get_defaults(objects), name + ' as the default')

    def mute(self, name, muted):
        """Mutes the device in the mixer."""
        number = self.wait_for_node(name)['object.id']
        self._run('pw-cli', 'set-param', str(number), 'Props', '{ mute: %s }' % str(muted).lower())

    def find_peers(self, name):
        """Names of the nodes that the node of that name is linked to, as it is now."""
        objects = self.wait_for(lambda _: True, 'the graph')
        return sorted(_find_peers(objects, name))

    def wait_for_peer(self, name, peer, timeout=START_SECONDS):
        """Returns once the node is linked to that one alone."""
        self.wait_for(lambda all_: _find_peers(all_, name) == {peer}, '%s at %s' % (name, peer), timeout)

    def remove_microphone(self):
        """Unplugs it."""
        self.unplug(MICROPHONE)

    def add_microphone(self):
        """Plugs it in again."""
        self.plug_in({})
        self.wait_for(_has_defaults, 'the default devices')

    def remove_devices(self):
        """Unplugs speaker and microphone."""
        self.unplug(MICROPHONE)
        self.unplug(SPEAKER)

    def add_devices(self):
        """Plugs both in again; WirePlumber need not be there."""
        self.plug_in({})
        self.plug_in(SPEAKER_PROPERTIES)


def _read_dump(text):
    """What changes while pw-dump writes follows as a second list: then it has to look again."""
    try:
        return {item['id']: item for item in json.loads(text or b'[]')}
    except json.JSONDecodeError:
        return {}


def _get_props(item):
    return (item.get('info') or {}).get('props') or {}


def _find_node(objects, name):
    for number, item in objects.items():
        if item['type'] == 'PipeWire:Interface:Node' and _get_props(item).get('node.name') == name:
            return number
    return None


def _find_peers(objects, name):
    number = _find_node(objects, name)
    peers = set()
    for item in objects.values():
        if item['type'] == 'PipeWire:Interface:Link':
            ends = {item['info']['output-node-id'], item['info']['input-node-id']}
            if number in ends:
                peers |= {_get_props(objects[end]).get('node.name') for end in ends - {number} if end in objects}
    return peers


def _has_port(objects, full_name):
    node, port = full_name.split(':')
    node_id = _find_node(objects, node)
    return node_id is not None and any(
        item['type'] == 'PipeWire:Interface:Port' and _get_props(item).get('node.id') == node_id
        and _get_props(item).get('port.name') == port for item in objects.values())


def _get_defaults(objects):
    names = set()
    for item in objects.values():
        for entry in item.get('metadata') or []:
            if entry['key'] in ('default.audio.sink', 'default.audio.source'):
                value = entry['value']
                names.add(value['name'] if isinstance(value, dict) else value)
    return names


def _has_defaults(objects):
    return {SPEAKER, MICROPHONE} <= _get_defaults(objects)


class _Server:
    """The commands of --serve."""

    def __init__(self, world):
        self._world = world
        self._playing = None
        self._recording = None

    def obey(self, command, argument):
        """Carries out one line."""
        world = self._world
        if command == 'play':
            self._playing = world.play_to_microphone(argument)
        elif command == 'wait':
            self._playing.wait()
        elif command == 'record':
            self._recording = world.start_recording(argument)
        elif command == 'finish':
            self._recording.stop()
        elif command == 'node':
            world.wait_for_node(argument)
        elif command == 'no-node':
            world.wait_for_no_node(argument)
        elif command == 'nodes':
            _check_count(world, *argument.split())
        elif command == 'quantum':
            world.force_quantum(int(argument))
        elif command == 'mute':
            name, _, muted = argument.partition(' ')
            world.mute(name, muted == 'true')
        elif command == 'choose':
            world.choose(*argument.split())
        elif command == 'peer':
            world.wait_for_peer(*argument.split())
        elif command == 'unplug':
            world.unplug(argument)
        elif command == 'plug':
            world.plug_in(json.loads(argument))
        elif command == 'property':
            _check_property(world, *argument.split(' ', 2))
        elif command in ('kill-server', 'start-server', 'kill-wireplumber', 'start-wireplumber',
                         'freeze-wireplumber', 'thaw-wireplumber', 'remove-microphone', 'add-microphone'):
            getattr(world, command.replace('-', '_'))()
        else:
            raise PwEnvError('unknown command ' + command)


def _check_count(world, name, count):
    found = len(world.find_nodes(name))
    if found != int(count):
        raise PwEnvError('%d nodes are called %s' % (found, name))


def _check_property(world, node, key, value):
    found = str(world.wait_for_node(node).get(key))
    if found != value:
        raise PwEnvError('%s of %s is %s' % (key, node, found))


def serve():
    """Obeys commands from standard input."""
    with PwEnv() as world:
        for key, value in world.env.items():
            if os.environ.get(key) != value:
                print('%s=%s' % (key, value))
        print(flush=True)
        server = _Server(world)
        for line in sys.stdin:
            command, _, argument = line.strip().partition(' ')
            try:
                server.obey(command, argument)
                print('ok', flush=True)
            except Exception as error:  # pylint: disable=broad-except
                print('error', str(error).replace('\n', ' '), flush=True)


def main():
    """See the top of this file."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == '--serve':
        serve()
        return
    with PwEnv() as world:
        sys.exit(subprocess.run(sys.argv[1:], env=world.env, check=False).returncode)


if __name__ == '__main__':
    main()
