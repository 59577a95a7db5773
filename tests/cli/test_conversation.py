#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""talk, watch, say and ask: the verbs that follow a session, on pipes and on terminals."""

import json
import re
import signal
import subprocess
import termios
import time
import unittest

from gi.repository import GLib
from stand_in import DEFAULT, NAME, Daemon, RemoteError, Screen, TestCase, run_for, wait_for

NOTHING = GLib.Variant("()", ())


DETAILS = (
    ("grounding", {"queries": GLib.Variant("as", ["tides", "tides today"]),
                   "sources": GLib.Variant("a(sss)", [("https://example.org/a", "A\x1btitle", "example.org"),
                                                      ("https://example.org/b", "", "")]),
                   "search-entry": GLib.Variant("s", "<b>x</b>")}),
    ("url-context", {"urls": GLib.Variant("a(ss)", [("https://example.org", "URL_RETRIEVAL_STATUS_SUCCESS")])}),
    ("thought", {"text": GLib.Variant("s", "The moon\npulls.")}),
    ("code", {"id": GLib.Variant("s", "1"), "language": GLib.Variant("s", "PYTHON"),
              "code": GLib.Variant("s", "for i in x:\n  print(i)\n")}),
    ("code-result", {"outcome": GLib.Variant("s", "OUTCOME_OK"), "output": GLib.Variant("s", "1\n2\n")}),
    ("waiting-for-input", {}),
    ("speech-state", {"state": GLib.Variant("s", "speech")}),
    ("melody", {"of": GLib.Variant("s", "a later version")}),
)
DETAIL_LINES = [
    "[searched: tides, tides today]", "[source: Atitle  https://example.org/a]", "[source: https://example.org/b]",
    "[page: https://example.org  URL_RETRIEVAL_STATUS_SUCCESS]", "[thinks: The moon pulls.]",
    "[runs a program: PYTHON]", "    for i in x:", "      print(i)", "[its result: OUTCOME_OK]", "    1", "    2",
    "[waits for you to go on]"]


def send_details(daemon):
    for kind, detail in DETAILS:
        daemon.emit("TurnDetail", "(usa{sv})", (3, kind, detail))


