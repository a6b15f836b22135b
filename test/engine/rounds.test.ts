import {describe, expect, test} from 'vitest';
import {opinionsAsking} from '../../source/domain/opinions.ts';
import type {DirectCall} from '../../source/domain/ports.ts';
import {statusCode} from '../../source/domain/state.ts';
import {turnsAsking} from '../../source/domain/turns.ts';
import {createRowReader} from '../../source/store/row-reader.ts';
import {restoreState, saveState} from '../../source/store/saved-state.ts';
import {
	answered,
	createFixture,
	type Fixture,
	type FixtureOptions,
	failed,
	finish,
} from './engine-fixture.ts';
import {createSource} from './scripted-source.ts';

const opinions = opinionsAsking({min: 3, max: 5, confidence: 0.78, label: null, clear: null});

/** What each request gets, attempt by attempt: a letter is an answer, `5` a server error, `4` a bad request. */
function scripted(texts: readonly string[]): FixtureOptions['script'] {
	return (call, attempt) => {
		const letter = texts[call.body.index as number]![attempt - 1];
		const outcome =
			letter === '5'
				? failed('server', 500)
				: letter === '4'
					? failed('invalid_request', 400)
					: answered(letter);
		return {afterMs: 10, outcome};
	};
}

function callsOf({calls}: Fixture, index: number): number {
	return calls.filter(call => call.index === index).length;
}

function rowsOf(fixture: Fixture, options: FixtureOptions, index: number) {
	const source = createSource(options.count, ['m'], () => ({}), 'chat', options.turns);
	const offsets = new Map<number, string>();
	let end = 0;
	for (const line of fixture.lines) {
		offsets.set(end, line);
		end += Buffer.byteLength(line) + 1;
	}

	return createRowReader({
		state: fixture.state,
		readLine: offset => offsets.get(offset) ?? '',
		specAt: () => ({source, check: null, asking: options.asking ?? null}),
	}).read(index);
}

describe('a request that is asked several times', () => {
	test('gets as many calls as its opinions take: check 5 of the issue', async () => {
		const texts = ['aaa', 'aabab', '4aaa', 'a5aa', '44444', '4444a'];
		const options = {count: texts.length, script: scripted(texts), asking: opinions};
		const fixture = createFixture(options);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		// A failure that is retried is no opinion: `5` and its retry are one round.
		expect(texts.map((_, index) => callsOf(fixture, index))).toEqual([3, 5, 4, 4, 5, 5]);
		const {state} = fixture;
		expect([...state.columns.status]).toEqual([4, 4, 4, 4, 5, 4]);
		expect(state.rounds.size).toBe(1);
		expect(state.totals).toMatchObject({started: 6, attempts: 26, rounds: 19});
		expect(state.totals.attempts - state.totals.started - state.totals.rounds).toBe(1);
		expect(state.totals.done.direct).toBe(5);
		expect(state.queues[0]).toMatchObject({done: 5, failed: 1, inFlight: 0});
		expect(state.guard).toMatchObject({finished: 6, passed: 5});
		const read = rowsOf(fixture, options, 1);
		expect(read.kind === 'result' && read.rows).toMatchObject([
			{
				text: 'a',
				attempts: 5,
				usage: {prompt_tokens: 50, completion_tokens: 25},
				cost_usd: (5 * (10 * 2.5 + 5 * 10)) / 1e6,
				opinion: {label: 'a', is_clear: false, agreement: 0.6, answers: 5, counts: {a: 3, b: 2}},
			},
		]);
		const ended = rowsOf(fixture, options, 5);
		expect(ended.kind === 'result' && ended.rows).toMatchObject([
			{text: 'a', attempts: 5, opinion: {label: 'a', answers: 1, failed: 4}},
		]);
		expect(rowsOf(fixture, options, 4)).toMatchObject({
			kind: 'failure',
			row: {attempts: 5, error: {kind: 'invalid_request'}},
		});
	});

	test('is done where its last round fails and those before are enough', async () => {
		const options = {count: 1, script: scripted(['aabb4']), asking: opinions};
		const last = createFixture(options);
		await finish(last);
		expect(last.state.columns.status[0]).toBe(statusCode.done);
		expect(last.state.totals.failed.size).toBe(0);
		const read = rowsOf(last, options, 0);
		expect(read.kind === 'result' && read.rows).toMatchObject([
			{text: 'a', opinion: {failed: 1, answers: 4}},
		]);
	});

	test('goes on in its round after a kill, with the state file and without', async () => {
		const script = scripted(['aabab', 'aaa', 'a5aa']);
		const options = {count: 3, script, asking: opinions, rate: {concurrency: 1}} satisfies FixtureOptions;
		const whole = createFixture(options);
		await finish(whole);
		const total = whole.events.length;
		for (let kill = 3; kill < total; kill++) {
			const first = createFixture({...options, killAfter: (_, nth) => nth === kill});
			await first.clock.runUntil(() => first.events.length >= kill, 60_000);
			const saved = restoreState(JSON.parse(JSON.stringify(saveState(first.state, 'test'))));
			expect(saved?.rounds).toEqual(first.state.rounds);
			expect(saved?.roundDue).toEqual(first.state.roundDue);
			const out = [...first.state.inFlight.keys()];
			const lost = {
				type: 'attempts-lost',
				at: first.clock.now(),
				indexes: out,
				reason: 'killed',
				maybeBilledPico: 0,
				maybeBilledCalls: out.length,
			} as const;
			const answersBefore = first.events.filter(({type}) => type === 'attempt-answered').length;
			const done = new Map<number, number>();
			for (const event of first.events) {
				if (event.type === 'attempt-answered' || event.type === 'attempt-failed') {
					done.set(event.index, (done.get(event.index) ?? 0) + 1);
				}
			}

			const second = createFixture({
				...options,
				script: (call: DirectCall, attempt, now) =>
					script(call, attempt + (done.get(call.body.index as number) ?? 0), now),
				earlier: [...first.events, ...(out.length > 0 ? [lost] : [])],
			});
			expect(await finish(second)).toEqual({reason: 'done'});
			const answers = second.events.filter(({type}) => type === 'attempt-answered').length;
			expect(answersBefore + answers).toBe(11);
			expect(second.state.totals.done.direct).toBe(3);
			expect(second.state.rounds.size).toBe(0);
			expect(second.state.roundDue.size).toBe(0);
			const {started, rounds, attempts} = second.state.totals;
			expect(attempts - started - rounds).toBe(1 + out.length);
		}
	});
});

