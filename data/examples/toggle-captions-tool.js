// SPDX-License-Identifier: MIT-0
// Starts or ends the conversation, prints its captions and offers it a tool: gjs -m FILE
import GLib from 'gi://GLib';
import {LiveVoice} from './livevoice.js';

const voice = new LiveVoice();
voice.onCaption = (role, text) => print(`${role}: ${text}`);
voice.addTool('computer_uptime', 'How long the computer has been running',
    () => ({minutes: Math.floor(GLib.get_monotonic_time() / 60e6)}));

voice.toggle().catch(logError);
new GLib.MainLoop(null, false).run();