class Watch(TestCase):
    def watch(self, *arguments):
        command = self.start("watch", *arguments)
        if self.daemon:
            self.daemon.wait_for_call("Subscribe")
        return command

    def test_lines(self):
        command = self.watch()
        self.assertEqual(self.daemon.calls[-1], (DEFAULT, "Subscribe", (["transcript", "details", "tools", "warnings", "state"],)))
        self.daemon.set_state("listening")
        self.daemon.transcript(1, "user", "what", False)
        self.daemon.transcript(1, "user", "what\nti\x1b[31mme", True)
        self.daemon.emit("ToolStarted", "(ssa{sv})", ("id", "clock", {}))
        self.daemon.emit("ToolFinished", "(ssa{sv})", ("id", "ok", {}))
        self.daemon.transcript(2, "model", "It is ten.", True)
        self.daemon.emit("Interrupted", "(u)", (2,))
        self.daemon.emit("Warning", "(sa{sv})", ("echo", {}))
        self.daemon.emit("Warning", "(sa{sv})", ("no-speaker", {"message": GLib.Variant("s", "Plug\x07 one in.")}))
        self.daemon.emit("Closed", "(sa{sv})", ("server", {"message": GLib.Variant("s", "It said 1011.")}))
        self.daemon.emit("Closed", "(sa{sv})", ("idle", {}))
        command.wait_for_output("nobody spoke")
        self.assertEqual(command.interrupt(), 0)
        self.assertEqual(command.output.splitlines(), [
            "[the daemon is running]", "[idle]", "[listening]", "You: what ti[31mme", "[calls tool: clock]",
            "[tool finished: ok]", "Assistant: It is ten.", "[interrupted]", "[warning: echo]",
            "[warning: Plug one in.]", "[conversation ended: It said 1011.]",
            "[conversation ended: nobody spoke for a while]"])

    def test_json(self):
        command = self.watch("--json", "--levels")
        self.assertIn("levels", self.daemon.calls[-1][2][0])
        self.daemon.transcript(7, "model", 'a "b"\n\x01é😀', False)
        self.daemon.emit("Levels", "(dd)", (0.5, 0.0))
        self.daemon.emit("TurnComplete", "(ua{sv})", (3, {"reason": GLib.Variant("s", "done"), "n": GLib.Variant("t", 2**63)}))
        self.daemon.set_properties(Muted=("b", True), MicrophoneActive=("b", False))
        command.wait_for_output("microphone-active")
        self.assertEqual(command.interrupt(), 0)
        events = [json.loads(line) for line in command.output.splitlines()]
        for event in events:
            self.assertGreater(event.pop("time"), 1.6e12)
        self.assertEqual(events[:5], [
            {"event": "daemon", "running": True}, {"event": "state", "state": "idle"},
            {"event": "transcript", "item": 7, "role": "model", "text": 'a "b"\n\x01é😀', "final": False},
            {"event": "levels", "input": 0.5, "output": 0.0},
            {"event": "turn-complete", "turn": 3, "info": {"reason": "done", "n": 2**63}}])
        self.assertIn({"event": "muted", "muted": True}, events)

    def test_details(self):
        command = self.watch()
        send_details(self.daemon)
        self.daemon.set_state("listening")
        command.wait_for_output("[listening]")
        self.assertEqual(command.interrupt(), 0)
        self.assertEqual(command.output.splitlines()[2:-1], DETAIL_LINES)

    def test_details_as_json(self):
        command = self.watch("--json")
        send_details(self.daemon)
        self.daemon.set_state("listening")
        command.wait_for_output('"listening"')
        self.assertEqual(command.interrupt(), 0)
        events = [json.loads(line) for line in command.output.splitlines() if "turn-detail" in line]
        self.assertEqual([event["kind"] for event in events], [kind for kind, detail in DETAILS])
        self.assertEqual(events[0]["detail"]["sources"][0], ["https://example.org/a", "A\x1btitle", "example.org"])
        self.assertEqual((events[0]["item"], events[0]["detail"]["search-entry"]), (3, "<b>x</b>"))

    def test_events_of_a_later_version_do_no_harm(self):
        command = self.watch("--json")
        self.daemon.emit("Melody", "(s)", ("new",))
        self.daemon.set_state("dreaming")
        command.wait_for_output("dreaming")
        command.interrupt()
        self.assertEqual([json.loads(line)["event"] for line in command.output.splitlines()],
                         ["daemon", "state", "state"])

    def test_restart_of_the_daemon(self):
        command = self.watch()
        self.daemon.vanish()
        command.wait_for_output("not running; waiting")
        self.daemon = Daemon(self.bus)
        self.daemon.wait_for_call("Subscribe")
        self.daemon.transcript(1, "user", "still there?", True)
        command.wait_for_output("You: still there?")
        self.assertEqual(command.interrupt(), 0)

    def test_waits_for_the_daemon(self):
        self.daemon.vanish()
        self.daemon = None
        command = self.watch()
        command.wait_for_output("not running; waiting")
        self.daemon = Daemon(self.bus)
        self.daemon.wait_for_call("Subscribe")
        self.assertEqual(command.interrupt(), 0)

    def test_refused_subscription(self):
        self.daemon.answers["Subscribe"] = lambda call: RemoteError("TooMany", "There are 16 subscribers.")
        self.assertEqual(self.run_ctl("watch")[::2], (1, "livevoicectl: There are 16 subscribers.\n"))

    def test_reader_that_goes(self):
        command = self.watch()
        command.wait_for_output("[idle]")
        GLib.source_remove(command.sources.pop(command.process.stdout.fileno()))
        command.process.stdout.close()
        self.daemon.transcript(1, "user", "hello", True)
        wait_for(lambda: command.process.poll() is not None, "SIGPIPE")
        self.assertEqual(command.process.returncode, -signal.SIGPIPE)
        command.close()

    def test_terminate(self):
        command = self.watch()
        command.wait_for_output("[idle]")
        command.send_signal(signal.SIGTERM)
        self.assertEqual(command.wait(), 128 + signal.SIGTERM)


