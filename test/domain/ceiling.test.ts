import {describe, expect, test} from 'vitest';
import {
	ceilingValue,
	heldByBatches,
	limitInTheWay,
	noDemand,
	roomUnder,
	takeRoom,
	taskCost,
} from '../../source/domain/ceiling.ts';
import {picodollars} from '../../source/domain/money.ts';
import {defaultSettings, type RunSettings} from '../../source/domain/settings.ts';
import {collected, shardCut, submitted, updated} from './batch-fixture.ts';
import {answered, created, runFixture, sessionStarted, start} from './run-fixture.ts';

const none = {requests: null, tokens: null, costPico: null};
const all: RunSettings['limits'] = {
	task: {requests: 10, tokens: 10_000, costPico: 10_000n},
	session: {requests: 5, tokens: 5000, costPico: 5000n},
};

function left(room: ReturnType<typeof roomUnder>) {
	return Object.fromEntries(room.map(({limit, left}) => [limit, Number(left)]));
}

test('without a ceiling there is nothing to look at', () => {
	const {state} = runFixture(created(1), sessionStarted());
	expect(roomUnder(state, defaultSettings.limits, noDemand)).toEqual([]);
});

test('what is spent, may have been billed or is in flight leaves no room', () => {
	const run = runFixture(created(4), sessionStarted());
	Object.assign(run.state.totals.maybeBilled, {tokens: 20, cost: 1000n});
	Object.assign(run.state.session, {maybeBilledTokens: 10, maybeBilled: 400n});
	const held = {requests: 1, tokens: 70, costPico: 300n};
	expect(left(roomUnder(run.state, all, held))).toEqual({
		'task.requests': 10,
		'task.ktokens': 9910,
		'task.cost': 8700,
		'session.requests': 5,
		'session.ktokens': 4920,
		'session.cost': 4300,
	});
});

test('a batch holds its worst case less what its answers cost, so that the sum never grows while it is collected', () => {
	const run = runFixture(created(4), sessionStarted(), shardCut(1, [0, 1, 2, 3]), ...submitted(1));
	const committed = () => {
		const {totals} = run.state;
		return totals.cost.batch + heldByBatches(run.state).costPico;
	};

	const before = committed();
	const requests = () => run.state.totals.calls + heldByBatches(run.state).requests;
	const lines = requests();
	const via = {lane: 'batch', batchId: 'batch_1'} as const;
	const usage = {input: 10, cached: 0, output: 3};
	run.take(updated(1, 'completed'), answered(0, {...via, usage, costPico: 700, allowed: 30}));
	expect(committed()).toBe(before);
	expect(requests()).toBe(lines);
	run.take(collected(1));
	expect(committed()).toBe(700n);
	expect(heldByBatches(run.state)).toEqual(noDemand);
});

describe('the limit in the way', () => {
	test('is the first that the demand passes; to reach it is allowed', () => {
		const {state} = runFixture(created(4), sessionStarted());
		const room = roomUnder(state, all, noDemand);
		expect(limitInTheWay(room, {requests: 5, tokens: 5000, costPico: 5000n})).toBeNull();
		expect(limitInTheWay(room, {requests: 1, tokens: 1, costPico: 5001n})).toBe('session.cost');
		expect(limitInTheWay(room, {requests: 11, tokens: 1, costPico: 0n})).toBe('task.requests');
		takeRoom(room, {requests: 5, tokens: 0, costPico: 0n});
		expect(limitInTheWay(room, {requests: 1, tokens: 0, costPico: 0n})).toBe('session.requests');
	});
});

describe('a ceiling that a person raised', () => {
	const raised = (over: number | null, costPico: number) => {
		const run = runFixture(created(1), sessionStarted());
		run.take({type: 'ceiling-raised', at: start, over, costPico});
		return run.state;
	};

	test('holds while the spec says the same, however large', () => {
		expect(taskCost(raised(1000, 2000), 1000n)).toBe(2000n);
		expect(taskCost(raised(null, 2000), null)).toBe(2000n);
		const large = picodollars(50_000);
		expect(taskCost(raised(Number(large), 2 * Number(large)), large)).toBe(2n * large);
	});

	test('gives way to another figure in the spec', () => {
		expect(taskCost(raised(1000, 2000), 1500n)).toBe(1500n);
		expect(taskCost(raised(1000, 2000), null)).toBeNull();
	});
});

test('a ceiling is told as a person writes it', () => {
	const {state} = runFixture(created(1), sessionStarted());
	const limits = {
		task: {requests: 7, tokens: 2500, costPico: picodollars(1.25)},
		session: none,
	};
	expect(ceilingValue(state, limits, 'task.requests')).toBe(7);
	expect(ceilingValue(state, limits, 'task.ktokens')).toBe(2.5);
	expect(ceilingValue(state, limits, 'task.cost')).toBe(1.25);
});
