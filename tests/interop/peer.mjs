// SPDX-License-Identifier: GPL-3.0-or-later
// The engine as a child process, a conversation with it through the SDK, and a microphone at its pace.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 30000;
const CHUNK_MS = 20;
const BYTES_PER_MS = 32; // 16 kHz, 16 bits, mono
const WAV_HEADER = 44;

// Starts the program; its base URL and a function that ends it and checks how it ended.
export async function startEngine(...options) {
  const child = spawn(process.env.LV_ENGINE, ['--listen', '127.0.0.1:0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  return {
    baseUrl: `http://${line.trim()}`,
    async stop() {
      child.kill('SIGTERM');
      const [code, signal] = await once(child, 'exit');
      if (code !== 0) throw new Error(`the engine ended with ${code ?? signal}`);
    },
  };
}

export function recording(name) {
  return readFileSync(new URL(`${process.env.LV_TEST_DATA}/audio/${name}.wav`, import.meta.url)).subarray(WAV_HEADER);
}

export function silence(ms) {
  return Buffer.alloc(ms * BYTES_PER_MS);
}

// One connection: the messages in their order; waiting moves on through them.
export class Conversation {
  messages = [];
  #next = 0;
  #wake = () => {};
  #streaming = false;

  static async open(ai, model, config) {
    const self = new Conversation();
    self.session = await ai.live.connect({
      model,
      config,
      callbacks: {
        onmessage: (message) => self.#arrived(message),
        onclose: (event) => self.#arrived({ closed: { code: event.code, reason: event.reason } }),
      },
    });
    return self;
  }

  #arrived(message) {
    this.messages.push(message);
    this.#wake();
  }

  // The next message for which @match returns something, as [that, index].
  async wait(what, match) {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      while (this.#next < this.messages.length) {
        const index = this.#next++;
        const found = match(this.messages[index]);
        if (found) return found;
        const { closed } = this.messages[index];
        if (closed) throw new Error(`closed with ${closed.code} ${closed.reason} while waiting for ${what}`);
      }
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no ${what}; ${this.messages.length} messages came: ${this.#kinds()}`);
      await Promise.race([new Promise((resolve) => { this.#wake = resolve; }), sleep(left, null, { ref: false })]);
    }
  }

  #kinds() {
    const kinds = this.messages.flatMap((m) => Object.keys(m.serverContent ?? m));
    return kinds.filter((kind, i) => kind !== kinds[i - 1]).join(' ');
  }

  content(what) {
    return this.wait(what, (message) => message.serverContent?.[what]);
  }

  // Everything up to the end of the turn: what was said, its audio, and the order in which the ends came.
  async turn() {
    const turn = { heard: '', said: '', audioBytes: 0, mimeTypes: new Set(), ends: [], usage: undefined };
    await this.wait('turnComplete', (message) => {
      const content = message.serverContent ?? {};
      turn.heard += content.inputTranscription?.text ?? '';
      turn.said += content.outputTranscription?.text ?? '';
      for (const { inlineData } of content.modelTurn?.parts ?? []) {
        turn.audioBytes += Buffer.from(inlineData.data, 'base64').length;
        turn.mimeTypes.add(inlineData.mimeType);
      }
      for (const end of ['interrupted', 'generationComplete', 'turnComplete'])
        if (content[end]) turn.ends.push(end);
      turn.usage ??= message.usageMetadata;
      return content.turnComplete;
    });
    return turn;
  }

  // Sends @pcm as a microphone does, and then silence until the next call or close().
  async speak(pcm) {
    await this.#pause();
    this.#streaming = true;
    this.stream = this.#stream(pcm);
  }

  async #stream(pcm) {
    const start = Date.now();
    const size = CHUNK_MS * BYTES_PER_MS;
    for (let at = 0; this.#streaming; at += size) {
      const chunk = at < pcm.length ? pcm.subarray(at, at + size) : silence(CHUNK_MS);
      this.session.sendRealtimeInput({ audio: { data: chunk.toString('base64'), mimeType: 'audio/pcm;rate=16000' } });
      await sleep(Math.max(0, start + at / BYTES_PER_MS - Date.now()));
    }
  }

  async #pause() {
    this.#streaming = false;
    await this.stream;
  }

  async close() {
    await this.#pause();
    this.session.close();
    return this.wait('close', (message) => message.closed);
  }
}
