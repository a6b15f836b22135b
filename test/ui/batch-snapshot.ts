import type {BatchView} from '../../source/view/batches-view.ts';
import type {RunSnapshot} from '../../source/view/snapshot.ts';
import {snapshotAt, snapshotFixture} from './snapshot-fixture.ts';

const hourMs = 3_600_000;

export function batchView(shard: number, rest: Partial<BatchView> = {}): BatchView {
	return {
		shard,
		batchId: `batch_68f0a1c2d3e4f5${shard}`,
		status: 'in_progress',
		done: 1480,
		failed: 0,
		total: 2000,
		ageMs: 12 * 60_000,
		expiresInMs: 23 * hourMs,
		inputTokens: 1_200_000,
		outputTokens: 400_000,
		worstUsd: 0.42,
		spentUsd: 0.11,
		perMinute: 123,
		isCancelling: false,
		isPulled: false,
		pull: {requests: 520, batchUsd: 0.11, directUsd: 0.22},
		trouble: '',
		retryAt: null,
		isStalled: false,
		...rest,
	};
}

/** A run in both lanes, with a ceiling. */
export function batchSnapshot(rest: Partial<RunSnapshot> = {}): RunSnapshot {
	const base = snapshotFixture();
	return {
		...base,
		lanes: 'BATCH+DIRECT',
		laneReasons: [
			{
				queue: 'openai/gpt-4o-mini',
				lane: 'batch',
				why: '32,019 open requests, at least batch.min_requests 101',
			},
		],
		hasBatchLane: true,
		counts: {...base.counts, queued: 32_019, batched: 6000},
		eta: {atMostMs: 23 * hourMs},
		etas: {direct: {ms: 640_000, plusMinusMs: 41_000}, batch: {atMostMs: 23 * hourMs}},
		inFlight: {
			...base.inFlight,
			rates: [
				{
					queue: 'openai/gpt-4o-mini',
					perMinute: 1480,
					concurrency: null,
					requests: {used: 1204, of: 2000},
					tokens: {used: 961_000, of: 4_000_000},
					hold: null,
					cuts: 2,
					lastCuts: [
						{
							at: snapshotAt - 340_000,
							reason: 'rate_limit 429',
							fromPerMinute: 3100,
							toPerMinute: 1960,
						},
						{at: snapshotAt - 61_000, reason: 'rate_limit 429', fromPerMinute: 2010, toPerMinute: 1480},
					],
				},
			],
		},
		batches: {
			list: [
				batchView(1),
				batchView(2, {done: 750, failed: 10, ageMs: 6 * 60_000}),
				batchView(3, {
					perMinute: null,
					batchId: null,
					status: 'cut',
					done: 0,
					ageMs: 41_000,
					expiresInMs: null,
					trouble: '503 server: overloaded',
				}),
				batchView(4, {done: 40, ageMs: 2 * hourMs, expiresInMs: 22 * hourMs, isStalled: true}),
			],
			open: 4,
			remote: 3,
			finished: 2280,
			total: 8000,
			enqueued: [{queue: 'openai/gpt-4o-mini', tokens: 3_600_000, limit: 20_000_000}],
		},
		cost: {
			...base.cost,
			batchUsd: 12.4,
			directUsd: 6.02,
			ceilingUsd: 50,
			ceilings: [
				{limit: 'task.cost', used: 18.4221, of: 50},
				{limit: 'session.requests', used: 61_902, of: 200_000},
			],
			batchShare: 0.84,
			forcing: {requests: 34_019, batchUsd: 5.1, directUsd: 10.2},
		},
		...rest,
	};
}
