#!/usr/bin/python3
# SPDX-License-Identifier: MIT-0
# Starts or ends the conversation, prints its captions and offers it a tool, until Ctrl-C
from time import monotonic
from livevoice import LiveVoice

voice = LiveVoice()
voice.on_caption = lambda role, text, final: print(f"{role}: {text}", flush=True)

@voice.tool("How long the computer has been running")
def computer_uptime():
    return {"minutes": int(monotonic() / 60)}

voice.toggle()
voice.run()
