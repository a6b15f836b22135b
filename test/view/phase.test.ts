import {describe, expect, test} from 'vitest';
import type {EngineStatus} from '../../source/domain/engine-status.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {type PhaseFacts, phaseOf} from '../../source/view/phase.ts';
import {
	answered,
	created,
	failed,
	failure,
	queueInfo,
	runState,
	sessionStarted,
	start,
	started,
} from '../domain/run-fixture.ts';

const queues = [queueInfo('a'), queueInfo('b', 'local')];
const now = start + 10_000;
const calm: PhaseFacts = {
	sessionStarted: true,
	pending: [3, 3],
	answered: 5,
	refused: 0,
	lastWasRefused: false,
	nextRetryAt: null,
	lanes: [],
};
const onlyFirst = {pending: [3, 0]};
const working = {draining: false, diskFull: null, heldPico: 0n, rates: [], undo: null};
const held = (queue: number): RunEvent => ({
	type: 'queue-held',
	at: start,
	queue,
	failure: failure('auth', 401, 'no such key'),
});
const misses = (queue: number, indexes: readonly number[]): RunEvent[] => [
	started(indexes, start, queue),
	...indexes.map(index =>
		failed(index, {failure: failure('network'), sequel: 'wait', retryAt: start + 18_000}),
	),
];
const hinted = failed(0, {
	failure: failure('rate_limit', 429),
	sequel: 'wait',
	hinted: true,
	retryAt: now + 7500,
});
const paused: RunEvent = {type: 'paused', at: start, cause: 'person'};

type Case = {
	readonly events?: readonly RunEvent[];
	readonly status?: Partial<EngineStatus>;
	readonly facts?: Partial<PhaseFacts>;
};

function phase({events = [], status = {}, facts = {}}: Case): string {
	const state = runState(created(12, queues), sessionStarted(), ...events);
	const view = phaseOf(state, {...working, ...status}, now, {...calm, ...facts});
	return view.detail === '' ? view.phase : `${view.phase}: ${view.detail}`;
}

const all = Array.from({length: 12}, (_, index) => index);

test.each<[string, Case, string]>([
	['nothing to tell', {}, 'RUNNING'],
	['before the session', {facts: {sessionStarted: false}}, 'STARTING'],
	['all done', {events: [started(all), ...all.map(index => answered(index))]}, 'DONE'],
	[
		'all done before this session began',
		{events: [started(all), ...all.map(index => answered(index))], facts: {sessionStarted: false}},
		'DONE',
	],
	[
		'done, one failed',
		{events: [started(all), ...all.slice(1).map(index => answered(index)), failed(0, {sequel: 'fail'})]},
		'DONE: 1 failed',
	],
	[
		'a full disk',
		{events: [paused], status: {diskFull: 'ENOSPC', draining: true}},
		'DISK FULL: ENOSPC, goes on as soon as the journal can be written',
	],
	['draining', {events: [paused, started([0, 1])], status: {draining: true}}, 'DRAINING: 2 in flight'],
	['paused', {events: [paused, held(0), held(1)]}, 'PAUSED'],
	['paused with calls out', {events: [started([0]), paused]}, 'PAUSED: 1 in flight'],
	[
		'every queue held',
		{events: [held(0), held(1)]},
		'HELD: openai/a: 401 auth: no such key; local/b: 401 auth: no such key',
	],
	[
		'the only queue with work held',
		{events: [held(0)], facts: onlyFirst},
		'HELD: openai/a: 401 auth: no such key',
	],
	['one of two queues held', {events: [held(0)]}, 'RUNNING: held: openai/a: 401 auth: no such key'],
	[
		'a hold about to be lifted',
		{events: [held(0), {type: 'resumed', at: start}], facts: onlyFirst},
		'RUNNING: openai/a tried with one call',
	],
	[
		'the only provider offline',
		{events: misses(0, [0, 1, 2, 3, 4]), facts: onlyFirst},
		'OFFLINE: openai cannot be reached, next try in 8s',
	],
	[
		'offline, with a probe out',
		{events: [...misses(0, [0, 1, 2, 3, 4]), started([5])], facts: onlyFirst},
		'OFFLINE: openai cannot be reached, trying',
	],
	[
		'one of two providers offline',
		{events: misses(0, [0, 1, 2, 3, 4])},
		'RUNNING: openai cannot be reached, next try in 8s',
	],
	[
		'one held, the other offline',
		{events: [held(1), ...misses(0, [0, 1, 2, 3, 4])]},
		'OFFLINE: held: local/b: 401 auth: no such key; openai cannot be reached, next try in 8s',
	],
	[
		'a hint of the server',
		{events: [started([0]), hinted], facts: onlyFirst},
		'THROTTLED: openai/a asked to wait, next in 8s',
	],
	[
		'a hint to one of two queues',
		{events: [started([0]), hinted]},
		'RUNNING: openai/a asked to wait, next in 8s',
	],
	[
		'a storm of 429',
		{events: [started([0, 1, 2])], facts: {answered: 2, refused: 30, nextRetryAt: now + 500}},
		'THROTTLED: 429 rate limit, 30 of 32 calls refused in 10 s, next in 1s',
	],
	[
		'a storm that everything in flight still has to meet',
		{events: [started(all)], facts: {answered: 0, refused: 1}},
		'RUNNING',
	],
	['a few refusals among answers', {facts: {answered: 30, refused: 20}}, 'RUNNING'],
	[
		'everything backing off after refusals',
		{
			events: [started(all), ...all.map(index => failed(index))],
			facts: {answered: 0, lastWasRefused: true, nextRetryAt: now + 2500},
		},
		'THROTTLED: 429 rate limit, 12 waiting, next in 3s',
	],
	[
		'everything backing off after other errors',
		{
			events: [started(all), ...all.map(index => failed(index))],
			facts: {answered: 0, nextRetryAt: now + 2500},
		},
		'RUNNING: 12 waiting, next in 3s',
	],
])('%s', (_, given, expected) => {
	expect(phase(given)).toBe(expected);
});

describe('the order of phases', () => {
	const trouble: Case = {
		events: [held(0), held(1), paused],
		status: {diskFull: 'ENOSPC', draining: true},
	};

	test.each<[Case, string]>([
		[trouble, 'DISK FULL'],
		[{...trouble, status: {draining: true}}, 'DRAINING'],
		[{...trouble, status: {}}, 'PAUSED'],
		[{events: [held(0), held(1)], facts: {refused: 99}}, 'HELD'],
		[{events: [held(1), ...misses(0, [0, 1, 2, 3, 4])], facts: {refused: 99}}, 'OFFLINE'],
	])('the first that holds is shown: %#', (given, expected) => {
		expect(phase(given).split(':')[0]).toBe(expected);
	});
});