class Talk(TestCase):
    SIZE = (60, 10)

    def setUp(self):
        super().setUp()
        self.script(self.daemon)

    def script(self, daemon):
        def start(call):
            call.invocation.return_value(NOTHING)
            daemon.set_state("listening")

        def stop(call):
            call.invocation.return_value(NOTHING)
            daemon.emit("Closed", "(sa{sv})", ("user", {}))
            daemon.set_state("idle")

        daemon.answers.update(Start=start, Stop=stop)

    def talk(self, *arguments, size=SIZE, **options):
        command = self.start("talk", *arguments, terminal=size, **options)
        self.daemon.wait_for_call("Start")
        command.wait_for_output("listening")
        return command

    def screen(self, command, size=SIZE):
        return Screen(*size).feed(command.output.replace("\r\n", "\n").replace("\n", "\r\n")).text()

    def wait_for_screen(self, command, lines, size=SIZE):
        """The lines above the status line."""
        try:
            wait_for(lambda: self.screen(command, size)[:-2] == lines, "screen", 5)
        except AssertionError:
            self.assertEqual(self.screen(command, size)[:-2], lines)

    def test_captions_change_in_place(self):
        command = self.talk()
        for text in ("what", "what time", "what time is"):
            self.daemon.transcript(1, "user", text, False)
            self.wait_for_screen(command, ["You: " + text])
        self.daemon.transcript(2, "model", "It", False)
        self.wait_for_screen(command, ["You: what time is", "Assistant: It"])
        self.daemon.transcript(1, "user", "What time is it?", True)
        self.daemon.transcript(2, "model", "It is ten past eleven.", True)
        self.daemon.set_state("speaking")
        self.wait_for_screen(command, ["You: What time is it?", "Assistant: It is ten past eleven."])
        command.wait_for_output("speaking")
        self.assertEqual(command.interrupt(), 0)
        self.assertEqual(self.screen(command), ["You: What time is it?", "Assistant: It is ten past eleven.", ""])
        self.assertEqual(self.daemon.methods()[-1], "Stop")

    def test_order_is_that_of_the_items(self):
        command = self.talk()
        self.daemon.transcript(2, "model", "Ten.", True)
        self.wait_for_screen(command, ["Assistant: Ten."])
        self.daemon.transcript(1, "user", "time", False)
        self.daemon.transcript(3, "user", "thanks", False)
        self.daemon.transcript(4, "model", "Welcome.", True)
        self.daemon.transcript(3, "user", "Thanks!", True)
        self.daemon.transcript(1, "user", "Time?", True)
        self.wait_for_screen(command, ["Assistant: Ten.", "You: Time?", "You: Thanks!", "Assistant: Welcome."])
        command.interrupt()

    def test_unfinished_words_stay_when_it_ends(self):
        command = self.talk()
        self.daemon.transcript(1, "user", "and then I", False)
        command.wait_for_output("and then I")
        command.interrupt()
        self.assertEqual(self.screen(command), ["You: and then I", ""])

    def test_long_text_wraps_and_leaves_no_rests(self):
        size = (24, 6)
        words = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
        command = self.talk(size=size)
        for end in range(1, 16):
            self.daemon.transcript(1, "model", " ".join(words.split()[:end]), False)
        command.wait_for_output("fifteen")
        # the live area keeps its end within the window
        self.wait_for_screen(command, ["three four five six", "seven eight nine ten", "eleven twelve thirteen",
                                       "fourteen fifteen"], size)
        self.daemon.transcript(1, "model", words, True)
        wait_for(lambda: self.screen(command, size)[0].startswith("Assistant: one"), "the whole text")
        command.interrupt()
        lines = self.screen(command, size)
        self.assertEqual(" ".join(lines).strip(), "Assistant: " + words)
        self.assertTrue(all(len(line) <= 24 for line in lines))

    def test_very_narrow_terminal(self):
        size = (8, 3)
        command = self.start("talk", terminal=size)
        self.daemon.wait_for_call("Start")
        self.daemon.transcript(1, "user", "incomprehensibilities", True)
        wait_for(lambda: "ities" in "".join(self.screen(command, size)), "the end of the word")
        command.interrupt()
        self.assertEqual("".join(self.screen(command, size)), "You:incomprehensibilities")

    def test_wide_and_combining_characters(self):
        size = (20, 8)
        command = self.talk(size=size)
        text = "今日は良い天気ですね e\u0301te\u0301"
        for end in range(1, len(text) + 1):
            self.daemon.transcript(1, "user", text[:end], False)
        self.daemon.transcript(1, "user", text, True)
        wait_for(lambda: self.screen(command, size)[:1] == ["You:"], "the text")
        command.interrupt()
        # combining marks take no column, so the test's screen, which has one cell for each, drops them
        joined = "".join(self.screen(command, size)).replace(" ", "").replace("\u0301", "")
        self.assertEqual(joined, ("You:" + text).replace(" ", "").replace("\u0301", ""))

    def test_window_that_becomes_narrower(self):
        command = self.talk()
        self.daemon.transcript(1, "user", "some words", False)
        # whole frames: a read may end in the middle of one
        wait_for(lambda: re.search(r"some words\r\n[^\n]+\n$", command.output), "the status line below the words")
        before = len(command.output)
        command.resize(30, 10)
        wait_for(lambda: re.search(r"some words\r\n[^\n]+\n$", command.output[before:]), "a new frame")
        frame = command.output[before:]
        # two lines, of which the status line took two rows after the change
        self.assertTrue(frame.startswith("\r\x1b[3A\x1b[J"), frame)
        self.assertTrue(all(len(line) < 30 for line in self.screen_of(frame)))
        command.interrupt()

    def screen_of(self, frame):
        return [line for line in re.sub(r"\x1b\[[0-9]*[AJ]", "", frame).replace("\r", "").split("\n")]

    def test_colour(self):
        for environment, coloured in (({"NO_COLOR": "1"}, False), ({"NO_COLOR": None}, True), ({"NO_COLOR": ""}, True)):
            command = self.talk(environment=environment)
            self.daemon.transcript(1, "user", "hello", True)
            command.wait_for_output("hello")
            command.interrupt()
            self.assertEqual("\x1b[32mYou:\x1b[0m hello" in command.output, coloured)
            self.assertEqual("\x1b[3" in command.output, coloured)
            self.daemon.calls.clear()

    def test_details_wrap_and_are_dim(self):
        size = (24, 20)
        for environment, coloured in (({"NO_COLOR": "1"}, False), ({"NO_COLOR": None}, True)):
            command = self.talk(size=size, environment=environment)
            send_details(self.daemon)
            self.daemon.transcript(4, "model", "High water.", True)
            command.wait_for_output("High water.")
            self.assertEqual(command.interrupt(), 0)
            lines = self.screen(command, size)
            self.assertTrue(all(len(line) <= 24 for line in lines), lines)
            self.assertEqual("".join("".join(lines).split()), "".join("".join(DETAIL_LINES).split())
                             + "Assistant:Highwater.")
            self.assertEqual("\x1b[2m    for i in x:" in command.output, coloured)
            self.assertNotIn("\x1btitle", command.output)

    def test_options_of_the_conversation(self):
        command = self.talk("-o", "translate-to=es", "-o", "vocabulary=Ada;PipeWire")
        self.assertEqual(self.daemon.wait_for_call("Start"), ({"translate-to": "es", "vocabulary": ["Ada", "PipeWire"]},))
        command.interrupt()

    def test_nothing_hostile_reaches_the_terminal(self):
        command = self.talk()
        self.daemon.transcript(1, "model", "a\x1b]0;owned\x07b\u202ec\x9bd\re", True)
        command.wait_for_output("Assistant: a]0;ownedbcde")
        command.interrupt()

    def test_level_meter(self):
        command = self.talk()
        for level, cells in ((0.0, 0), (1.0, 8), (0.001, 0), (0.05, 5), (float("nan"), 0)):
            before = len(command.output)
            self.daemon.emit("Levels", "(dd)", (level, 0.0))
            wait_for(lambda: "Ctrl-C" in command.output[before:], "a new frame", 5)
            self.assertIn("mic " + "▮" * cells + "▯" * (8 - cells), command.output[before:])
        command.interrupt()

    def test_locale_without_unicode(self):
        command = self.talk(environment={"LC_ALL": "C"})
        command.wait_for_output("mic ........")
        command.interrupt()
        self.assertNotIn("▯", command.output)

    def test_push_to_talk(self):
        command = self.talk("--push-to-talk", "--profile", "desk")
        self.assertEqual([call for call in self.daemon.calls if call[1] == "Start"],
                         [(DEFAULT, "Start", ({"turn-detection": "manual", "profile": "desk"},))])
        command.type(" ")
        self.daemon.wait_for_call("StartTalking")
        command.wait_for_output("talking")
        command.type("\n")
        self.daemon.wait_for_call("StopTalking")
        command.type("i")
        self.daemon.wait_for_call("Interrupt")
        command.type("m")
        self.assertEqual(self.daemon.wait_for_call("SetMuted"), (True,))
        self.daemon.set_properties(Muted=("b", True))
        command.wait_for_output("microphone muted")
        command.type("m")
        self.assertEqual(self.daemon.wait_for_call("SetMuted", 2), (False,))
        command.type("q")
        self.assertEqual(command.wait(), 0)
        self.assertNotIn("\n\n", command.output.replace("\r", ""))

    def test_translate(self):
        command = self.start("translate", "--to", "es", "--echo")
        self.daemon.wait_for_call("Start")
        self.assertEqual([call for call in self.daemon.calls if call[1] == "Start"], [(DEFAULT, "Start", (
            {"model": "gemini-3.5-live-translate-preview", "translate-to": "es", "echo-target-language": True},))])
        self.daemon.transcript(1, "user", "Good morning.", True)
        self.daemon.transcript(2, "model", "Buenos días.", True)
        command.wait_for_output("Buenos días.")
        self.assertEqual(command.interrupt(), 0)
        self.assertIn("You: Good morning.\nAssistant: Buenos días.\n", command.output)

    def test_translate_with_the_model_of_a_profile(self):
        command = self.start("translate", "--to", "fr", "--profile", "trip")
        self.daemon.wait_for_call("Start")
        self.assertEqual([call for call in self.daemon.calls if call[1] == "Start"],
                         [(DEFAULT, "Start", ({"profile": "trip", "translate-to": "fr"},))])
        command.interrupt()

    def test_translate_to_nothing(self):
        status, output, errors = self.run_ctl("translate")
        self.assertEqual((status, output), (2, ""))
        self.assertIn("--to LANG", errors)

    def test_terminal_is_restored(self):
        command = self.start("talk", terminal=self.SIZE)
        wait_for(lambda: not termios.tcgetattr(command.terminal)[3] & termios.ECHO, "no echo")
        command.wait_for_output("listening")
        command.type("\x03")
        wait_for(lambda: command.process.poll() is not None, "the end")
        self.assertEqual(termios.tcgetattr(command.terminal), command.modes)
        self.assertEqual(command.wait(), 0)

    def test_no_terminal_means_lines(self):
        for options in ({}, {"terminal": (60, 10), "environment": {"TERM": "dumb"}}):
            command = self.start("talk", **options)
            command.wait_for_output("[listening]")
            self.daemon.transcript(1, "user", "hel", False)
            self.daemon.transcript(1, "user", "hello", True)
            command.wait_for_output("You: hello")
            self.assertEqual(command.interrupt(), 0)
            self.assertNotIn("\x1b", command.output)
            self.assertNotIn("hel\n", command.output)
            self.daemon.calls.clear()

    def test_json(self):
        command = self.start("talk", "--json", terminal=self.SIZE)
        command.wait_for_output("listening")
        command.interrupt()
        for line in command.output.split():
            json.loads(line)

    def test_reasons_to_end(self):
        for reason, error, status, words in (
            ("user", ("", ""), 0, ""),
            ("idle", ("", ""), 1, "nobody spoke for a while"),
            ("auth", (NAME + ".Error.Authentication", "The server refused the key."), 1, "refused the key."),
            ("network", ("", ""), 1, "the connection was lost"),
        ):
            command = self.talk()
            self.daemon.set_properties(LastError=("(ss)", error))
            self.daemon.emit("Closed", "(sa{sv})", (reason, {}))
            self.assertEqual(command.wait(), status)
            self.assertIn(words, command.errors)
            self.assertEqual(bool(words), bool(command.errors))
            self.daemon.calls.clear()

    def test_error_at_the_start(self):
        self.daemon.answers["Start"] = lambda call: RemoteError("NoMicrophone", "Plug in a microphone.")
        self.assertEqual(self.run_ctl("talk"), (1, "", "livevoicectl: Plug in a microphone.\n"))

    def test_error_soon_after_the_start(self):
        def start(call):
            call.invocation.return_value(NOTHING)
            self.daemon.set_state("connecting")
            self.daemon.set_properties(LastError=("(ss)", (NAME + ".Error.Network", "No route to the server.")))
            self.daemon.set_state("error")

        self.daemon.answers["Start"] = start
        status, output, errors = self.run_ctl("talk")
        self.assertEqual((status, errors), (1, "livevoicectl: No route to the server.\n"))

    def test_restart_of_the_daemon(self):
        command = self.talk("--profile", "desk")
        self.daemon.transcript(1, "user", "before the", False)
        command.wait_for_output("before the")
        self.daemon.emit("Closed", "(sa{sv})", ("shutdown", {}))
        self.daemon.vanish()
        command.wait_for_output("waiting for it")
        self.daemon = Daemon(self.bus)
        self.script(self.daemon)
        self.assertEqual(self.daemon.wait_for_call("Start"), ({"profile": "desk"},))
        wait_for(lambda: DEFAULT in self.daemon.subscribers, "subscription")
        self.daemon.transcript(1, "user", "after it", True)
        self.wait_for_screen(command, ["You: before the", "You: after it"])
        self.assertEqual(command.interrupt(), 0)

    def test_daemon_that_does_not_come_back(self):
        command = self.talk()
        self.daemon.vanish()
        self.assertEqual(command.wait(), 3)
        self.assertIn("does not come back", command.errors)

    def test_terminate_ends_the_conversation(self):
        command = self.talk()
        command.send_signal(signal.SIGTERM)
        self.assertEqual(command.wait(), 128 + signal.SIGTERM)
        self.assertEqual(self.daemon.methods()[-1], "Stop")

    def test_daemon_that_does_not_end_does_not_hold_us_up(self):
        self.daemon.answers["Stop"] = lambda call: None
        command = self.talk()
        self.assertEqual(command.interrupt(), 0)


