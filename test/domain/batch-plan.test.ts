import {describe, expect, test} from 'vitest';
import {type BatchPlanInput, goesOn, planBatches} from '../../source/domain/batch-plan.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import {shardCut, submitted, updated} from './batch-fixture.ts';
import {created, failure, queueInfo, runFixture, sessionStarted, start, testPrice} from './run-fixture.ts';

const queues = [queueInfo('gpt-4o-mini'), queueInfo('gpt-4o')];
const later = start + 60_000;

function inputAfter(events: readonly RunEvent[], fields: Partial<BatchPlanInput> = {}): BatchPlanInput {
	const {state} = runFixture(created(8, queues), sessionStarted([testPrice, testPrice]), ...events);
	return {
		state,
		settings: {...defaultSettings, mode: 'batch'},
		status: {draining: false, diskFull: null},
		onlyProcess: false,
		running: new Map(),
		absent: new Set(),
		unwanted: new Set(),
		pollAt: () => 0,
		...fields,
	};
}

function remoteAtMost(maxBatches: number): Pick<BatchPlanInput, 'settings'> {
	const remote = {...defaultSettings.remote, maxBatches};
	return {settings: {...defaultSettings, mode: 'batch', remote}};
}

const cut = shardCut(1, [0, 1]);
const uploaded: RunEvent = {type: 'batch-uploaded', at: start, shard: 1, fileId: 'file-1'};
const intent: RunEvent = {type: 'batch-submitting', at: start, shard: 1};
const atApi = [cut, ...submitted(1)];
const refused = (shard: number): RunEvent[] => [
	{type: 'batch-step-failed', at: start, shard, failure: failure('auth', 401), retryAt: later},
	{type: 'queue-held', at: start, queue: 0, failure: failure('auth', 401)},
];

describe('what is due', () => {
	const on = (what: string, events: readonly RunEvent[], due: string | null, fields = {}) => ({
		what,
		events,
		due,
		fields,
	});

	test.each([
		on('a cut shard', [cut], 'push'),
		on('an uploaded one', [cut, uploaded], 'push'),
		on('an intent that nobody knows the end of', [cut, uploaded, intent], 'find'),
		on('an intent that came to nothing', [cut, uploaded, intent], 'push', {absent: new Set([1])}),
		on('a batch', atApi, 'poll'),
		on('a batch that is polled later', atApi, null, {pollAt: () => later}),
		on('a batch that is not wanted', atApi, 'cancel', {unwanted: new Set([1])}),
		on('a batch that is ended', [...atApi, updated(1, 'expired')], 'collect'),
		on('a shard in a pause', [cut, {type: 'paused', at: start, cause: 'person'}], null),
		on('a batch in a pause', [...atApi, {type: 'paused', at: start, cause: 'person'}], 'poll'),
		on('a shard of a session that only processes', [cut], null, {onlyProcess: true}),
		on('a shard when direct is forced', [cut, {type: 'direct-forced', at: start, isOn: true}], 'release'),
		on('an operation under way', [cut], null, {running: new Map([[1, 'push']])}),
		on('a shard after trouble', [cut, ...refused(1).slice(0, 1)], null),
	])('$what: $due', ({events, due, fields}) => {
		expect(planBatches(inputAfter(events, fields), start).due[0]?.work ?? null).toBe(due);
	});

	test('one upload at a time, and no more at the API than may be', () => {
		const two = [shardCut(1, [0, 1]), shardCut(2, [2, 3])];
		expect(planBatches(inputAfter(two), start).due).toMatchObject([{work: 'push', batch: {shard: 1}}]);
		const full = inputAfter([...atApi, shardCut(2, [2, 3])], remoteAtMost(1));
		expect(planBatches(full, start).due).toMatchObject([{work: 'poll'}]);
	});

	test('two intents that came to nothing do not keep each other from the API', () => {
		const both = [1, 2].flatMap(shard => [
			shardCut(shard, [shard * 2, shard * 2 + 1]),
			...submitted(shard).slice(0, 2),
		]);
		const input = inputAfter(both, {absent: new Set([1, 2]), ...remoteAtMost(1)});
		expect(planBatches(input, start).due).toMatchObject([{work: 'push', batch: {shard: 1}}]);
	});
});

describe('goes on by itself', () => {
	test('a batch, but not with a key that is refused', () => {
		const input = inputAfter([...atApi, ...refused(1)]);
		expect(goesOn(inputAfter(atApi).state.batches.get(1)!, inputAfter(atApi))).toBe(true);
		expect(goesOn(input.state.batches.get(1)!, input)).toBe(false);
	});

	test('a shard behind a batch, but not behind one that waits for a person', () => {
		const waits = [...atApi, shardCut(2, [2, 3], {queue: 1})];
		for (const [events, expected] of [
			[waits, true],
			[[...waits, ...refused(1)], false],
		] as const) {
			const input = inputAfter(events, remoteAtMost(1));
			expect(goesOn(input.state.batches.get(2)!, input)).toBe(expected);
		}
	});

	test('no batch of a queue that left the spec and whose key is refused', () => {
		const input = inputAfter([...atApi, refused(1)[0]!]);
		const batch = input.state.batches.get(1)!;
		batch.formerQueue = {info: queues[0]!, price: null};
		batch.queue = -1;
		expect(goesOn(batch, input)).toBe(false);
	});
});
