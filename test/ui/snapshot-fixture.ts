import type {Status} from '../../source/domain/state.ts';
import type {RequestDetail} from '../../source/view/request-detail.ts';
import {plainOrder, type Row, type RowWindow, type RunSnapshot} from '../../source/view/snapshot.ts';

/** 20 November 2026, 12:41:09 in the time zone of the tests. */
export const snapshotAt = new Date(2026, 10, 20, 12, 41, 9).getTime();

const allOver = {total: 100_000, in_flight: 0, batched: 0, waiting: 0, queued: 0, missing: 0};

export function row(index: number, status: Status, rest: Partial<Row> = {}): Row {
	return {
		isMarked: false,
		isChanged: false,
		isUnwanted: false,
		moved: 0,
		index,
		id: String(index).padStart(6, '0'),
		status,
		model: 'gpt-4o-mini',
		attempts: status === 'queued' ? 0 : 1,
		rounds: 0,
		attemptsAllowed: 3,
		ageMs: status === 'queued' ? null : 31_000,
		tokens: status === 'done' ? 1204 : null,
		lane: 'direct',
		costUsd: status === 'done' ? 0.0003 : null,
		error: '',
		retryAt: null,
		...rest,
	};
}

const rows: readonly Row[] = [
	row(481, 'failed', {
		attempts: 3,
		ageMs: 41_000,
		tokens: 1204,
		costUsd: 0.0003,
		error: '500 server: the model produced an error',
	}),
	row(512, 'failed', {attempts: 3, ageMs: 39_000, error: '500 server: the model produced an error'}),
	row(733, 'failed', {
		tokens: 4096,
		costUsd: 0.0011,
		error: '400 context_length: maximum context length is 128000 tokens',
	}),
	row(801, 'waiting', {ageMs: 12_000, error: '429 rate_limit: slow down', retryAt: snapshotAt + 7600}),
	row(802, 'in-flight', {ageMs: 4200}),
	row(803, 'in-flight', {ageMs: 1900, attempts: 2}),
	...Array.from({length: 60}, (_, position) => row(900 + position, 'queued')),
];

/** The rows that a run publishes, in the plain order. */
export function rowWindow(rest: Partial<RowWindow> = {}): RowWindow {
	return {
		top: 0,
		total: 100_000,
		order: plainOrder,
		isFrozen: false,
		marked: 0,
		progress: null,
		problem: null,
		groups: null,
		cursor: null,
		rows,
		...rest,
	};
}

/** A run in the middle of its work. */
export function snapshotFixture(rest: Partial<RunSnapshot> = {}): RunSnapshot {
	return {
		at: snapshotAt,
		name: 'nightly-eval',
		phase: 'RUNNING',
		phaseDetail: '',
		paused: rest.phase === 'PAUSED',
		sample: null,
		models: 'gpt-4o-mini',
		lanes: 'DIRECT',
		laneReasons: [{queue: 'openai/gpt-4o-mini', lane: 'direct', why: 'mode direct'}],
		forceDirect: false,
		hasBatchLane: false,
		journalEnd: 5_000_000,
		simulated: false,
		elapsedMs: 4_364_000,
		total: 100_000,
		grows: false,
		counts: {queued: 38_019, waiting: 31, 'in-flight': 48, batched: 0, done: 61_590, failed: 312},
		accounted: {
			total: 100_000,
			done: 61_590,
			failed: 312,
			in_flight: 48,
			batched: 0,
			waiting: 31,
			queued: 38_019,
			missing: 0,
		},
		perSecond: 12.4,
		eta: {ms: 2_280_000, plusMinusMs: 240_000},
		etas: {direct: {ms: 2_280_000, plusMinusMs: 240_000}, batch: null},
		rows: rowWindow(),
		inFlight: {
			count: 48,
			concurrency: 64,
			recent: Array.from({length: 24}, (_, slice) => Math.min(64, 24 + slice * 3)),
			rates: [],
			p50Ms: 1900,
			p95Ms: 8200,
			oldest: Array.from({length: 20}, (_, position) => ({
				id: `000${802 + position}`,
				model: 'gpt-4o-mini',
				ageMs: 12_300 - position * 540,
				others: 0,
				attempt: position % 5 === 1 ? 2 : 1,
			})),
		},
		batches: {list: [], open: 0, remote: 0, finished: 0, total: 0, enqueued: []},
		retries: {
			causes: [
				{label: '429 rate limit', count: 281, recent: [1, 2, 5, 8, 7, 3, 2, 2, 4, 6, 3, 1]},
				{label: '503 server', count: 22, recent: [0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0]},
				{label: 'timeout', count: 9, recent: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]},
			],
			waiting: 31,
			nextRetryAt: snapshotAt + 7600,
			retries: 312,
		},
		cost: {
			spentUsd: 18.42,
			directUsd: 18.42,
			batchUsd: 0,
			unpricedCalls: 0,
			priceUnknown: false,
			heldUsd: 0.31,
			atStakeUsd: 0.31,
			ceilingObstacle: null,
			ceilingUsd: null,
			ceilings: [],
			batchShare: 0,
			meanUsd: 0.0003,
			forcing: {requests: 0, batchUsd: 0, directUsd: 0},
			maybeBilledCalls: 3,
			maybeBilledUsd: 0.0021,
			usdPerHour: 9.8,
			forecastUsd: 29.7,
			inputTokens: 41_200_000,
			cachedTokens: 3_000_000,
			outputTokens: 9_800_000,
			source: 'built-in table',
			packing: null,
			byQueue: [
				{
					key: 'openai gpt-4o-mini',
					done: 61_590,
					failed: 312,
					inputTokens: 41_200_000,
					outputTokens: 9_800_000,
					costUsd: 18.42,
				},
			],
		},
		undo: null,
		notices: [],
		report: null,
		resultsIn: null,
		...rest,
	};
}