class Answers(TestCase):
    """The daemon's part: what happens after SendText, as (signal, signature, values) or State strings."""

    def script(self, *steps, session=None):
        def send_text(call):
            call.invocation.return_value(NOTHING)
            for step in steps:
                if step == self.QUESTION:
                    step = ("Transcript", "(ussb)", (1, "user", call.arguments[0], True))
                if isinstance(step, str):
                    self.daemon.set_state(step, call.path)
                elif callable(step):
                    step()
                else:
                    self.daemon.emit(*step, path=call.path)

        self.daemon.answers["SendText"] = send_text

    QUESTION = "the text that was sent"
    ANSWER = (
        QUESTION,
        "thinking",
        "speaking",
        ("Transcript", "(ussb)", (2, "model", "It", False)),
        ("Transcript", "(ussb)", (2, "model", "It is ten.", True)),
        ("Transcript", "(ussb)", (3, "model", "Sharp.", True)),
        ("TurnComplete", "(ua{sv})", (1, {})),
        "listening",
    )

    def test_ask(self):
        self.script(*self.ANSWER)
        self.assertEqual(self.assert_ok("ask", "what", "time is it"), "It is ten.\nSharp.\n")
        path = self.daemon.private
        self.assertEqual([call for call in self.daemon.calls if call[1] != "Subscribe"], [
            ("/org/livevoice/LiveVoice1", "CreateSession", ({"audio": "none", "modalities": ["text"]},)),
            (path, "Start", ({},)), (path, "SendText", ("what time is it", {})), (path, "Close", ())])
        self.assertEqual(json.loads(self.assert_ok("--json", "ask", "what time is it")), {"text": "It is ten.\nSharp."})

    def test_ask_with_options(self):
        self.script(*self.ANSWER)
        self.assert_ok("ask", "--profile", "desk", "--model", "gemini-x", "hi")
        self.assertEqual(self.daemon.wait_for_call("CreateSession")[0]["profile"], "desk")
        self.assertEqual(self.daemon.wait_for_call("CreateSession")[0]["model"], "gemini-x")

    def test_ask_from_standard_input(self):
        self.script(*self.ANSWER)
        for data, sent in ((b"a\nb\n", "a\nb"), ("é😀".encode(), "é😀")):
            self.daemon.calls.clear()
            echo = subprocess.Popen(["printf", "%s", data.decode()], stdout=subprocess.PIPE)
            self.assert_ok("ask", "-", stdin=echo.stdout)
            echo.stdout.close()
            echo.wait()
            self.assertEqual(self.daemon.wait_for_call("SendText")[0], sent)

    def test_reading_standard_input_can_be_interrupted(self):
        silent = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        command = self.start("ask", "-", stdin=silent.stdout)
        wait_for(lambda: self.catches(command, signal.SIGINT), "the handler")
        command.send_signal(signal.SIGINT)
        self.assertEqual((command.wait(), command.errors), (130, ""))
        silent.stdin.close()
        silent.stdout.close()
        silent.wait()

    def catches(self, command, number):
        with open("/proc/%d/status" % command.process.pid) as file:
            caught = re.search(r"SigCgt:\s*([0-9a-f]+)", file.read())
        return int(caught.group(1), 16) >> (number - 1) & 1

    def test_ask_prints_nothing_that_controls_a_terminal(self):
        self.script(("Transcript", "(ussb)", (1, "user", "x", True)),
                    ("Transcript", "(ussb)", (2, "model", "a\x1b[2Jb\n\tc", True)), ("TurnComplete", "(ua{sv})", (1, {})))
        self.assertEqual(self.assert_ok("ask", "x"), "a[2Jb\n\tc\n")

    def test_ask_without_an_answer(self):
        self.script("thinking")
        begin = time.monotonic()
        status, output, errors = self.run_ctl("ask", "--timeout", "1", "x")
        self.assertGreaterEqual(time.monotonic() - begin, 1.0)
        self.assertEqual((status, output, errors), (4, "", "livevoicectl: No answer in time.\n"))
        self.assertEqual(self.daemon.methods()[-1], "Close")

    def test_ask_that_fails(self):
        self.script(("Closed", "(sa{sv})", ("quota", {})))
        self.assertEqual(self.run_ctl("ask", "x"), (1, "", "livevoicectl: the server's quota is used up\n"))
        self.script("error")
        self.assertEqual(self.run_ctl("ask", "x")[0], 1)
        self.daemon.answers["CreateSession"] = lambda call: RemoteError("RateLimited", "Wait a second.")
        self.assertEqual(self.run_ctl("ask", "x"), (1, "", "livevoicectl: Wait a second.\n"))

    def test_session_that_cannot_start(self):
        def start(call):
            call.invocation.return_value(NOTHING)
            self.daemon.set_properties(call.path, LastError=("(ss)", (NAME + ".Error.Network", "No route.")))
            self.daemon.set_state("error", call.path)

        self.daemon.answers["Start"] = start
        self.daemon.answers["SendText"] = lambda call: RemoteError("NotReady", "There is no conversation.")
        self.assertEqual(self.run_ctl("ask", "x"), (1, "", "livevoicectl: No route.\n"))

    def test_daemon_vanishes_before_the_answer(self):
        self.script("thinking", lambda: GLib.idle_add(self.daemon.vanish))
        status, output, errors = self.run_ctl("ask", "x")
        self.assertEqual((status, output), (3, ""))
        self.assertIn("went away before the answer", errors)

    def test_interrupted_ask_closes_its_session(self):
        self.script("thinking")
        command = self.start("ask", "x")
        self.daemon.wait_for_call("SendText")
        self.assertEqual(command.interrupt(), 130)
        self.assertEqual(self.daemon.methods()[-1], "Close")

    def test_say_alone(self):
        self.script(*self.ANSWER)
        self.assertEqual(self.assert_ok("say", "hello"), "")
        path = self.daemon.private
        self.assertEqual(self.daemon.wait_for_call("CreateSession"), ({"shared-tools": True},))
        self.assertEqual([call[1:] for call in self.daemon.calls if call[0] == path and call[1] != "Subscribe"],
                         [("SetMuted", (True,)), ("Start", ({},)), ("SendText", ("hello", {})), ("Close", ())])
        self.assertEqual(self.assert_ok("say", "--verbose", "hello"), "It is ten.\nSharp.\n")
        self.assertEqual(json.loads(self.assert_ok("say", "--json", "hello"))["text"], "It is ten.\nSharp.")

    def test_say_waits_until_the_answer_has_been_heard(self):
        self.script(*self.ANSWER[:-1])
        command = self.start("say", "hello")
        self.daemon.wait_for_call("SendText")
        run_for(300)
        self.assertIsNone(command.process.poll())
        self.daemon.set_state("listening", self.daemon.private)
        self.assertEqual(command.wait(), 0)

    def test_say_joins_the_conversation(self):
        self.daemon.set_state("listening")
        self.script(*self.ANSWER)
        self.assertEqual(self.assert_ok("say", "-v", "hello"), "It is ten.\nSharp.\n")
        self.assertEqual([call[1] for call in self.daemon.calls], ["Subscribe", "Subscribe", "SendText"])
        self.assertEqual({call[0] for call in self.daemon.calls}, {DEFAULT})

    TURN_COMPLETE = ("TurnComplete", "(ua{sv})", (1, {}))

    def test_say_while_the_assistant_speaks(self):
        self.daemon.set_state("speaking")
        self.script(("Transcript", "(ussb)", (2, "user", "hello", True)),
                    ("Transcript", "(ussb)", (1, "model", "As I was say", True)),
                    "thinking", self.TURN_COMPLETE, "speaking",
                    ("Transcript", "(ussb)", (4, "model", "Hello.", False)), "listening",
                    ("Transcript", "(ussb)", (4, "model", "Hello you.", True)), self.TURN_COMPLETE)
        self.assertEqual(self.assert_ok("say", "-v", "hello"), "Hello you.\n")

    def test_end_of_another_turn_is_not_ours(self):
        self.daemon.set_state("listening")
        self.script(self.TURN_COMPLETE, ("Transcript", "(ussb)", (2, "user", "nobody said this", True)),
                    ("Transcript", "(ussb)", (4, "model", "Your timer has ended.", True)), self.TURN_COMPLETE,
                    ("Transcript", "(ussb)", (5, "user", "hello", True)), "thinking",
                    ("Transcript", "(ussb)", (7, "model", "Hello.", True)), self.TURN_COMPLETE, "listening")
        self.assertEqual(self.assert_ok("say", "-v", "hello"), "Hello.\n")

    def test_answer_that_a_tool_gives(self):
        self.daemon.set_state("listening")
        question = ("Transcript", "(ussb)", (1, "user", "volume 45", True))
        started = ("ToolStarted", "(ssa{sv})", ("c1", "set_volume", {}))
        finished = ("ToolFinished", "(ssa{sv})", ("c1", "ok", {}))
        answer = ("Transcript", "(ussb)", (3, "model", "Volume 45.", True))
        for steps in (
            (question, "thinking", started, self.TURN_COMPLETE, finished, answer, "speaking", self.TURN_COMPLETE, "listening"),
            # a tool that the model does not wait for
            (question, "thinking", answer, started, "speaking", self.TURN_COMPLETE, "listening", finished),
            # one that is called in the middle of a sentence
            (question, "thinking", ("Transcript", "(ussb)", (3, "model", "Volume", False)), started, finished,
             answer, self.TURN_COMPLETE, "listening"),
        ):
            self.script(*steps)
            self.assertEqual(self.assert_ok("say", "-v", "volume 45"), "Volume 45.\n")

    def test_say_waits_for_a_tool_that_the_model_does_not_wait_for(self):
        self.daemon.set_state("listening")
        self.script(("Transcript", "(ussb)", (1, "user", "dig", True)), "thinking",
                    ("Transcript", "(ussb)", (3, "model", "I am at it.", True)),
                    ("ToolStarted", "(ssa{sv})", ("c1", "dig", {})), self.TURN_COMPLETE, "listening")
        command = self.start("say", "-v", "dig")
        self.daemon.wait_for_call("SendText")
        run_for(300)
        self.assertIsNone(command.process.poll())
        for name, signature, values in (("ToolFinished", "(ssa{sv})", ("c0", "ok", {})), ("ToolFinished", "(ssa{sv})", ("c1", "ok", {}))):
            self.assertIsNone(command.process.poll())
            self.daemon.emit(name, signature, values)
        self.assertEqual((command.wait(), command.output), (0, "I am at it.\n"))

    def test_answer_without_words(self):
        self.daemon.set_state("listening")
        self.script(("Transcript", "(ussb)", (1, "user", "stop", True)), "thinking", self.TURN_COMPLETE, "listening")
        self.assertEqual(self.assert_ok("say", "stop"), "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
