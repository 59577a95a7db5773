#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verbs that do one thing and end, and what all verbs share: options, exit statuses, errors."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from gi.repository import GLib
from stand_in import CTL, DEFAULT, NAME, SOURCE, Bus, RemoteError, TestCase

VERBS = ("talk translate say ask watch events send-image send-video toggle start stop mute unmute panic set sessions "
         "tools usage status doctor report run-tool login logout token models voices languages devices version").split()


class Usage(unittest.TestCase):
    def run_ctl(self, *arguments):
        done = subprocess.run([CTL, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    def test_help_lists_every_verb(self):
        status, output, errors = self.run_ctl("--help")
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(re.findall(r"^  ([a-z-]+)  ", output, re.M), [v for v in VERBS])

    def test_help_of_each_verb_has_examples(self):
        for verb in VERBS:
            status, output, errors = self.run_ctl(verb, "--help")
            self.assertEqual((status, errors), (0, ""), verb)
            self.assertIn("livevoicectl " + verb, output.split("Examples:")[1])

    def test_mistakes(self):
        for arguments, words in (
            ((), "say what to do"),
            (("fly",), "no verb 'fly'"),
            (("--fly",), "--fly"),
            (("toggle", "--fly"), "--fly"),
            (("toggle", "now"), "too many arguments"),
            (("ask",), "argument is missing"),
            (("ask", ""), "empty"),
            (("ask", "\udcff"), "UTF-8"),
            (("ask", "--timeout", "0", "hi"), "--timeout"),
            (("ask", "--timeout", "soon", "hi"), "soon"),
            (("ask", "-o", "melody=x", "hi"), "no key 'melody'"),
            (("say", "-o", "top-k", "hi"), "'top-k' is not KEY=VALUE"),
            (("talk", "-o", "barge-in=maybe"), "'barge-in' takes true or false"),
            (("start", "--option", "seed=x"), "'seed' takes a whole number"),
            (("translate", "--to", "es", "-o", "top-k=many"), "'top-k' takes"),
            (("set",), "argument is missing"),
            (("set", "voice"), "not KEY=VALUE"),
            (("send-image",), "argument is missing"),
            (("send-video", "camera"), "'camera' is no number"),
            (("usage", "--days", "63"), "--days"),
            (("say", "--timeout", "3601", "hi"), "--timeout"),
            (("run-tool", "--name", "x", "--description", "y"), "argument is missing"),
            (("run-tool", "--description", "y", "true"), "--name"),
            (("run-tool", "--name", "x", "true"), "--description"),
            (("run-tool", "--name", "x", "--description", "y", "--risk", "some", "true"), "--risk"),
            (("run-tool", "--name", "x y", "--description", "y", "true"), "--name"),
            (("run-tool", "--name", "", "--description", "y", "true"), "--name"),
            (("run-tool", "--name", "x" * 41, "--description", "y", "true"), "--name"),
            (("run-tool", "--name", "x", "--description", "y", "--", "/nonexistent"), "no such command"),
            (("run-tool", "--name", "x", "--description", "y", "--param", "p", "true"), "'p' is no parameter"),
            (("run-tool", "--name", "x", "--description", "y", "--param", "p:float", "true"), "p:float"),
            (("run-tool", "--name", "x", "--description", "y", "--param", "p:string", "{p}"), "command itself"),
        ):
            status, output, errors = self.run_ctl(*arguments)
            self.assertEqual((status, output), (2, ""), (arguments, errors))
            self.assertIn(words, errors)
            self.assertIn("--help'", errors)

    def test_completion_and_manual_know_the_verbs_and_options(self):
        with open(os.path.join(SOURCE, "data", "livevoicectl.bash-completion")) as file:
            completion = file.read()
        with open(os.path.join(SOURCE, "data", "livevoicectl.1.rst")) as file:
            manual = file.read()
        for verb in VERBS:
            self.assertRegex(manual, r"(?m)^\*\*%s\*\*" % verb)
            self.assertRegex(completion, r"\b%s\b" % verb)
            for option in re.findall(r"--[a-z-]+", self.run_ctl(verb, "--help")[1].split("Examples:")[0]):
                self.assertIn(option, completion, verb)
                self.assertIn(option, manual, verb)


class Completion(unittest.TestCase):
    def complete(self, *words):
        script = 'source "$1"; shift; COMP_WORDS=(livevoicectl "$@"); COMP_CWORD=$#; _livevoicectl; echo "${COMPREPLY[@]}"'
        path = os.path.join(SOURCE, "data", "livevoicectl.bash-completion")
        done = subprocess.run(["bash", "-c", script, "bash", path, *words], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_words(self):
        self.assertEqual(self.complete("to"), ["toggle", "tools", "token"])
        self.assertEqual(self.complete("--system", "st"), ["start", "stop", "status"])
        self.assertEqual(self.complete("ask", "--t"), ["--timeout"])
        self.assertEqual(self.complete("ask", "--timeout", ""), [])
        self.assertEqual(self.complete("run-tool", "--risk", "re"), ["read", "reversible"])
        self.assertEqual(self.complete("talk", "-o", "translate"), ["translate-to="])
        self.assertEqual(self.complete("set", "voice=Kore", "top-"), ["top-p=", "top-k="])
        self.assertEqual(self.complete("set", "voice", "=", ""), [])
        self.assertIn("sleep", self.complete("run-tool", "--name", "x", "--", "slee"))
        self.assertIn("/etc/passwd", self.complete("run-tool", "--", "cat", "/etc/passw"))


class Translation(unittest.TestCase):
    def test_every_file_with_words_is_listed(self):
        folder = os.path.join(SOURCE, "src", "cli")
        marked = []
        for name in os.listdir(folder):
            with open(os.path.join(folder, name)) as file:
                if re.search(r'\b(_|N_) \("', file.read()):
                    marked.append("src/cli/" + name)
        with open(os.path.join(SOURCE, "po", "POTFILES.in")) as file:
            self.assertEqual([line for line in file.read().split("\n") if line and line[0] != "#"], sorted(marked))

    def test_translations_fit(self):
        with tempfile.TemporaryDirectory() as folder:
            os.makedirs(folder + "/de/LC_MESSAGES")
            subprocess.run(["msgfmt", "--check-format", "-o", folder + "/de/LC_MESSAGES/livevoice.mo",
                            os.path.join(SOURCE, "po", "de.po")], check=True)
            subprocess.run(["xgettext", "--keyword=_", "--keyword=N_", "--from-code=UTF-8", "-D", SOURCE, "-f",
                            os.path.join(SOURCE, "po", "POTFILES.in"), "-o", folder + "/pot"], check=True)
            missing = subprocess.run(["msgcmp", os.path.join(SOURCE, "po", "de.po"), folder + "/pot"],
                                     capture_output=True, text=True)
            self.assertEqual(missing.returncode, 0, missing.stderr)


class Unreachable(unittest.TestCase):
    def run_ctl(self, address, *arguments):
        env = dict(os.environ, DBUS_SESSION_BUS_ADDRESS=address, DBUS_SYSTEM_BUS_ADDRESS=address)
        done = subprocess.run([CTL, *arguments], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    def test_no_bus(self):
        for verb in VERBS:
            if verb in ("version", "doctor"):
                continue
            arguments = {"ask": ["hi"], "say": ["hi"], "set": ["voice=Kore"], "translate": ["--to", "es"],
                         "send-image": ["picture"], "send-video": ["1"],
                         "run-tool": ["--name", "x", "--description", "y", "true"]}.get(verb, [])
            for system in ([], ["--system"]):
                status, output, errors = self.run_ctl("unix:path=/nonexistent", *system, verb, *arguments)
                self.assertEqual((status, output), (3, ""), verb)
                self.assertIn("system" if system else "session", errors)

    def test_version_needs_no_bus(self):
        status, output, errors = self.run_ctl("unix:path=/nonexistent", "version")
        self.assertEqual((status, errors), (0, ""))
        self.assertRegex(output, r"^livevoicectl \d+\.\d+\.\d+\nlivevoiced \(not running\)\n$")

    def test_bus_that_never_answers_can_be_interrupted(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(folder + "/bus")
            listener.listen()
            env = dict(os.environ, DBUS_SESSION_BUS_ADDRESS="unix:path=%s/bus" % folder)
            process = subprocess.Popen([CTL, "toggle"], env=env, stderr=subprocess.PIPE)
            peer = listener.accept()[0]
            peer.recv(1)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(5), 128 + signal.SIGINT)
            process.stderr.close()
            peer.close()

    def test_no_daemon(self):
        bus = Bus()
        self.addCleanup(bus.remove)
        status, output, errors = self.run_ctl(bus.address, "toggle")
        self.assertEqual((status, output), (3, ""))
        self.assertIn("livevoicectl doctor", errors)
        self.assertEqual(self.run_ctl(bus.address, "panic"), (0, "", ""))
        self.assertEqual(self.run_ctl(bus.address, "panic", "--json"), (0, '{"running":false}\n', ""))
        self.assertEqual(self.run_ctl(bus.address, "status", "--json"), (3, '{"running":false}\n', ""))
        self.assertEqual(self.run_ctl(bus.address, "status")[0], 3)

    def test_daemon_that_cannot_start(self):
        bus = Bus({NAME: "/bin/false"})
        self.addCleanup(bus.remove)
        status, output, errors = self.run_ctl(bus.address, "toggle")
        self.assertEqual((status, output), (3, ""))
        self.assertIn("livevoiced --check-config", errors)
        self.assertIn("livevoicectl doctor", errors)


class Control(TestCase):
    def test_each_verb_is_its_call(self):
        for verb, path, method, arguments in (
            ("toggle", DEFAULT, "Toggle", ()),
            ("start", DEFAULT, "Start", ({},)),
            ("stop", DEFAULT, "Stop", ()),
            ("mute", DEFAULT, "SetMuted", (True,)),
            ("unmute", DEFAULT, "SetMuted", (False,)),
            ("panic", "/org/livevoice/LiveVoice1", "PanicStop", ()),
        ):
            self.assertEqual(self.assert_ok(verb), "")
            self.assertEqual(self.daemon.calls.pop(), (path, method, arguments))
            self.assertEqual([call[1] for call in self.daemon.calls], ["Subscribe"] if verb == "start" else [])
            self.daemon.calls.clear()

    def test_start_takes_options(self):
        self.assert_ok("start", "-o", "google-search=true", "--option", "silence-duration-ms=900", "-o", "voice=Kore")
        self.assertEqual(self.daemon.calls[-1][1:], ("Start", (
            {"google-search": True, "silence-duration-ms": 900, "voice": "Kore"},)))

    def test_set(self):
        for applied, words in (("now", "from now on"), ("reconnect", "nobody speaks"), ("next-start", "next conversation")):
            self.daemon.answers["Configure"] = lambda call: GLib.Variant("(s)", (applied,))
            self.assertIn(words, self.assert_ok("set", "voice=Kore", "language=fr-FR"))
            self.assertEqual(json.loads(self.assert_ok("--json", "set", "voice=Kore")), {"applied": applied})
        self.assertEqual(self.daemon.calls[-2][1:], ("Configure", ({"voice": "Kore", "language": "fr-FR"},)))
        self.daemon.answers["Configure"] = lambda call: RemoteError("Unsupported", "The model has no voices.")
        self.assertEqual(self.run_ctl("set", "voice=Kore"), (1, "", "livevoicectl: The model has no voices.\n"))

    def test_start_takes_a_profile(self):
        self.assert_ok("start", "--profile", "kitchen")
        self.assertEqual(self.daemon.calls[1:], [(DEFAULT, "Start", ({"profile": "kitchen"},))])

    def test_start_leaves_a_conversation_behind(self):
        self.assert_ok("start", "--new")
        self.assertEqual(self.daemon.calls[1:], [(DEFAULT, "Start", ({"new": True},))])

    def test_start_tells_what_it_goes_on_with(self):
        def warn():
            self.daemon.before_read = lambda: None
            self.daemon.emit("Warning", "(sa{sv})", ("continued", {"age": GLib.Variant("u", 180)}))

        def start(call):
            call.invocation.return_value(GLib.Variant("()", ()))
            self.daemon.before_read = warn

        self.daemon.answers["Start"] = start
        self.assertIn("cut off 3 min ago", self.assert_ok("start"))

    def test_json_tells_the_state_after(self):
        def toggle(call):
            self.daemon.set_state("connecting")
            return GLib.Variant("()", ())

        self.daemon.answers["Toggle"] = toggle
        for arguments in (("--json", "toggle"), ("toggle", "--json")):
            self.assertEqual(json.loads(self.assert_ok(*arguments)), {"state": "connecting", "muted": False})

    def test_panic_tells_the_state_after(self):
        self.assertEqual(json.loads(self.assert_ok("panic", "--json")), {"state": "idle", "muted": False})

    def test_errors_of_the_daemon(self):
        for name, expected in (("NoCredential", 1), ("Busy", 1), ("Timeout", 4)):
            self.daemon.answers["Start"] = lambda call: RemoteError(name, "Put a key there.")
            self.assertEqual(self.run_ctl("start"), (expected, "", "livevoicectl: Put a key there.\n"))

    def test_daemon_vanishes_in_the_middle_of_a_call(self):
        self.daemon.answers["Toggle"] = lambda call: None
        command = self.start("toggle")
        self.daemon.wait_for_call("Toggle")
        self.daemon.vanish()
        self.assertEqual(command.wait(), 3)
        self.assertIn("livevoicectl doctor", command.errors)

    def test_bus_vanishes_in_the_middle_of_a_call(self):
        self.daemon.answers["Toggle"] = lambda call: None
        self.daemon.connection.set_exit_on_close(False)
        command = self.start("toggle")
        self.daemon.wait_for_call("Toggle")
        self.bus.stop()
        self.assertEqual(command.wait(), 3)

    def test_signals_end_a_call(self):
        self.daemon.answers["Toggle"] = lambda call: None
        for count, number in enumerate((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), 1):
            command = self.start("toggle")
            self.daemon.wait_for_call("Toggle", count)
            command.send_signal(number)
            self.assertEqual((command.wait(), command.errors), (128 + number, ""))


class Video(TestCase):
    def setUp(self):
        super().setUp()
        self.daemon.answers["AttachVideo"] = lambda call: GLib.Variant("(u)", (1,))

    def test_send_video_until_interrupted(self):
        command = self.start("send-video", "--fps", "0.5", "52")
        handle, node, options = self.daemon.wait_for_call("AttachVideo")
        self.assertEqual((node, options), (52, {"own-pipewire": True, "is-node-id": True, "fps": 0.5}))
        self.assertEqual((command.interrupt(), command.errors), (0, ""))

    def test_send_video_that_is_lost(self):
        command = self.start("send-video", "52")
        self.daemon.wait_for_call("AttachVideo")
        self.daemon.emit("Warning", "(sa{sv})", ("no-speaker", {}))
        self.daemon.emit("Warning", "(sa{sv})", ("video-lost", {"message": GLib.Variant("s", "The camera has gone.")}))
        self.assertEqual((command.wait(), command.errors), (1, "livevoicectl: The camera has gone.\n"))

    def test_send_video_ends_with_the_conversation(self):
        command = self.start("send-video", "52")
        self.daemon.wait_for_call("AttachVideo")
        self.daemon.emit("Closed", "(sa{sv})", ("user", {}))
        self.assertEqual((command.wait(), command.errors), (0, ""))

    def test_send_video_that_cannot_begin(self):
        self.daemon.answers["AttachVideo"] = lambda call: RemoteError("NotReady", "There is no conversation.")
        self.assertEqual(self.run_ctl("send-video", "52"), (1, "", "livevoicectl: There is no conversation.\n"))


class Lists(TestCase):
    def test_sessions(self):
        details = {"state": GLib.Variant("s", "listening"), "owner-app": GLib.Variant("s", "org.example.\x1bApp")}
        self.daemon.answers["ListSessions"] = lambda call: GLib.Variant("(a(oa{sv}))", ([(DEFAULT, details)],))
        self.assertEqual(self.assert_ok("sessions"), DEFAULT + "  listening  (org.example.App)\n")
        self.assertEqual(json.loads(self.assert_ok("sessions", "--json")),
                         [{"session": DEFAULT, "state": "listening", "owner-app": "org.example.\x1bApp"}])

    def test_sessions_of_nobody_known(self):
        details = {"state": GLib.Variant("s", "idle"), "owner-app": GLib.Variant("s", ""), "microphone": GLib.Variant("b", False)}
        heard = {"state": GLib.Variant("s", "hearing"), "microphone": GLib.Variant("b", True)}
        self.daemon.answers["ListSessions"] = lambda call: GLib.Variant(
            "(a(oa{sv}))", ([(DEFAULT, details), (DEFAULT + "2", heard)],))
        self.assertEqual(self.assert_ok("sessions"), "%s  idle\n%s2  hearing you, microphone open\n" % (DEFAULT, DEFAULT))

    def test_tools_in_order(self):
        tools = [("B", "b", "2", {}), ("", "a", "0", {}), ("A", "b", "1", {})]
        self.daemon.answers["ListTools"] = lambda call: GLib.Variant("(a(sssa{sv}))", (tools,))
        self.assertEqual(self.assert_ok("tools"), "a  0\nb  (A)  1\nb  (B)  2\n")
        self.assertEqual([tool["description"] for tool in json.loads(self.assert_ok("tools", "--json"))], ["0", "1", "2"])

    def test_tools(self):
        tools = [("Shell", "set_volume", 'Sets the "volume"\n', {"enabled": GLib.Variant("b", True)})]
        self.daemon.answers["ListTools"] = lambda call: GLib.Variant("(a(sssa{sv}))", (tools,))
        self.assertEqual(self.assert_ok("tools"), 'set_volume  (Shell)  Sets the "volume" \n')
        self.assertEqual(json.loads(self.assert_ok("tools", "--json")),
                         [{"provider": "Shell", "name": "set_volume", "description": 'Sets the "volume"\n',
                           "enabled": True}])

    def test_devices(self):
        device = {"name": GLib.Variant("s", "alsa_input.usb"), "description": GLib.Variant("s", "USB\x1b headset"),
                  "kind": GLib.Variant("s", "microphone"), "default": GLib.Variant("b", True),
                  "in-use": GLib.Variant("b", True), "muted": GLib.Variant("b", False)}
        other = {"name": GLib.Variant("s", "out"), "kind": GLib.Variant("s", "speaker"), "virtual": GLib.Variant("b", True)}
        self.daemon.answers["ListDevices"] = lambda call: GLib.Variant("(aa{sv})", ([device, other],))
        self.assertEqual(self.assert_ok("devices").splitlines(), [
            "alsa_input.usb  microphone  USB headset  (the default)  (in use)", "out  speaker    (virtual)"])
        self.assertEqual(json.loads(self.assert_ok("devices", "--json"))[1],
                         {"name": "out", "kind": "speaker", "virtual": True})

    def test_nothing_to_list(self):
        self.assertEqual(self.assert_ok("sessions"), "")
        status, output, errors = self.run_ctl("tools")
        self.assertEqual((status, output), (0, ""))
        self.assertIn("No program offers a tool.", errors)
        for verb in ("sessions", "tools"):
            self.assertEqual(self.assert_ok(verb, "--json"), "[]\n")

    def test_usage(self):
        used = {"turns": GLib.Variant("t", 3), "prompt-text": GLib.Variant("t", 100), "prompt-audio": GLib.Variant("t", 20),
                "response-audio": GLib.Variant("t", 7), "thoughts": GLib.Variant("t", 3),
                "audio-in-seconds": GLib.Variant("d", 12.4), "cost": GLib.Variant("d", 0.00125)}
        days = [dict(used, date=GLib.Variant("s", "2026-11-22")),
                {"date": GLib.Variant("s", "2026-11-21"), "turns": GLib.Variant("t", 1), "unpriced-turns": GLib.Variant("t", 1)}]
        self.daemon.answers["GetUsage"] = lambda call: GLib.Variant("(a{sv})", ({"days": GLib.Variant("aa{sv}", days)},))
        self.assertEqual(self.assert_ok("usage", "--days", "31").splitlines(), [
            "2026-11-22: turns 3, tokens in 120, out 10, heard 12 s, spoke 0 s, about $0.0013",
            "2026-11-21: turns 1, tokens in 0, out 0, heard 0 s, spoke 0 s, at a price that is not known"])
        self.assertEqual(self.daemon.calls[-1][2], ({"days": 31},))
        self.assertEqual(json.loads(self.assert_ok("usage", "--json"))["days"][0]["prompt-audio"], 20)
        self.daemon.answers["GetUsage"] = lambda call: GLib.Variant("(a{sv})", (used,))
        self.assertEqual(self.assert_ok("usage", "--conversation"),
                         "Conversations: turns 3, tokens in 120, out 10, heard 12 s, spoke 0 s, about $0.0013\n")
        self.assertEqual(self.daemon.calls[-1][2], ({"session": DEFAULT},))
        budget = GLib.Variant("a(sdd)", [("session-tokens", 300, 1000), ("day-tokens", 5000.4, 5000)])
        self.daemon.answers["GetUsage"] = lambda call: GLib.Variant("(a{sv})", (dict(used, budget=budget),))
        self.assertEqual(self.assert_ok("usage", "--conversation").splitlines()[1:], [
            "budget session-tokens: 300 of 1000 are spent, 700 left",
            "budget day-tokens: 5000 of 5000 are spent, 0 left"])
        self.daemon.answers["GetUsage"] = lambda call: GLib.Variant("(a{sv})", ({},))
        status, output, errors = self.run_ctl("usage")
        self.assertEqual((status, output, errors), (0, "", "Nothing was used.\n"))

    def test_status(self):
        self.daemon.session_properties["State"] = GLib.Variant("s", "speaking")
        self.daemon.session_properties["LastError"] = GLib.Variant("(ss)", (NAME + ".Error.Network", "No route."))
        self.daemon.answers["GetAudio"] = lambda call: GLib.Variant("(a{sv})", ({
            "echo-cancel": GLib.Variant("s", "cancel"), "echo-return-loss": GLib.Variant("d", 63.4)},))
        text = self.assert_ok("status")
        for line in ("Daemon: 1.2.3", "Conversation: speaking", "Muted: no", "Last error: No route.",
                     "Echo: cancelled, 63 dB below the voice"):
            self.assertIn(line + "\n", text)
        status = json.loads(self.assert_ok("status", "--json"))
        self.assertEqual(status["state"], "speaking")
        self.assertEqual(status["last-error"], NAME + ".Error.Network")
        self.assertEqual(status["features"], ["engine"])
        self.assertIs(status["running"], True)
        self.assertEqual(status["audio"], {"echo-cancel": "cancel", "echo-return-loss": 63.4})
        self.assertEqual([call[1] for call in self.daemon.calls], ["GetAudio", "GetHealth", "GetAudio", "GetHealth"])

    def test_status_of_a_troubled_conversation(self):
        self.daemon.answers["GetHealth"] = lambda call: GLib.Variant("(a{sv})", ({
            "link": GLib.Variant("s", "open"), "age-s": GLib.Variant("u", 75),
            "connections": GLib.Variant("u", 3), "resumptions": GLib.Variant("u", 2),
            "symptoms": GLib.Variant("a{su}", {"no-reply": 1, "cut-turn": 2}),
            "remedies": GLib.Variant("a{su}", {"nudge": 3}), "recoveries": GLib.Variant("u", 3)},))
        text = self.assert_ok("status")
        self.assertIn("Connection: open for 75 s, number 3 of this session, 2 resumed\n", text)
        self.assertIn("Trouble: no-reply 1, cut-turn 2; tried: nudge 3; recovered 3\n", text)
        status = json.loads(self.assert_ok("status", "--json"))
        self.assertEqual(status["health"]["symptoms"], {"no-reply": 1, "cut-turn": 2})

    def test_status_without_sound(self):
        self.daemon.session_properties["State"] = GLib.Variant("s", "paused")
        self.assertNotIn("Echo", self.assert_ok("status"))
        self.assertEqual(json.loads(self.assert_ok("status", "--json"))["audio"], {})

    def test_unknown_state_is_one_of_a_conversation(self):
        self.daemon.session_properties["State"] = GLib.Variant("s", "dreaming")
        self.assertIn("Conversation: listening\n", self.assert_ok("status"))

    def test_version(self):
        self.assertRegex(self.assert_ok("version"), r"^livevoicectl \S+\nlivevoiced 1\.2\.3\n$")
        self.assertEqual(json.loads(self.assert_ok("--json", "version"))["livevoiced"], "1.2.3")


class Doctor(TestCase):
    def check(self, **environment):
        runtime = tempfile.mkdtemp()
        self.addCleanup(lambda: subprocess.run(["rm", "-r", runtime]))
        env = {"XDG_RUNTIME_DIR": runtime, "PIPEWIRE_REMOTE": None, "PIPEWIRE_RUNTIME_DIR": None, **environment}
        status, output, errors = self.run_ctl("doctor", "--json", environment=env)
        self.assertEqual((status in (0, 1), errors), (True, ""), status)
        return status, {check["check"]: check for check in json.loads(output)}

    def accept_session(self, state, error=("", "")):
        def start(call):
            call.invocation.return_value(GLib.Variant("()", ()))
            self.daemon.set_properties(call.path, LastError=("(ss)", error))
            self.daemon.set_state(state, call.path)

        self.daemon.answers["Start"] = start

    def test_without_pipewire(self):
        self.accept_session("listening")
        status, checks = self.check()
        self.assertEqual(status, 1)
        self.assertEqual(list(checks), ["bus", "configuration", "daemon", "version", "pipewire", "devices",
                                        "credential", "engine", "chat", "endpoint"])
        self.assertEqual(checks["pipewire"]["outcome"], "failed")
        self.assertIn("pipewire", checks["pipewire"]["advice"])
        self.assertEqual(checks["bus"]["outcome"], "ok")
        self.assertEqual(checks["daemon"]["outcome"], "ok")
        self.assertEqual(checks["endpoint"]["outcome"], "ok")
        self.assertIn("some-model", checks["endpoint"]["finding"])
        self.assertIn("restart", checks["version"]["advice"])
        self.assertEqual(checks["credential"]["advice"], "For Gemini: livevoicectl login")
        self.assertIn("Close", self.daemon.methods(self.daemon.private))

    def test_endpoint_that_refuses(self):
        self.accept_session("error", (NAME + ".Error.Authentication", "The server refused the key."))
        status, checks = self.check()
        self.assertEqual(checks["endpoint"]["outcome"], "failed")
        self.assertEqual(checks["endpoint"]["finding"], "The server refused the key.")

    def test_no_session(self):
        self.daemon.answers["CreateSession"] = lambda call: RemoteError("TooMany", "There are 8 sessions.")
        status, checks = self.check()
        self.assertEqual(checks["endpoint"]["finding"], "There are 8 sessions.")

    def test_socket_of_pipewire_and_of_the_engine(self):
        self.accept_session("listening")
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(folder + "/socket")
            listener.listen()
            checks = self.check(PIPEWIRE_REMOTE=folder + "/socket", LIVEVOICE_ENGINE_SOCKET=folder + "/socket")[1]
        self.assertEqual(checks["pipewire"]["outcome"], "ok")
        self.assertEqual(checks["engine"]["outcome"], "ok")

    def test_chat_endpoint_of_the_engine(self):
        self.accept_session("listening")
        config = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, config)
        nowhere = {"XDG_CONFIG_HOME": config, "LIVEVOICE_CHAT_URL": None}
        self.assertEqual(self.check(**nowhere)[1]["chat"]["outcome"], "ok")
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            url = "http://127.0.0.1:%d/v1" % listener.getsockname()[1]
            os.mkdir(config + "/livevoice")
            with open(config + "/livevoice/engine.conf", "w") as file:
                file.write("[engine]\nchat-url=%s\n" % url)
            refused = self.check(**nowhere)[1]["chat"]
            self.assertEqual(refused["outcome"], "warning")
            self.assertIn(url, refused["finding"])
            self.assertIn("engine.conf", refused["advice"])
            listener.listen()
            self.assertEqual(self.check(**nowhere)[1]["chat"]["finding"], "answers at " + url)
            self.assertEqual(self.check(XDG_CONFIG_HOME=config, LIVEVOICE_CHAT_URL="http://[")[1]["chat"]["outcome"],
                             "warning")

    def test_configuration_is_checked_by_the_daemon_program(self):
        self.accept_session("listening")
        folder = tempfile.mkdtemp()
        self.addCleanup(lambda: subprocess.run(["rm", "-r", folder]))
        for script, outcome in (("exit 0", "ok"), ("echo 'some.conf: [profile x] voice: wrong' >&2; exit 78", "failed")):
            with open(folder + "/livevoiced", "w") as file:
                file.write('#!/bin/sh\ntest "$1" = --check-config || exit 1\n%s\n' % script)
            os.chmod(folder + "/livevoiced", 0o755)
            config = self.check(PATH=folder + ":" + os.environ["PATH"])[1]["configuration"]
            self.assertEqual(config["outcome"], outcome)
        self.assertEqual(config["finding"], "some.conf: [profile x] voice: wrong")

    def test_debug_messages_stay_out_of_the_output(self):
        # here, because every GLib has something to say about a socket
        self.accept_session("listening")
        environment = {"G_MESSAGES_DEBUG": "all", "PIPEWIRE_REMOTE": "/nonexistent"}
        _, output, errors = self.run_ctl("doctor", "--json", environment=environment)
        self.assertEqual(json.loads(output)[0]["check"], "bus")
        self.assertIn("GLib-GIO-DEBUG", errors)

    def test_text_says_what_to_do(self):
        self.accept_session("listening")
        status, output, errors = self.run_ctl("doctor", environment={"PIPEWIRE_REMOTE": "/nonexistent"})
        self.assertEqual((status, errors), (1, ""))
        self.assertRegex(output, r"(?m)^failed  pipewire: .*\n        -> .*systemctl --user start pipewire")
        status, output, errors = self.run_ctl("doctor", environment={"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"})
        self.assertEqual((status, errors), (1, ""))
        self.assertRegex(output, r"(?m)^failed  daemon: .*\n        -> See the check of the bus\.")


if __name__ == "__main__":
    unittest.main(verbosity=2)
