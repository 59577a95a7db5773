#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""run-tool: what it registers, what it runs, and what it never does."""

import json
import os
import shutil
import signal
import tempfile
import unittest

from gi.repository import GLib
from stand_in import NAME, Daemon, RemoteError, TestCase, run_for, wait_for

HANDLER = "/org/livevoice/livevoicectl/Tool"
# prints its arguments and what it was told otherwise as JSON
SHOW = ["python3", "-c", "import json,os,sys; print(json.dumps([sys.argv[1:], "
        "{k: v for k, v in os.environ.items() if k.startswith('LV_ARG_')}, json.load(sys.stdin)]))"]


class RunTool(TestCase):
    def serve(self, *arguments, options=(), **kwargs):
        def register(call):
            self.client = call.sender
            return GLib.Variant("()", ())

        self.daemon.answers["RegisterTools"] = register
        command = self.start("run-tool", *options, "--name", "tool", "--description", "A tool", *arguments, **kwargs)
        self.registration = self.daemon.wait_for_call("RegisterTools")
        wait_for(lambda: "now" in command.errors or "registered" in command.output, "registration")
        self.declaration = json.loads(self.registration[1])[0]
        return command

    def begin_call(self, call_id="id", name="tool", **arguments):
        outcome = []
        text = arguments.pop("raw", None) or json.dumps(arguments)
        self.daemon.call(self.client, HANDLER, NAME + ".ToolHandler", "Call",
                         GLib.Variant("(sssa{sv})", (call_id, name, text, {})), outcome.append)
        return outcome

    def call(self, **arguments):
        """The result, decoded, or the error."""
        outcome = self.begin_call(**arguments)
        wait_for(lambda: outcome, "reply")
        return outcome[0] if isinstance(outcome[0], GLib.Error) else json.loads(outcome[0][0])

    def show(self, **arguments):
        """(argv, environment, input) as SHOW sees them"""
        return json.loads(self.call(**arguments))

    def test_registration(self):
        command = self.serve("--param", "percent:integer:Volume: in \"%\"", "--param", "card?:string",
                             "--param", "unit:dB|percent:", "--risk", "read", "--provider", "Shell", "--timeout", "7",
                             "--shared", "--", "true")
        self.assertEqual(self.registration[0], HANDLER)
        self.assertEqual(self.registration[2], {"scope": "shared", "provider": "Shell"})
        self.assertEqual(self.declaration, {
            "name": "tool", "description": "A tool", "risk": "read", "timeoutMs": 8000,
            "parameters": {"type": "object", "required": ["percent", "unit"], "properties": {
                "percent": {"type": "integer", "description": 'Volume: in "%"'}, "card": {"type": "string"},
                "unit": {"type": "string", "enum": ["dB", "percent"]}}}})
        self.assertEqual((command.interrupt(), command.errors),
                         (0, "The assistant can call tool now. Ctrl-C ends this.\n"))

    def test_no_parameters(self):
        command = self.serve("echo", "hello", "--name", "x")
        self.assertNotIn("parameters", self.declaration)
        self.assertEqual(self.registration[2], {"scope": "shared"})
        self.assertEqual(self.call(), "hello --name x")
        command.interrupt()
        self.assertEqual(command.output, "tool {}\nresult: hello --name x\n")

    def test_arguments_stay_whole(self):
        command = self.serve("--param", "text:string", "--", *SHOW, "--", "{text}", "a{text}b", "{other}", "{}", "{text")
        for text in ("two words", " ", "", "'\"", "; rm -rf /", "$(id)", "`id`", "$HOME", "a\nb\n", "\t", "*", "-rf",
                     "--help", "{text}", "{other}", "\\", "\\n", "%s%n", "é😀\u202e", "\x7f\x01", "x" * 20000, "!", "~"):
            argv, environment, data = self.show(text=text)
            self.assertEqual(argv, ["--", text, "a" + text + "b", "{other}", "{}", "{text"])
            self.assertEqual(environment, {"LV_ARG_TEXT": text})
            self.assertEqual(data, {"text": text})
        self.assertEqual(command.interrupt(), 0)

    def test_values_of_all_types(self):
        command = self.serve("--param", "i:integer", "--param", "n:number", "--param", "b:boolean", "--param", "e:on|off",
                             "--param", "o?:string", "--", *SHOW, "{i}%", "{n}", "{b}", "{e}", "{o}",
                             environment={"LV_ARG_O": "inherited"})
        argv, environment, data = self.show(i=-5, n=2.5, b=True, e="on")
        self.assertEqual(argv, ["-5%", "2.5", "true", "on", ""])
        self.assertEqual(environment, {"LV_ARG_I": "-5", "LV_ARG_N": "2.5", "LV_ARG_B": "true", "LV_ARG_E": "on"})
        argv = self.show(raw='{"i":1e2,"n":null,"b":false,"e":"\\u00e9\\ud83d\\ude00\\/","more":[{"x":"}]"},2]}')[0]
        self.assertEqual(argv, ["1e2%", "", "false", "é😀/", ""])
        command.interrupt()

    def test_text_is_no_option_by_surprise(self):
        command = self.serve("--param", "text:string", "--", "echo", "{text}", "-n{text}")
        self.assertIn("put '--' before {text}", self.call(text="-n").message)
        self.assertEqual(self.call(text="n-"), "n- -nn-")
        command.interrupt()
        self.assertIn("error: ", command.output)

    def test_what_no_command_can_be_given(self):
        command = self.serve("--param", "text:string", "--", "echo", "{text}")
        for raw in ('{"text":"a\\u0000b"}', "[]", "{", '{"text"}', '{"text":}', '{"text":"x"', '{"text":"\\ud800"}',
                    '{"text":"\\q"}', '"x"', "{} {}", '{"a":1,}', '{"a":"x\\'):
            self.assertIsInstance(self.call(raw=raw), GLib.Error, raw)
        self.assertIsInstance(self.call(text="x" * 200000), GLib.Error)
        self.assertEqual(self.call(text="still here"), "still here")
        command.interrupt()

    def test_results(self):
        command = self.serve("--param", "do:string", "--", "sh", "-c", "{do}")
        for script, result in (("printf 'a\\nb\\n\\n'", "a\nb"), ("true", "ok"), ("printf '\\377x'", "\ufffdx"),
                               ("echo noise >&2; echo x", "x"), ("exec <&-; echo unread", "unread")):
            self.assertEqual(self.call(do=script), result)
        self.assertIn("result: ok\n", command.output)
        for script, message in (("exit 3", "exit status 3"), ("echo one >&2; echo 'two ' >&2; exit 1", "two"),
                                ("kill -9 $$", "signal 9"), ("yes", "more than 131072 bytes"),
                                ("yes error >&2 & sleep 0.1; kill $!; exit 1", "err")):
            error = self.call(do=script)
            self.assertIsInstance(error, GLib.Error, script)
            self.assertIn(message, error.message)
        command.interrupt()

    def test_json_result(self):
        command = self.serve("--json-result", "echo", '{"a": [1]}')
        self.assertEqual(self.call(), {"a": [1]})
        command.interrupt()

    def test_command_that_goes_missing(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy("/bin/true", folder + "/program")
            command = self.serve(folder + "/program")
        self.assertIn(folder + "/program", self.call().message)
        command.interrupt()

    def wait_for_file(self, path):
        wait_for(lambda: os.path.exists(path) and os.path.getsize(path), path)
        with open(path) as file:
            return int(file.read())

    def is_alive(self, pid):
        try:
            with open("/proc/%d/stat" % pid) as file:
                return file.read().split(")")[1].split()[0] != "Z"
        except FileNotFoundError:
            return False

    def assert_all_gone(self, *pids):
        wait_for(lambda: not any(self.is_alive(pid) for pid in pids), "the end of the command")

    def hang(self, folder, extra=""):
        """A command that would run for ever, with a child that would too."""
        return ["sh", "-c", "%s sleep 1000 & echo $! >%s/child; echo $$ >%s/parent; wait" % (extra, folder, folder)]

    def test_timeout_kills_all_of_it(self):
        with tempfile.TemporaryDirectory() as folder:
            command = self.serve("--timeout", "1", "--", *self.hang(folder))
            self.assertIn("stopped after 1 second", self.call().message)
            self.assert_all_gone(self.wait_for_file(folder + "/child"), self.wait_for_file(folder + "/parent"))
            command.interrupt()

    def test_stubborn_command_is_killed(self):
        with tempfile.TemporaryDirectory() as folder:
            command = self.serve("--timeout", "1", "--", *self.hang(folder, "trap '' TERM;"))
            self.assertIsInstance(self.call(), GLib.Error)
            self.assert_all_gone(self.wait_for_file(folder + "/child"), self.wait_for_file(folder + "/parent"))
            command.interrupt()

    def test_cancel(self):
        with tempfile.TemporaryDirectory() as folder:
            command = self.serve(*self.hang(folder))
            outcome = self.begin_call(call_id="one")
            pids = self.wait_for_file(folder + "/child"), self.wait_for_file(folder + "/parent")
            for call_id in ("other", "one"):
                self.daemon.call(self.client, HANDLER, NAME + ".ToolHandler", "Cancel",
                                 GLib.Variant("(ss)", (call_id, "model-cancelled")))
            wait_for(lambda: outcome, "reply")
            self.assertIn("cancelled", outcome[0].message)
            self.assert_all_gone(*pids)
            command.interrupt()

    def test_the_end_ends_the_commands(self):
        with tempfile.TemporaryDirectory() as folder:
            command = self.serve(*self.hang(folder))
            self.begin_call()
            pids = self.wait_for_file(folder + "/child"), self.wait_for_file(folder + "/parent")
            command.send_signal(signal.SIGTERM)
            self.assertEqual(command.wait(), 128 + signal.SIGTERM)
            self.assert_all_gone(*pids)

    def test_what_is_left_in_the_background_does_not_hold_up_the_result(self):
        with tempfile.TemporaryDirectory() as folder:
            command = self.serve("sh", "-c", "echo started; sleep 1000 & echo $! >%s/child" % folder)
            self.assertEqual(self.call(), "started")
            pid = self.wait_for_file(folder + "/child")
            self.assertTrue(self.is_alive(pid))
            os.kill(pid, signal.SIGKILL)
            command.interrupt()

    def test_calls_run_in_parallel(self):
        with tempfile.TemporaryDirectory() as folder:
            command = self.serve("--param", "n:integer", "--", "sh", "-c",
                                 "touch %s/{n}; while ! test -e %s/go; do sleep 0.02; done; echo {n}" % (folder, folder))
            outcomes = [self.begin_call(call_id=str(n), n=n) for n in range(16)]
            wait_for(lambda: len(os.listdir(folder)) == 16, "16 commands at a time")
            self.assertIn("too many", self.call(call_id="17", n=17).message)
            open(folder + "/go", "w").close()
            wait_for(lambda: all(outcomes), "16 replies")
            self.assertEqual([json.loads(outcome[0][0]) for outcome in outcomes], [str(n) for n in range(16)])
            command.interrupt()

    def test_only_the_daemon_may_call(self):
        with tempfile.TemporaryDirectory() as folder:
            command = self.serve("touch", folder + "/ran")
            stranger = self.bus.connect()
            with self.assertRaisesRegex(GLib.Error, "AccessDenied"):
                self.call_as(stranger)
            self.assertIsInstance(self.call(name="other"), GLib.Error)
            run_for(100)
            self.assertEqual(os.listdir(folder), [])
            command.interrupt()

    def call_as(self, connection):
        outcome = []

        def finish(connection, result):
            try:
                outcome.append(connection.call_finish(result))
            except GLib.Error as error:
                outcome.append(error)

        connection.call(self.client, HANDLER, NAME + ".ToolHandler", "Call",
                        GLib.Variant("(sssa{sv})", ("id", "tool", "{}", {})), None, 0, 5000, None, finish)
        wait_for(lambda: outcome, "reply")
        if isinstance(outcome[0], GLib.Error):
            raise outcome[0]

    def test_restart_of_the_daemon(self):
        command = self.serve("echo", "hello")
        self.daemon.vanish()
        self.daemon = Daemon(self.bus)
        self.daemon.answers["RegisterTools"] = lambda call: setattr(self, "client", call.sender) or GLib.Variant("()", ())
        self.assertEqual(self.daemon.wait_for_call("RegisterTools"), self.registration)
        self.assertEqual(self.call(), "hello")
        self.assertEqual(command.interrupt(), 0)

    def test_refused_registration(self):
        self.daemon.answers["RegisterTools"] = lambda call: RemoteError("ToolNameInvalid", "The name must be shorter.")
        self.assertEqual(self.run_ctl("run-tool", "--name", "x", "--description", "y", "true"),
                         (1, "", "livevoicectl: The name must be shorter.\n"))

    def test_release_by_the_daemon(self):
        command = self.serve("true")
        for reason in ("shutdown", "not-permitted"):
            self.daemon.call(self.client, HANDLER, NAME + ".ToolHandler", "Released", GLib.Variant("(s)", (reason,)))
        self.assertEqual(command.wait(), 1)
        self.assertIn("not-permitted", command.errors)

    def test_json(self):
        command = self.serve("--param", "x:integer", "--", "echo", "{x}", options=["--json"])
        self.call(x=1)
        self.call(raw="[]")
        command.interrupt()
        self.assertEqual(command.errors, "")
        self.assertEqual([json.loads(line) for line in command.output.splitlines()][:3], [
            {"event": "registered"},
            {"event": "call", "call-id": "id", "arguments": '{"x": 1}'},
            {"event": "result", "call-id": "id", "ok": True, "text": "1"}])
        self.assertIs(json.loads(command.output.splitlines()[4])["ok"], False)


if __name__ == "__main__":
    unittest.main(verbosity=2)
