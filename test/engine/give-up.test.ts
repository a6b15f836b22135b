import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {answered, createFixture, failed, finish, price} from './engine-fixture.ts';
import {callsOf, pass, statusOf, wordsOf} from './triage-fixture.ts';
import {limitsOf, watchedRun, worstOf} from './watched-run.ts';

const stay = {leaveWhenStuck: false} as const;

describe('give up', () => {
	test('queued and waiting ones fail at once, a thousand a line, with their histories', async () => {
		const fixture = createFixture({
			count: 2600,
			rate: {concurrency: 2},
			retry: {initialMs: 60_000},
			script: ({body: {index}}) => ({
				afterMs: index === 0 ? 10 : 60_000,
				outcome: index === 0 ? failed('server', 503) : answered(),
			}),
		});
		await pass(fixture, 1000);
		const waited = fixture.state.columns.offset[0]!;
		const open = [...fixture.state.columns.status.keys()].filter(index => index !== 1 && index !== 2);
		fixture.engine.send({type: 'give-up', indexes: open});
		const lines = fixture.events.flatMap(event => (event.type === 'requests-given-up' ? [event] : []));
		expect(lines.map(({indexes}) => indexes.length)).toEqual([1000, 1000, 598]);
		expect(lines[0]!.previous.slice(0, 2)).toEqual([waited, -1]);
		expect(fixture.state.totals.failed).toEqual(new Map([['cancelled', 2598]]));
		expect(fixture.state.guard.finished).toBe(0);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.calls).toHaveLength(3);
		expect(fixture.state.totals.done.direct).toBe(2);
		expect(fixture.state.queues[0]!.failed).toBe(2598);
	});

	test('a call in flight is aborted, may be billed, and is given up before anything new starts', async () => {
		const fixture = createFixture({
			count: 3,
			rate: {concurrency: 1},
			script: ({body: {index}}) => ({afterMs: index === 0 ? 90_000 : 10, outcome: answered()}),
		});
		await pass(fixture, 1000);
		fixture.engine.send({type: 'give-up', indexes: [0]});
		expect(statusOf(fixture, 0)).toBe('in-flight');
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(wordsOf(fixture, 0)).toEqual([
			'attempt-started',
			'requests-unwanted',
			'attempts-lost',
			'requests-given-up',
		]);
		const types = fixture.events.map(({type}) => type);
		expect(types.indexOf('requests-given-up')).toBe(types.indexOf('attempts-lost') + 1);
		expect(callsOf(fixture, 0)).toEqual([0]);
		expect(callsOf(fixture, 1)).toEqual([1000]);
		const worst = worstOf(fixture.calls[0]!.call.body, fixture.state.queues[0]!.price);
		expect(fixture.state.totals.maybeBilled).toEqual({calls: 1, tokens: worst.tokens, cost: worst.costPico});
		expect(fixture.state.totals.failed).toEqual(new Map([['cancelled', 1]]));
		expect(fixture.state.unwanted.size).toBe(0);
	});

	test('it is on record before the call is aborted', async () => {
		const fixture = createFixture({
			count: 1,
			script: () => ({afterMs: 90_000, outcome: answered()}),
		});
		await pass(fixture, 1000);
		fixture.breakDisk('ENOSPC');
		fixture.engine.send({type: 'give-up', indexes: [0]});
		await pass(fixture, 5000);
		expect(statusOf(fixture, 0)).toBe('in-flight');
		fixture.breakDisk(null);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.maybeBilled.calls).toBe(1);
	});

	test('calls that wait for a disk that refuses never leave', async () => {
		const fixture = createFixture({count: 1, script: () => ({afterMs: 10, outcome: answered()})});
		fixture.breakDisk('ENOSPC');
		await pass(fixture, 100);
		expect(statusOf(fixture, 0)).toBe('in-flight');
		fixture.engine.send({type: 'give-up', indexes: [0]});
		fixture.breakDisk(null);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.calls).toEqual([]);
		expect(fixture.state.totals).toMatchObject({
			maybeBilled: {calls: 0},
			failed: new Map([['cancelled', 1]]),
		});
	});

	test('an answer that came after all is paid for, and kept', async () => {
		const fixture = createFixture({
			count: 1,
			abortedAfterMs: 500,
			script: () => ({afterMs: 1200, outcome: answered()}),
		});
		await pass(fixture, 1000);
		fixture.engine.send({type: 'give-up', indexes: [0]});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(wordsOf(fixture, 0)).toEqual(['attempt-started', 'requests-unwanted', 'attempt-answered']);
		expect(statusOf(fixture, 0)).toBe('done');
		expect(fixture.state.unwanted.size).toBe(0);
	});

	test.each([
		['a retry', failed('server', 503), 'cancelled'],
		['a wait', failed('rate_limit', 429), 'cancelled'],
		['a hold', failed('auth', 401), 'cancelled'],
		['nothing', failed('invalid_request', 400), 'invalid_request'],
	] as const)('a failure that came after all and leads to %s', async (_, outcome, kind) => {
		const fixture = createFixture({
			count: 1,
			abortedAfterMs: 500,
			script: () => ({afterMs: 1200, outcome}),
		});
		await pass(fixture, 1000);
		fixture.engine.send({type: 'give-up', indexes: [0]});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.calls).toHaveLength(1);
		expect(fixture.state.totals.failed).toEqual(new Map([[kind, 1]]));
		expect(fixture.state.waiting.size).toBe(0);
	});

	test.each(['requests-unwanted', 'attempts-lost'] as const)(
		'killed after %s: the next session gives it up before anything starts',
		async last => {
			const script = ({body: {index}}: {readonly body: {readonly index?: unknown}}) => ({
				afterMs: index === 0 ? 90_000 : 500,
				outcome: answered(),
			});
			const options = {count: 3, rate: {concurrency: 1}, script};
			let isKilled = false;
			const fixture = createFixture({
				...options,
				killAfter(event) {
					isKilled ||= event.type === last;
					return event.type === last;
				},
			});
			await pass(fixture, 1000);
			fixture.engine.send({type: 'give-up', indexes: [0]});
			await pass(fixture, 1000);
			expect(isKilled).toBe(true);
			const end = fixture.events.findIndex(({type}) => type === last);
			const lost: RunEvent = {
				type: 'attempts-lost',
				at: 1_003_000,
				indexes: [0],
				reason: 'killed',
				maybeBilledPico: 0,
				maybeBilledCalls: 1,
			};
			const earlier = [...fixture.events.slice(0, end + 1), ...(last === 'requests-unwanted' ? [lost] : [])];
			const next = createFixture({...options, earlier});
			expect(await finish(next)).toEqual({reason: 'done'});
			expect(next.events.map(({type}) => type).slice(0, 3)).toEqual([
				'session-started',
				'requests-given-up',
				'attempt-started',
			]);
			expect(next.calls.map(({index}) => index)).toEqual([1, 2]);
			expect(next.state.totals).toMatchObject({
				maybeBilled: {calls: 1},
				failed: new Map([['cancelled', 1]]),
			});
		},
	);

	test('a wiped given-up one comes back and is answered', async () => {
		const fixture = createFixture({
			...stay,
			count: 2,
			rate: {concurrency: 1},
			script: ({body: {index}}) => ({afterMs: index === 0 ? 5000 : 10, outcome: answered()}),
		});
		await pass(fixture, 1000);
		fixture.engine.send({type: 'give-up', indexes: [1]});
		expect(fixture.state.totals.failed).toEqual(new Map([['cancelled', 1]]));
		fixture.engine.send({type: 'wipe-failed', indexes: [1]});
		expect(fixture.state.totals.failed.size).toBe(0);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.done.direct).toBe(2);
	});
});

