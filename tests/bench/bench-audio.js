// SPDX-License-Identifier: GPL-3.0-or-later
//
// The same messages as bench-audio.c, with node's own means. The frame is a string already, as a text message would be.
'use strict';

const ROUND_NS = 20_000_000n;
const ROUNDS = 9;

const samples = 24000 * Number(process.argv[2]) / 1000;
const pcm = Buffer.alloc(samples * 2);
for (let i = 0; i < samples; i++)
    pcm.writeInt16LE(Math.trunc(12000 * Math.sin(i * 0.115) + 3000 * Math.sin(i * 1.7)), i * 2);

const frame = JSON.stringify({serverContent: {modelTurn: {role: 'model', parts: [
    {inlineData: {mimeType: 'audio/pcm;rate=24000', data: pcm.toString('base64')}}]}}});

function decode() {
    const message = JSON.parse(frame);
    return Buffer.from(message.serverContent.modelTurn.parts[0].inlineData.data, 'base64').length;
}

function encode() {
    const data = pcm.toString('base64');
    return JSON.stringify({realtimeInput: {audio: {mimeType: 'audio/pcm;rate=16000', data}}}).length;
}

function measure(operation) {
    let best = Infinity;
    for (let round = 0; round < ROUNDS; round++) {
        const start = process.hrtime.bigint();
        let now = start, calls = 0, sum = 0;
        do {
            for (let i = 0; i < 10; i++)
                sum += operation();
            calls += 10;
            now = process.hrtime.bigint();
        } while (now - start < ROUND_NS);
        if (sum === 0)
            throw new Error('nothing was done');
        best = Math.min(best, Number(now - start) / calls);
    }
    return best;
}

console.log(`${measure(decode)} ${measure(encode)}`);
