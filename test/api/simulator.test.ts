import {expect, onTestFinished, test, vi} from 'vitest';
import {createDirectTransport} from '../../source/api/direct-transport.ts';
import type {CallOutcome} from '../../source/domain/ports.ts';
import type {Endpoint} from '../../source/domain/request.ts';
import type {SimulatorCall} from '../../source/simulator/call.ts';
import {parseScript} from '../../source/simulator/script.ts';
import {startSimulator} from '../../source/simulator/server.ts';

async function simulated(script: string) {
	const calls: SimulatorCall[] = [];
	const simulator = await startSimulator({
		script: parseScript(script),
		onCall(call) {
			calls.push(call);
		},
	});
	const transport = createDirectTransport({
		providers: [{name: 'openai', baseUrl: simulator.url, keyFor: () => 'sk-simulated'}],
		connections: 64,
	});
	onTestFinished(async () => {
		await transport.close();
		await simulator.close();
	});
	const send = async (endpoint: Endpoint, body: object, timeoutMs = 10_000): Promise<CallOutcome> =>
		transport.send({
			provider: 'openai',
			endpoint,
			model: 'gpt-4o-mini',
			body: {model: 'gpt-4o-mini', ...body},
			timeoutMs,
			signal: new AbortController().signal,
		});
	return {calls, send};
}

test('every endpoint is answered', async () => {
	const {send} = await simulated('seed=3');
	const messages = [{role: 'user', content: 'Hello'}];
	for (const [endpoint, body] of [
		['chat', {messages, n: 2}],
		['completions', {prompt: 'Hello'}],
		['responses', {input: 'Hello'}],
		['embeddings', {input: 'Hello', model: 'text-embedding-3-small'}],
		['moderations', {input: 'Hello', model: 'omni-moderation-latest'}],
	] as const) {
		expect(await send(endpoint, body), endpoint).toMatchObject({kind: 'answered'});
	}
});

test('each of its faults is known for what it is', async () => {
	const {calls, send} = await simulated(
		'seed=5,429=10%,500=10%,503=10%,html=10%,cut=10%,empty=10%,malformed=10%,hang=10%,retry_after=2s',
	);
	const expected = {
		429: {failure: {kind: 'rate_limit', status: 429}, retryHintMs: 2000, maybeBilled: false},
		500: {failure: {kind: 'server', status: 500}, maybeBilled: false},
		503: {failure: {kind: 'server', status: 503}, maybeBilled: false},
		cut: {failure: {kind: 'malformed', status: 200}, maybeBilled: true},
		empty: {failure: {kind: 'malformed', status: 200}, maybeBilled: true},
		malformed: {failure: {kind: 'malformed', status: 200}, maybeBilled: true},
		hang: {failure: {kind: 'timeout', status: null}, maybeBilled: true},
	};
	const outcomes = await Promise.all(
		Array.from({length: 200}, async (_, index) => {
			const content = `row ${index}`;
			return {content, outcome: await send('chat', {messages: [{role: 'user', content}]}, 1500)};
		}),
	);
	// The server notices a moment later that a client has hung up.
	await vi.waitFor(() => expect(calls).toHaveLength(200));
	const met = new Set<string>();
	for (const {content, outcome} of outcomes) {
		const call = calls.find(({body}) => JSON.stringify(body).includes(`"${content}"`));
		const fault = call?.fault ?? 'none';
		met.add(fault);
		if (fault === 'none') {
			expect(outcome, content).toMatchObject({kind: 'answered'});
		} else if (fault === 'html') {
			const kind = call?.status === 200 ? 'malformed' : 'server';
			expect(outcome, content).toMatchObject({failure: {kind, status: call?.status}});
			expect(JSON.stringify(outcome)).toContain('HTML page: 502 Bad Gateway');
		} else {
			expect(outcome, content).toMatchObject(expected[fault as keyof typeof expected]);
		}
	}

	expect([...met].sort()).toEqual([...Object.keys(expected), 'html', 'none'].sort());
});

test('an exhausted quota and a revoked key are told apart from a rate limit', async () => {
	const spent = await simulated('seed=1,quota_after=1');
	const messages = [{role: 'user', content: 'Hello'}];
	expect(await spent.send('chat', {messages})).toMatchObject({kind: 'answered'});
	expect(await spent.send('chat', {messages})).toMatchObject({failure: {kind: 'quota', status: 429}});
	const revoked = await simulated('seed=1,auth_after=1');
	expect(await revoked.send('chat', {messages})).toMatchObject({kind: 'answered'});
	expect(await revoked.send('chat', {messages})).toMatchObject({failure: {kind: 'auth', status: 401}});
});
