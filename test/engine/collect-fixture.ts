import {createAgenda, updateAgenda} from '../../source/domain/agenda.ts';
import type {BatchState} from '../../source/domain/batch.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import type {Price} from '../../source/domain/price.ts';
import type {Request} from '../../source/domain/request.ts';
import {
	defaultSettings,
	type GuardSettings,
	type RemoteSettings,
	type RetrySettings,
} from '../../source/domain/settings.ts';
import type {Sharing} from '../../source/domain/sharing.ts';
import {statuses} from '../../source/domain/state.ts';
import type {BatchLaneOptions} from '../../source/engine/batch-lane-options.ts';
import {shardCut, submitted, updated} from '../domain/batch-fixture.ts';
import {
	created,
	type RunFixture,
	runFixture,
	sessionStarted,
	start,
	testPrice,
} from '../domain/run-fixture.ts';
import {okLine} from './fake-batch-lines.ts';
import {createFakeBatchApi, type FakeBatchApi, type FakeBatchOptions} from './fake-batch-transport.ts';
import {createFakeClock, type FakeClock} from './fake-clock.ts';
import {createMemoryShardFiles, type MemoryShardFiles} from './memory-shard-files.ts';

export type CollectFixtureOptions = {
	readonly count?: number;
	readonly status?: string;
	/** Lines of the result files; null: there is none. */
	readonly output?: readonly string[] | null;
	readonly errors?: readonly string[] | null;
	readonly api?: FakeBatchOptions;
	readonly price?: Price | null;
	readonly guard?: Partial<GuardSettings>;
	readonly remote?: Partial<RemoteSettings>;
	readonly retry?: Partial<RetrySettings>;
	readonly sharing?: Sharing;
	/** Instead of one batch that has ended. */
	readonly history?: readonly RunEvent[];
	/** Called each time that outcomes are handed to the disk. */
	readonly onWritten?: () => void;
};

export type CollectFixture = {
	readonly run: RunFixture;
	readonly lane: BatchLaneOptions;
	readonly api: FakeBatchApi;
	readonly files: MemoryShardFiles;
	readonly clock: FakeClock;
	readonly steps: string[];
	/** What was put on record since the fixture was made. */
	readonly events: RunEvent[];
	batch(shard?: number): BatchState;
	/** Lets an operation run to its end. */
	finish(operation: Promise<void>): Promise<void>;
	words(): readonly string[];
};

/** One batch that has ended, and what an operation on it needs of the batch lane. */
export function createCollectFixture(options: CollectFixtureOptions = {}): CollectFixture {
	const {count = 4} = options;
	const output = options.output === undefined ? okLines(count) : options.output;
	const errors = options.errors ?? null;
	const clock = createFakeClock(start);
	const api = createFakeBatchApi(clock, options.api);
	const files = createMemoryShardFiles();
	const run = runFixture(
		...(options.history ??
			history(count, options.status ?? 'completed', output !== null, errors !== null, options)),
	);
	for (const [id, lines] of [
		['file-1', []],
		['file-out-1', output],
		['file-err-1', errors],
	] as const) {
		if (lines) {
			const content = lines.map(line => `${line}\n`).join('');
			api.files.set(id, {id, name: `${id}.jsonl`, bytes: content.length, createdAt: 0, content});
		}
	}

	files.contents.set(1, 'the lines that were sent\n');
	const events: RunEvent[] = [];
	const steps: string[] = [];
	const source = {
		count: run.state.count,
		queues: run.state.queues.map(({info}) => info),
		queueOf: () => 0,
		id: String,
		expand: requestOf,
		close() {},
	};
	const agenda = createAgenda(run.state, source.queueOf);
	const lane: BatchLaneOptions = {
		transport: api,
		files,
		onStep: step => steps.push(step),
		state: run.state,
		source,
		agenda,
		clock,
		settings: {
			...defaultSettings,
			guard: {...defaultSettings.guard, ...options.guard},
			remote: {...defaultSettings.remote, ...options.remote},
		},
		rules: {
			retry: {...defaultSettings.retry, ...options.retry},
			answer: {
				onTruncated: 'keep',
				onRefusal: 'fail',
				onContentFilter: 'fail',
				structured: false,
				endpoint: 'chat',
			},
			schemaCheck: null,
			sharing: options.sharing ?? null,
			rounds: null,
			random: () => 0.5,
		},
		queueRules: run.state.queues.map(() => ({hasBatch: true, maxOutput: null})),
		countTokens: () => 10,
		readEvent: offset => run.readEvent(offset),
		onlyProcess: false,
		status: () => ({draining: false, diskFull: null}),
		lanes: () => run.state.queues.map(() => 'batch'),
		held: () => ({requests: 0, tokens: 0, costPico: 0n}),
		heldBy: () => ({requests: 0, tokens: 0, costPico: 0n}),
		record(event) {
			events.push(event);
			run.take(event);
			updateAgenda(agenda, run.state, event);
		},
		async written() {
			options.onWritten?.();
		},
		async durable() {},
		askForTurn() {},
		onBug(error) {
			throw error;
		},
	};
	return {
		run,
		lane,
		api,
		files,
		clock,
		steps,
		events,
		batch: (shard = 1) => run.state.batches.get(shard)!,
		async finish(operation) {
			let isOver = false;
			const over = () => {
				isOver = true;
			};

			operation.then(over, over);
			await clock.runUntil(() => isOver);
			await operation;
		},
		words: () => [...run.state.columns.status].map(code => statuses[code]!),
	};
}

function history(
	count: number,
	status: string,
	hasOutput: boolean,
	hasErrors: boolean,
	{price = testPrice}: CollectFixtureOptions,
): readonly RunEvent[] {
	return [
		created(count),
		sessionStarted([price]),
		shardCut(1, [...new Array(count).keys()]),
		...submitted(1),
		updated(1, status, {
			outputFileId: hasOutput ? 'file-out-1' : null,
			errorFileId: hasErrors ? 'file-err-1' : null,
		}),
	];
}

function requestOf(index: number): Request {
	return {
		id: String(index),
		index,
		queue: 0,
		endpoint: 'chat',
		provider: 'openai',
		model: 'gpt-4o-mini',
		modelArgs: {},
		body: {model: 'gpt-4o-mini', max_tokens: 10, index},
		asked: {prompt: 'p', prompt_raw: 'p', prompt_args: {}},
		input: {},
	};
}

/** The answer to the request at a position of shard 1. */
export function ok(position: number, shard = 1): string {
	return okLine({custom_id: `${shard}-${position}`, method: 'POST', url: '', body: {index: position}});
}

export function okLines(count: number): readonly string[] {
	return Array.from({length: count}, (_, position) => ok(position));
}
