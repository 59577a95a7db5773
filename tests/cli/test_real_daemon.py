#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""livevoicectl with the real daemon, which the bus starts, and a server that says what the test says."""

import base64
import json
import os
import re
import signal
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["srcdir"], "lib"))
from lvdaemon import Daemon  # noqa: E402
from stand_in import BUILD, Command, wait_for  # noqa: E402
from wireserver import WireServer  # noqa: E402


class RealDaemon(unittest.TestCase):
    def setUp(self):
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.daemon = Daemon(BUILD, "[profile default]\nendpoint = %s\naudio = none\n" % self.server.url)
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)

    def start(self, *arguments, **options):
        environment = {"XDG_RUNTIME_DIR": str(self.daemon.directory), "LIVEVOICE_CONFIG": self.daemon.env["LIVEVOICE_CONFIG"]}
        command = Command(self.daemon.address, *arguments, environment=environment, **options)
        self.addCleanup(lambda: command.process.poll() is None and command.close())
        return command

    def run_ctl(self, *arguments):
        command = self.start(*arguments)
        return command.wait(), command.output, command.errors

    def state(self):
        return json.loads(self.run_ctl("status", "--json")[1])["state"]

    def answer(self, text, number=None):
        """The server's part of a turn: waits for the question, says `text`."""
        self.server.send(number, serverContent={"outputTranscription": {"text": text}})
        self.server.send(number, serverContent={"generationComplete": True})
        self.server.send(number, serverContent={"turnComplete": True})

    def wait_for_question(self, number):
        def is_question(event):
            return event[0] == "recv" and event[1] == number and "setup" not in event[3]

        return json.dumps(self.server.wait(is_question)[3])

    def test_status_before_and_after_the_first_use(self):
        self.assertEqual(self.run_ctl("status", "--json"), (3, '{"running":false}\n', ""))
        self.assertEqual(self.run_ctl("tools")[0], 0)
        status, output, errors = self.run_ctl("status")
        self.assertEqual((status, errors), (0, ""))
        self.assertIn("Conversation: idle\n", output)
        self.assertRegex(self.run_ctl("version")[1], r"^livevoicectl (\S+)\nlivevoiced \1\n$")

    def test_control(self):
        self.assertEqual(self.run_ctl("toggle"), (0, "", ""))
        self.server.accept(timeout=20)
        self.assertEqual(self.run_ctl("mute", "--json")[0], 0)
        self.assertIs(json.loads(self.run_ctl("status", "--json")[1])["muted"], True)
        self.assertEqual(self.run_ctl("unmute"), (0, "", ""))
        self.assertIn("/org/livevoice/LiveVoice1/default  ", self.run_ctl("sessions")[1])
        self.assertEqual(self.run_ctl("stop"), (0, "", ""))
        wait_for(lambda: self.state() == "idle", "the end")
        self.assertEqual(self.run_ctl("start"), (0, "", ""))
        self.assertEqual(self.run_ctl("panic"), (0, "", ""))
        wait_for(lambda: self.state() == "idle", "the end")

    def test_send_image_and_events(self):
        picture = os.path.join(str(self.daemon.directory), "picture")
        png = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
        with open(picture, "wb") as file:
            file.write(png)
        status, _output, errors = self.run_ctl("send-image", picture)
        self.assertEqual(status, 1)
        self.assertIn("start one first", errors)
        self.assertEqual(self.run_ctl("send-image", "/nonexistent/picture")[0], 1)
        self.assertEqual(self.run_ctl("send-image")[0], 2)

        events = self.start("events", "state")
        self.assertEqual(self.run_ctl("start"), (0, "", ""))
        self.server.accept(timeout=20)
        wait_for(lambda: self.state() == "listening", "the conversation")
        self.assertEqual(self.run_ctl("send-image", picture), (0, "", ""))
        video = self.server.wait_message("realtimeInput")["video"]
        self.assertEqual((video["mimeType"], base64.b64decode(video["data"])), ("image/png", png))
        status, _output, errors = self.run_ctl("send-image", picture)
        self.assertEqual(status, 1)
        self.assertIn("one a second", errors)
        wait_for(lambda: self.run_ctl("mute") and self.run_ctl("unmute") and "Muted" in events.output, "the events")
        self.assertEqual((events.interrupt(), events.errors), (0, ""))
        lines = [json.loads(line) for line in events.output.splitlines()]
        self.assertIn({"signal": "PropertiesChanged", "changed": {"Muted": True}}, lines)

    def test_every_setting_can_be_given(self):
        with open(os.path.join(BUILD, "src", "config", "options.tsv")) as file:
            defaults = {line.split("\t")[0]: line.split("\t")[3] for line in file}
        self.assertGreater(len(defaults), 50)
        defaults["history"] = "user:Hello"
        del defaults["setup"], defaults["resume"]  # nobody may; no handle is no setting
        self.assertEqual(self.run_ctl("set", *("%s=%s" % item for item in defaults.items())),
                         (0, "It holds for the next conversation.\n", ""))
        status, output, errors = self.run_ctl("set", "setup={}")
        self.assertEqual((status, output), (1, ""))
        self.assertIn("setup", errors)

    def test_options_reach_the_service(self):
        self.assertEqual(self.run_ctl("start", "-o", "voice=Kore", "-o", "temperature=0.5", "-o", "seed=7", "-o", "labels=a=b",
                                      "-o", "google-search=true", "-o", "vocabulary=Ada;PipeWire"), (0, "", ""))
        number, setup = self.server.accept(timeout=20)
        generation = setup["generationConfig"]
        self.assertEqual(generation["speechConfig"]["voiceConfig"]["prebuiltVoiceConfig"]["voiceName"], "Kore")
        self.assertEqual((generation["temperature"], generation["seed"], setup["labels"]), (0.5, 7, {"a": "b"}))
        self.assertIn({"googleSearch": {}}, setup["tools"])
        status, output, errors = self.run_ctl("ask", "-o", "model=gemini-3.8-live", "-o", "affective-dialog=true", "x")
        self.assertEqual((status, output), (1, ""))
        self.assertRegex(errors, "gemini-3.8-live.*ffective")

    def test_set_while_a_conversation_goes_on(self):
        self.run_ctl("start")
        self.server.accept(timeout=20)
        wait_for(lambda: self.state() in ("listening", "paused"), "the conversation")
        self.assertEqual(self.run_ctl("set", "system-instruction=Rhyme."), (0, "It holds from now on.\n", ""))
        update = self.server.wait_message("contextUpdate")
        self.assertIn("Rhyme.", json.dumps(update))
        mark = len(self.server.events)
        self.assertEqual(json.loads(self.run_ctl("set", "--json", "voice=Puck")[1]), {"applied": "reconnect"})
        number, setup = self.server.accept(mark, timeout=20)
        self.assertIn("Puck", json.dumps(setup))

    def test_details_and_usage(self):
        watch = self.start("watch")
        self.run_ctl("start")
        number, setup = self.server.accept(timeout=20)
        wait_for(lambda: self.state() in ("listening", "paused"), "the conversation")
        self.server.send(number, serverContent={
            "outputTranscription": {"text": "High water at ten."},
            "groundingMetadata": {"webSearchQueries": ["tides"],
                                  "groundingChunks": [{"web": {"uri": "https://example.org/t", "title": "Tides"}}]}})
        self.server.send(number, serverContent={"generationComplete": True})
        self.server.send(number, serverContent={"turnComplete": True}, usageMetadata={
            "promptTokenCount": 30, "responseTokenCount": 12, "totalTokenCount": 42,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 30}],
            "responseTokensDetails": [{"modality": "AUDIO", "tokenCount": 12}]})
        for words in ("[searched: tides]", "[source: Tides  https://example.org/t]", "Assistant: High water at ten."):
            watch.wait_for_output(words)
        self.assertEqual(watch.interrupt(), 0)
        wait_for(lambda: "turns" in self.run_ctl("usage", "--conversation", "--json")[1], "the turn's count")
        usage = json.loads(self.run_ctl("usage", "--conversation", "--json")[1])
        self.assertEqual((usage["turns"], usage["prompt-text"], usage["response-audio"]), (1, 30, 12))
        self.assertIn("turns 1, tokens in 30, out 12", self.run_ctl("usage", "--conversation")[1])
        self.assertRegex(self.run_ctl("usage", "--days", "2")[1], r"^\d{4}-\d\d-\d\d: turns 1, tokens in 30, out 12, ")

    def test_ask(self):
        command = self.start("ask", "What is six times seven?")
        number, setup = self.server.accept(timeout=20)
        self.assertIn("six times seven", self.wait_for_question(number))
        self.answer("Forty-two.", number)
        self.assertEqual((command.wait(), command.output, command.errors), (0, "Forty-two.\n", ""))
        self.server.wait(lambda event: event[:2] == ("close", number))

    def test_ask_that_is_refused(self):
        status, output, errors = self.run_ctl("ask", "--profile", "missing", "x")
        self.assertEqual((status, output), (1, ""))
        self.assertIn("missing", errors)
        status, output, errors = self.run_ctl("ask", "x" * 33000)
        self.assertEqual((status, output), (1, ""))

    def test_say(self):
        command = self.start("say", "--verbose", "Tell me more.")
        number, setup = self.server.accept(timeout=20)
        self.assertIn("Tell me more.", self.wait_for_question(number))
        self.answer("No.", number)
        self.assertEqual((command.wait(), command.output, command.errors), (0, "No.\n", ""))

    def say_in_the_conversation(self, number, text, mark):
        """With the question on its way to the server."""
        command = self.start("say", "-v", text)
        self.server.wait(lambda event: event[0] == "recv" and text in json.dumps(event[3]), mark)
        return command

    def test_say_before_the_last_turn_is_over(self):
        self.run_ctl("start")
        number, setup = self.server.accept(timeout=20)
        first = self.say_in_the_conversation(number, "Tell a story.", 0)
        self.server.send(number, serverContent={"outputTranscription": {"text": "Once upon a time."}})
        self.server.send(number, serverContent={"generationComplete": True})
        wait_for(lambda: self.state() in ("listening", "paused"), "the end of the voice")
        second = self.say_in_the_conversation(number, "Go on.", 0)
        self.server.send(number, serverContent={"turnComplete": True})
        self.answer("And then?", number)
        self.assertEqual((second.wait(), second.output), (0, "And then?\n"))
        first.wait()

    def test_say_while_another_answer_goes_on(self):
        self.run_ctl("start")
        number, setup = self.server.accept(timeout=20)
        self.server.send(number, serverContent={"outputTranscription": {"text": "Your timer"}})
        wait_for(lambda: self.state() == "speaking", "the announcement")
        command = self.say_in_the_conversation(number, "What time is it?", 0)
        self.server.send(number, serverContent={"outputTranscription": {"text": " has ended."}})
        self.server.send(number, serverContent={"generationComplete": True})
        wait_for(lambda: self.state() != "speaking", "the end of the announcement")
        self.server.send(number, serverContent={"turnComplete": True})
        self.answer("Ten.", number)
        self.assertEqual((command.wait(), command.output), (0, "Ten.\n"))

    def test_say_what_a_tool_answers(self):
        tool = self.start("run-tool", "--name", "volume", "--description", "Sets the volume", "--", "echo", "45")
        wait_for(lambda: "volume now" in tool.errors, "registration")
        self.run_ctl("start")
        number, setup = self.server.accept(timeout=20)
        name = setup["tools"][0]["functionDeclarations"][0]["name"]
        command = self.say_in_the_conversation(number, "Volume 45", 0)
        # as some servers do it: a call is a turn of its own
        self.server.send(number, toolCall={"functionCalls": [{"id": "a", "name": name, "args": {}}]})
        self.server.send(number, serverContent={"turnComplete": True})
        self.server.wait_message("toolResponse")
        self.answer("Volume is 45.", number)
        self.assertEqual((command.wait(), command.output), (0, "Volume is 45.\n"))
        self.assertEqual(tool.interrupt(), 0)

    def test_talk_on_a_terminal_and_watch(self):
        watch = self.start("watch", "--json")
        talk = self.start("talk", terminal=(60, 12))
        number, setup = self.server.accept(timeout=20)
        wait_for(lambda: re.search("listening|paused", talk.output), "the conversation")
        say = self.start("say", "-v", "Hello there.")
        self.assertIn("Hello there.", self.wait_for_question(number))
        self.answer("Good morning.", number)
        self.assertEqual((say.wait(), say.output), (0, "Good morning.\n"))
        talk.wait_for_output("Assistant: Good morning.")
        talk.type("m")
        talk.wait_for_output("microphone muted")
        talk.type("\x03")
        self.assertEqual((talk.wait(), talk.errors), (0, ""))
        wait_for(lambda: '"closed"' in watch.output, "the end in watch")
        self.assertEqual(watch.interrupt(), 0)
        events = [json.loads(line) for line in watch.output.splitlines()]
        kinds = [event["event"] for event in events]
        for kind in ("daemon", "state", "transcript", "turn-complete", "muted", "closed"):
            self.assertIn(kind, kinds)
        final = [event["text"] for event in events if event.get("final") and event["role"] == "model"]
        self.assertEqual(final, ["Good morning."])

    def test_push_to_talk_is_asked_for(self):
        talk = self.start("talk", "--push-to-talk", terminal=(60, 12))
        number, setup = self.server.accept(timeout=20)
        self.assertIs(setup["realtimeInputConfig"]["automaticActivityDetection"]["disabled"], True)
        self.assertEqual(talk.interrupt(), 0)

    def test_server_that_cannot_be_reached(self):
        config = self.daemon.env["LIVEVOICE_CONFIG"]
        with open(config, "w") as file:
            file.write("[profile default]\nendpoint = ws://127.0.0.1:1/\naudio = none\n")
        for verb in (["ask", "x"], ["talk"], ["doctor"]):
            status, output, errors = self.run_ctl(*verb)
            self.assertEqual(status, 1, verb)
        self.assertRegex(output, r"(?m)^failed  endpoint: .* check the network and the proxy\n        -> With 'endpoint = engine'")

    def test_doctor(self):
        command = self.start("doctor", "--json")
        number, setup = self.server.accept(timeout=20)
        command.wait()
        checks = {check["check"]: check for check in json.loads(command.output)}
        for name in ("bus", "configuration", "daemon", "version", "endpoint"):
            self.assertEqual(checks[name]["outcome"], "ok", checks[name])

    def test_run_tool(self):
        tool = self.start("run-tool", "--name", "note", "--description", "Writes a note down", "--param", "text:string",
                          "--", "printf", "<%s>", "{text}")
        wait_for(lambda: "note now" in tool.errors, "registration")
        self.assertRegex(self.run_ctl("tools")[1], r"note  (\(.+\)  )?Writes a note down")
        self.run_ctl("start")
        number, setup = self.server.accept(timeout=20)
        name = setup["tools"][0]["functionDeclarations"][0]["name"]
        self.assertTrue(name.endswith("note"))
        for call_id, text, key, result in (("a", "two $(words)", "output", "<two $(words)>"), ("b", "-x", "error", "--")):
            self.server.send(number, toolCall={"functionCalls": [{"id": call_id, "name": name, "args": {"text": text}}]})
            response = self.server.wait_message(
                "toolResponse", condition=lambda content: content["functionResponses"][0]["id"] == call_id)
            self.assertIn(result, response["functionResponses"][0]["response"][key])
        self.assertEqual(tool.interrupt(), 0)
        self.assertEqual(tool.errors.count("note now"), 1)
        wait_for(lambda: self.run_ctl("tools")[1] == "", "the end of the tool")

    def test_daemon_is_killed_while_watched(self):
        self.run_ctl("tools")
        watch = self.start("watch")
        watch.wait_for_output("[idle]")
        os.kill(self.daemon.pid(), signal.SIGKILL)
        watch.wait_for_output("not running; waiting")
        self.run_ctl("start")
        self.server.accept(timeout=20)
        wait_for(lambda: re.search(r"\[(listening|paused)\]", watch.output), "the next conversation")
        self.assertEqual(watch.interrupt(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
