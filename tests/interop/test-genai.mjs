// SPDX-License-Identifier: GPL-3.0-or-later
// The official JavaScript SDK holds conversations with the engine, as it does with the service.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { GoogleGenAI, Modality } from '@google/genai';
import { OAuth2Client } from 'google-auth-library';

import { Conversation, recording, silence, startEngine } from './peer.mjs';

const MODEL = 'gemini-3.8-live';
const CONFIG = {
  responseModalities: [Modality.AUDIO],
  inputAudioTranscription: {},
  outputAudioTranscription: {},
  sessionResumption: {},
  contextWindowCompression: { slidingWindow: {} },
  systemInstruction: 'You are a desktop assistant.',
  speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
};
const VOLUME = {
  name: 'set_volume',
  description: 'Sets the volume of the speaker',
  behavior: 'BLOCKING',
  parameters: {
    type: 'OBJECT',
    properties: { percent: { type: 'INTEGER', description: 'Volume in percent' } },
    required: ['percent'],
  },
};

let engine;
before(async () => { engine = await startEngine(); });
after(() => engine.stop());

function userOf(token) {
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: token, expiry_date: Date.now() + 3600_000 });
  return authClient;
}

const modes = {
  developer: () => ({ apiKey: 'any' }),
  'developer v1alpha': () => ({ apiKey: 'any', apiVersion: 'v1alpha' }),
  'developer v1beta': () => ({ apiKey: 'any', apiVersion: 'v1beta' }),
  vertex: () => ({
    vertexai: true, project: 'a-project', location: 'us-central1', googleAuthOptions: { authClient: userOf('ya29.any') },
  }),
  'vertex express': () => ({ vertexai: true, apiKey: 'any' }),
};

function client(mode) {
  return new GoogleGenAI({ ...modes[mode](), httpOptions: { baseUrl: engine.baseUrl } });
}

async function conversation(mode, config = {}, model = MODEL) {
  return Conversation.open(client(mode), model, { ...CONFIG, ...config });
}

function checkAnswer(turn, words) {
  assert.match(turn.said, words);
  assert.deepEqual(turn.ends, ['generationComplete', 'turnComplete']);
  assert.deepEqual([...turn.mimeTypes], ['audio/pcm;rate=24000']);
  assert.ok(turn.audioBytes > 24000 && turn.audioBytes % 2 === 0, `${turn.audioBytes} bytes of audio`);
}

function checkUsage(usage) {
  assert.ok(usage.responseTokenCount > 0, JSON.stringify(usage));
  assert.equal(usage.totalTokenCount, usage.promptTokenCount + usage.responseTokenCount);
  assert.equal(usage.responseTokensDetails[0].modality, 'AUDIO');
}

for (const mode of Object.keys(modes)) {
  test(`${mode}: text turn`, async () => {
    const peer = await conversation(mode);
    peer.session.sendRealtimeInput({ text: 'what time is it' });
    const turn = await peer.turn();
    checkAnswer(turn, /^It is \d/);
    checkUsage(turn.usage);
    peer.session.sendClientContent({ turns: 'what is two plus three', turnComplete: true });
    checkAnswer(await peer.turn(), /\b5\b/);
    assert.equal((await peer.close()).code, 1000);
  });
}