describe('turns', () => {
	const turns = ['hello', 'and then?', 'why?'];

	test('are sent one by one, each with what was answered before', async () => {
		const options = {
			count: 2,
			turns,
			asking: turnsAsking,
			script: scripted(['xyz', 'p5qr']),
			bodyOf: () => ({messages: [{role: 'user', content: 'hello'}], max_tokens: 5}),
		} satisfies FixtureOptions;
		const fixture = createFixture(options);
		await finish(fixture);
		const bodies = fixture.calls.filter(({index}) => index === 1).map(({call}) => call.body.messages);
		const first = [{role: 'user', content: 'hello'}];
		const second = [...first, {role: 'assistant', content: 'p'}, {role: 'user', content: 'and then?'}];
		const third = [...second, {role: 'assistant', content: 'q'}, {role: 'user', content: 'why?'}];
		expect(bodies).toEqual([first, second, second, third]);
		const read = rowsOf(fixture, options, 1);
		expect(read.kind === 'result' && read.rows).toMatchObject([
			{text: 'r', responses: ['p', 'q', 'r'], attempts: 4},
		]);
	});

	test('a turn that fails for good fails the request; tried again it goes on there, wiped it begins anew', async () => {
		const options = {
			count: 1,
			turns,
			asking: turnsAsking,
			script: scripted(['p4qr4pqr']),
			bodyOf: () => ({messages: [{role: 'user', content: 'hello'}]}),
			leaveWhenStuck: false,
			staysWhenDone: true,
		} satisfies FixtureOptions;
		const fixture = createFixture(options);
		const {state, engine, clock, calls} = fixture;
		const lengths = () => calls.map(({call}) => (call.body.messages as unknown[]).length);
		const settled = (count: number) => async () =>
			clock.runUntil(() => calls.length === count && state.inFlight.size === 0, 60_000);
		await settled(2)();
		expect(state.columns.status[0]).toBe(statusCode.failed);
		expect(state.rounds.get(0)).toBe(1);
		engine.send({type: 'retry', indexes: [0]});
		await settled(4)();
		expect(lengths()).toEqual([1, 3, 3, 5]);
		expect(state.columns.status[0]).toBe(statusCode.done);
	});
});