test('ceilings hold while a person gives up, retries and takes back', async () => {
	const {costPico} = worstOf({max_tokens: 10, index: 1000}, price);
	const ceiling = costPico * 40n;
	const run = watchedRun({
		...stay,
		count: 400,
		prices: [price],
		rate: {concurrency: 8},
		retry: {initialMs: 500},
		settings: {limits: limitsOf('task', {costPico: ceiling})},
		script: ({body: {index}}, attempt) => ({
			afterMs: 20 + ((index as number) % 7) * 30,
			outcome:
				attempt === 1 && (index as number) % 3 === 0
					? failed('timeout', null, {maybeBilled: true})
					: answered(),
		}),
	});
	for (let step = 0; step < 30; step++) {
		await pass(run, 25);
		const out = [...run.state.inFlight.keys()].filter(index => index % 2 === 0);
		run.engine.send({type: 'give-up', indexes: [...out, 300 + step]});
		run.engine.send({type: 'retry', indexes: [...run.state.waiting.keys(), ...out]});
		if (step % 4 === 0) {
			run.engine.send({type: 'undo'});
		}
	}

	await pass(run, 60_000);
	expect(run.most.costPico).toBeLessThanOrEqual(ceiling);
	expect(run.most.costPico).toBeGreaterThan(ceiling / 2n);
	expect(run.events.filter(({type}) => type === 'requests-given-up').length).toBeGreaterThan(20);
});
