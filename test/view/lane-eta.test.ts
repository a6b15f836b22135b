import {expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import {createSnapshotBuilder} from '../../source/view/build-snapshot.ts';
import {collected, shardCut, submitted} from '../domain/batch-fixture.ts';
import {
	answered,
	created,
	queueInfo,
	runFixture,
	sessionStarted,
	start,
	started,
	testPrice,
} from '../domain/run-fixture.ts';
import {indexes} from './watched-snapshot.ts';

const dayMs = 86_400_000;
const ofBatch = {lane: 'batch', batchId: 'batch_1'} as const;
const calm = {draining: false, diskFull: null, heldPico: 0n, rates: [], undo: null};

test('the direct lane has its own ETA while batches are out, and these theirs', () => {
	const queues = [queueInfo('gpt-4o-mini'), queueInfo('llama', 'local')];
	const run = runFixture(created(400, queues));
	const builder = createSnapshotBuilder({
		name: 'test',
		settings: {...defaultSettings, mode: 'auto'},
		queueRules: [
			{hasBatch: true, maxOutput: null},
			{hasBatch: false, maxOutput: null},
		],
		source: {count: 400, queues, queueOf: index => (index < 200 ? 0 : 1), id: String},
		readEvent: run.readEvent,
	});
	const take = (...events: readonly RunEvent[]) => {
		for (const event of events) {
			run.take(event);
			builder.observe(event, run.state);
		}
	};
	take(sessionStarted([testPrice, null]), shardCut(1, indexes(0, 200)), ...submitted(1));
	for (let index = 200; index < 300; index++) {
		const at = start + (index - 199) * 500;
		take(started([index], at - 500, 1), answered(index, {at, startedAt: at - 500}));
	}

	const now = start + 50_000;
	const {eta, etas} = builder.build(run.state, calm, now);
	expect(eta).toEqual({atMostMs: dayMs - 50_000});
	expect(etas.batch).toEqual({atMostMs: dayMs - 50_000});
	expect((etas.direct as {readonly ms: number}).ms / 50_000).toBeCloseTo(1, 1);
	// A whole batch at once says nothing about the pace of the calls.
	for (const index of indexes(0, 200)) {
		take(answered(index, {...ofBatch, at: now}));
	}

	take(collected(1, {at: now}));
	const after = builder.build(run.state, calm, now);
	expect(after.etas.batch).toBeNull();
	expect(after.etas.direct).toEqual(etas.direct);
	expect(after.eta).toEqual(etas.direct);
});
