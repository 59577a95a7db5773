// SPDX-License-Identifier: GPL-3.0-or-later
// The socket's part of a conversation by the official SDK: 20 ms of silence go out in each frame, at their pace, and of
// what comes the audio is decoded. No microphone, no speaker. usage: bench-sdk.mjs URL
import { GoogleGenAI, Modality } from '@google/genai';

const CHUNK_MS = 20;
const chunk = Buffer.alloc(16000 * 2 * CHUNK_MS / 1000);
let heard = 0;

const ai = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: process.argv[2] } });
const session = await ai.live.connect({
  model: 'gemini-3.8-live',
  config: { responseModalities: [Modality.AUDIO] },
  callbacks: {
    onmessage: ({ serverContent }) => {
      for (const { inlineData } of serverContent?.modelTurn?.parts ?? [])
        heard += Buffer.from(inlineData.data, 'base64').length;
    },
    onclose: () => process.exit(0),
  },
});

const start = performance.now();
let sent = 0;
function send() {
  for (; sent * CHUNK_MS <= performance.now() - start; sent++)
    session.sendRealtimeInput({ audio: { data: chunk.toString('base64'), mimeType: 'audio/pcm;rate=16000' } });
  setTimeout(send, start + sent * CHUNK_MS - performance.now());
}
send();