for (const mode of ['developer', 'vertex']) {
  test(`${mode}: spoken turn with transcriptions`, async () => {
    const peer = await conversation(mode);
    await peer.speak(Buffer.concat([silence(300), recording('ask-time')]));
    const turn = await peer.turn();
    assert.equal(turn.heard.trim(), 'what time is it');
    checkAnswer(turn, /^It is \d/);
    await peer.close();
  });

  test(`${mode}: tool call`, async () => {
    const peer = await conversation(mode, { tools: [{ functionDeclarations: [VOLUME] }] });
    await peer.speak(Buffer.concat([silence(300), recording('set-volume')]));
    const [call] = await peer.wait('toolCall', (message) => message.toolCall?.functionCalls);
    assert.equal(call.name, 'set_volume');
    assert.equal(typeof call.args.percent, 'number');
    peer.session.sendToolResponse({
      functionResponses: [{ id: call.id, name: call.name, response: { output: `the volume is ${call.args.percent}` } }],
    });
    // The turn that makes the call may end by itself
    let turn = await peer.turn();
    if (!turn.said) turn = await peer.turn();
    checkAnswer(turn, new RegExp(`${call.args.percent}`));
    await peer.close();
  });

  test(`${mode}: interruption`, async () => {
    const peer = await conversation(mode);
    peer.session.sendRealtimeInput({ text: 'tell me a story' });
    await peer.content('modelTurn');
    await peer.speak(recording('ask-time'));
    assert.deepEqual((await peer.turn()).ends, ['interrupted', 'turnComplete']);
    const turn = await peer.turn();
    assert.equal(turn.heard.trim(), 'what time is it');
    checkAnswer(turn, /^It is \d/);
    await peer.close();
  });

  test(`${mode}: resumption`, async () => {
    const first = await conversation(mode);
    const { newHandle } = await first.wait('sessionResumptionUpdate', (message) => message.sessionResumptionUpdate);
    first.session.sendRealtimeInput({ text: 'what is two plus three' });
    const { usage } = await first.turn();
    await first.close();

    const second = await conversation(mode, { sessionResumption: { handle: newHandle } });
    const update = await second.wait('sessionResumptionUpdate', (message) => message.sessionResumptionUpdate);
    assert.notEqual(update.newHandle, newHandle);
    second.session.sendRealtimeInput({ text: 'say that again' });
    const turn = await second.turn();
    checkAnswer(turn, /\b5\b/);
    assert.ok(turn.usage.promptTokenCount >= usage.totalTokenCount);
    await second.close();
  });
}

test('models', async () => {
  for (const mode of ['developer', 'vertex']) {
    const names = [];
    for await (const model of await client(mode).models.list()) names.push(model.name);
    assert.ok(names.some((name) => name.endsWith(`models/${MODEL}`)), names.join());
    assert.match((await client(mode).models.get({ model: MODEL })).name, new RegExp(`models/${MODEL}$`));
  }
  const live = await client('developer').models.get({ model: MODEL });
  assert.deepEqual(live.supportedActions, ['bidiGenerateContent']);
});

test('ephemeral token', async () => {
  const { name } = await client('developer').authTokens.create({
    config: {
      uses: 1,
      liveConnectConstraints: {
        model: MODEL,
        config: { responseModalities: [Modality.AUDIO], outputAudioTranscription: {}, sessionResumption: {} },
      },
      lockAdditionalFields: [],
    },
  });
  assert.match(name, /^auth_tokens\//);
  const guest = (config) => Conversation.open(
    new GoogleGenAI({ apiKey: name, apiVersion: 'v1alpha', httpOptions: { baseUrl: engine.baseUrl } }), MODEL, config);
  const peer = await guest({ responseModalities: [Modality.TEXT] });
  const { newHandle } = await peer.wait('sessionResumptionUpdate', (message) => message.sessionResumptionUpdate);
  peer.session.sendRealtimeInput({ text: 'what time is it' });
  checkAnswer(await peer.turn(), /^It is \d/);
  await peer.close();

  await assert.rejects(guest({}), /code 1008.*invalid authentication/);
  const again = await guest({ sessionResumption: { handle: newHandle } });
  await again.close();
});

test('what is refused has the words of the service', async () => {
  await assert.rejects(conversation('developer', {}, 'gemini-1.0-live'),
    /code 1008.*models\/gemini-1.0-live is not found for API version/);
  await assert.rejects(conversation('developer', { sessionResumption: { handle: 'never-seen' } }),
    /code 1008.*session not found/);
  await assert.rejects(conversation('developer', { thinkingConfig: { thinkingLevel: 'LOW' } }), /code 1007.*hinking level/);
});