/** The same run with every request at its end. */
export function finishedSnapshot(): RunSnapshot {
	const running = snapshotFixture();
	return {
		...running,
		phase: 'DONE',
		phaseDetail: '312 failed',
		counts: {queued: 0, waiting: 0, 'in-flight': 0, batched: 0, done: 99_688, failed: 312},
		accounted: {...allOver, done: 99_688, failed: 312},
		eta: null,
		etas: {direct: null, batch: null},
		inFlight: {...running.inFlight, count: 0, oldest: []},
		retries: {...running.retries, waiting: 0, nextRetryAt: null},
		resultsIn: 'nightly-eval.promptbatch/results.jsonl',
		report: {
			requests: {total: 100_000, done: 99_688, failed: 312, pending: 0},
			accounted: {...allOver, done: 99_688, failed: 312},
			failures: {server: 200, context_length: 112},
			attempts: 100_624,
			retries: 624,
			calls: 100_624,
			tokens: {input: 66_000_000, cached: 5_000_000, output: 15_800_000},
			cost_usd: 29.71,
			maybe_billed: {calls: 3, usd: 0.0021},
			mode: {direct: 100_000, batch: 0},
			session: {requests: 100_000, cost_usd: 29.71},
			seconds: 6720.4,
			latency_ms: {p50: 1873, p95: 8212},
			by_model: [
				{
					provider: 'openai',
					model: 'gpt-4o-mini',
					done: 99_688,
					failed: 312,
					tokens: {input: 66_000_000, cached: 5_000_000, output: 15_800_000},
					cost_usd: 29.71,
					direct_usd: 29.71,
					batch_usd: 0,
					p50_ms: 1873,
					p95_ms: 8212,
				},
			],
			errors: [
				{cause: 'rate_limit 429', attempts: 481},
				{cause: 'server 503', attempts: 322},
				{cause: 'context_length 400', attempts: 112},
				{cause: 'timeout', attempts: 9},
			],
		},
	};
}

export function detailFixture(index: number): RequestDetail {
	return {
		index,
		id: String(index).padStart(6, '0'),
		status: 'failed',
		provider: 'openai',
		model: 'gpt-4o-mini',
		changed: null,
		prompt:
			'Summarise the following filing in five bullet points. Use only facts stated in the text.\n\nThe company was founded in 1987.',
		body: '{\n  "model": "gpt-4o-mini",\n  "max_tokens": 256\n}',
		answers: [],
		finishReason: null,
		warnings: [],
		usage: null,
		costUsd: null,
		error:
			'400 context_length: context_length_exceeded: maximum context length is 128000 tokens (asked 131,204)',
		attempts: [
			{
				at: snapshotAt - 95_000,
				lane: 'direct',
				outcome: 'server',
				status: 503,
				message: 'overloaded',
				requestId: 'req_1b2c',
				latencyMs: 8400,
				costUsd: null,
				maybeBilled: true,
			},
			{
				at: snapshotAt - 31_000,
				lane: 'direct',
				outcome: 'context_length',
				status: 400,
				message: 'maximum context length is 128000 tokens (asked 131,204)',
				requestId: 'req_9f2c',
				latencyMs: 840,
				costUsd: null,
				maybeBilled: false,
			},
		],
	};
}
