import {addedSource} from '../../source/domain/added-source.ts';
import type {Asking} from '../../source/domain/asking.ts';
import {changedSource} from '../../source/domain/changed-source.ts';
import {createState} from '../../source/domain/create-state.ts';
import {estimateTokens} from '../../source/domain/estimate.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {decodeEvent} from '../../source/domain/event-line.ts';
import type {FailureKind} from '../../source/domain/failure.ts';
import type {CallOutcome, DirectCall, SchemaCheck} from '../../source/domain/ports.ts';
import type {Price} from '../../source/domain/price.ts';
import {reduce} from '../../source/domain/reduce.ts';
import type {Endpoint, Request} from '../../source/domain/request.ts';
import {createRounds} from '../../source/domain/rounds.ts';
import {roundsSource} from '../../source/domain/rounds-source.ts';
import {
	type AnswerPolicy,
	defaultSettings,
	type RateSettings,
	type RetrySettings,
	type RunSettings,
} from '../../source/domain/settings.ts';
import type {Sharing} from '../../source/domain/sharing.ts';
import type {Stage} from '../../source/domain/stage.ts';
import type {RunState} from '../../source/domain/state.ts';
import {twinTableOf} from '../../source/domain/twin-table.ts';
import {createTwins} from '../../source/domain/twins.ts';
import type {AttemptRules} from '../../source/engine/attempt.ts';
import type {BatchPorts} from '../../source/engine/batch-lane-options.ts';
import {createEngine} from '../../source/engine/engine.ts';
import type {Engine, EngineEnd, EngineOptions} from '../../source/engine/engine-options.ts';
import {createFakeClock, type FakeClock} from './fake-clock.ts';
import {createMemoryJournal} from './memory-journal.ts';
import {createSource} from './scripted-source.ts';

export type Script = (call: DirectCall, attempt: number, now: number) => ScriptedOutcome;
export type ScriptedOutcome = {readonly afterMs: number; readonly outcome: CallOutcome};

export type Fixture = {
	readonly engine: Engine;
	readonly state: RunState;
	readonly clock: FakeClock;
	readonly events: RunEvent[];
	/** When each call left and which request it was, in order. */
	readonly calls: {readonly at: number; readonly index: number; readonly call: DirectCall}[];
	readonly lines: string[];
	/** From the journal, also what is not written yet. */
	readEvent(offset: number, body: boolean): RunEvent | null;
	/** Most calls at the same time. */
	peak(): number;
	/** Makes every flush throw until it is called with null. */
	breakDisk(code: string | null): void;
	/** What is written now is on the disk only after this long. */
	slowDisk(syncMs: number): void;
};

export type FixtureOptions = {
	readonly count: number;
	readonly script: Script;
	readonly models?: readonly string[];
	readonly rate?: Partial<RateSettings>;
	readonly retry?: Partial<RetrySettings>;
	readonly settings?: Partial<RunSettings>;
	readonly policy?: Partial<AnswerPolicy>;
	readonly schemaCheck?: SchemaCheck;
	readonly sharing?: Sharing;
	/** Requests are asked several times. */
	readonly asking?: Asking;
	/** Of every request. */
	readonly turns?: readonly string[];
	readonly leaveWhenStuck?: boolean;
	readonly staysWhenDone?: boolean;
	readonly body?: Request['body'];
	readonly endpoint?: Endpoint;
	/** What is different about each request's body. */
	readonly bodyOf?: (index: number) => Request['body'];
	/** By queue; absent: `price` for all. */
	readonly prices?: readonly (Price | null)[];
	/** How long an aborted call takes to end. */
	readonly abortedAfterMs?: number;
	/** What earlier sessions left on record. */
	readonly earlier?: readonly RunEvent[];
	readonly clock?: FakeClock;
	/** With them every provider has a Batch API. */
	readonly batches?: BatchPorts;
	readonly onStep?: EngineOptions['onStep'];
	readonly onlyProcess?: boolean;
	/** Of each request, the last before it that asks the same; -1: none. */
	readonly twins?: Int32Array;
	readonly stages?: readonly Stage[];
	readonly byStage?: AttemptRules['byStage'];
	/** Kills the session right after the event that is the first of which this holds. */
	readonly killAfter?: (event: RunEvent, nth: number) => boolean;
};

export const price: Price = {
	direct: {input: 2_500_000, cachedInput: 1_250_000, output: 10_000_000},
	batch: {input: 1_250_000, cachedInput: 625_000, output: 5_000_000},
	tiers: [],
	source: 'test',
};

/** An engine over a scripted transport, a journal in memory and a clock that the test moves. */
export function createFixture(options: FixtureOptions): Fixture {
	const clock = options.clock ?? createFakeClock();
	const models = options.models ?? ['m'];
	const bodyOf = options.bodyOf ?? (() => options.body ?? {max_tokens: 10});
	const state = createState();
	const asWritten = createSource(options.count, models, bodyOf, options.endpoint ?? 'chat', options.turns);
	const at = clock.now();
	const events: RunEvent[] = [];
	const lines: string[] = [];
	const calls: Fixture['calls'] = [];
	const attempts = new Map<number, number>();
	let out = 0;
	let peak = 0;
	let broken: string | null = null;
	let slow: Promise<void> | null = null;
	const journal = createMemoryJournal(
		lines,
		() => broken,
		() => slow,
	);
	const endpoint = options.endpoint ?? 'chat';
	const readEvent = (offset: number, body: boolean) => decodeEvent(journal.read(offset), {body});
	const rounds = options.asking
		? createRounds({
				asking: options.asking,
				state,
				readEvent: offset => readEvent(offset, true),
				endpoint,
				check: options.schemaCheck ?? null,
			})
		: null;
	const source = roundsSource(
		changedSource(addedSource(asWritten, state, endpoint, readEvent), state),
		state,
		rounds,
	);
	const rate = {...defaultSettings.rate, ...options.rate};
	const retry = {...defaultSettings.retry, ...options.retry};

	reduce(
		state,
		{
			type: 'run-created',
			at: clock.now(),
			runId: 'r',
			toolVersion: '0',
			specDigest: 'd',
			simulated: null,
			count: options.count,
			queues: asWritten.queues,
		},
		0,
	);

	for (const event of options.earlier ?? []) {
		reduce(state, event, journal.before(event));
	}

	const engine = createEngine({
		state,
		source,
		journal,
		clock,
		settings: {...defaultSettings, mode: 'direct', rate, retry, ...options.settings},
		batches: options.batches ?? null,
		onStep: options.onStep,
		queueRules: state.queues.map(() => ({hasBatch: options.batches !== undefined, maxOutput: null})),
		countTokens: (_, body) => estimateTokens(JSON.stringify(body)),
		stages: options.stages ?? [],
		onlyProcess: options.onlyProcess ?? false,
		twins: options.twins
			? createTwins(state, twinTableOf(options.twins), index => source.queueOf(index))
			: null,
		rules: {
			...(options.byStage ? {byStage: options.byStage} : null),
			retry,
			answer: {
				onTruncated: 'keep',
				onRefusal: 'fail',
				onContentFilter: 'fail',
				structured: false,
				endpoint,
				...options.policy,
			},
			schemaCheck: options.schemaCheck ?? null,
			sharing: options.sharing ?? null,
			rounds,
			random: () => 0.5,
		},
		leaveWhenStuck: options.leaveWhenStuck ?? true,
		staysWhenDone: options.staysWhenDone ?? false,
		onEvent(event) {
			events.push(event);
			if (options.killAfter?.(event, events.length)) {
				engine.forsake();
			}
		},
		onTurn() {},
		transport: {
			async send(call) {
				const index = call.body.index as number;
				const attempt = (attempts.get(index) ?? 0) + 1;
				attempts.set(index, attempt);
				calls.push({at: clock.now(), index, call});
				out++;
				peak = Math.max(peak, out);
				const {afterMs, outcome} = options.script(call, attempt, clock.now());
				const aborted = new Promise<CallOutcome>(resolve => {
					call.signal.addEventListener('abort', async () => {
						await (options.abortedAfterMs === undefined ? null : clock.sleep(options.abortedAfterMs));
						resolve({kind: 'aborted', maybeBilled: true});
					});
				});
				const result = await Promise.race([clock.sleep(afterMs).then(() => outcome), aborted]);
				out--;
				return result;
			},
			async close() {},
		},
	});

	engine.record({
		type: 'session-started',
		at,
		session: 1,
		pid: 1,
		host: 'h',
		prices: options.prices ?? state.queues.map(() => price),
		concurrency: rate.concurrency,
	});
	engine.start();
	return {
		engine,
		state,
		clock,
		events,
		calls,
		lines,
		readEvent,
		peak: () => peak,
		breakDisk: code => {
			broken = code;
		},
		slowDisk: syncMs => {
			slow = clock.sleep(syncMs).then(() => {
				slow = null;
			});
		},
	};
}

/** Moves the clock on until the run has ended, and returns how. */
export async function finish(fixture: Fixture, limitMs?: number): Promise<EngineEnd> {
	let isOver = false;
	const over = () => {
		isOver = true;
	};

	fixture.engine.finished.then(over, over);
	await fixture.clock.runUntil(() => isOver, limitMs);
	return fixture.engine.finished;
}

export function answered(
	text = 'yes',
	more: {readonly finish?: string; readonly usage?: object | null} = {},
): CallOutcome {
	const body = {
		object: 'chat.completion',
		choices: [{index: 0, message: {role: 'assistant', content: text}, finish_reason: more.finish ?? 'stop'}],
		...(more.usage === null ? {} : {usage: more.usage ?? {prompt_tokens: 10, completion_tokens: 5}}),
	};
	return {kind: 'answered', raw: JSON.stringify(body), body, requestId: 'req', headers: null};
}

export function failed(
	kind: FailureKind,
	status: number | null,
	more: {hintMs?: number; maybeBilled?: boolean} = {},
): CallOutcome {
	return {
		kind: 'failed',
		failure: {kind, status, code: null, message: `${kind} said the server`},
		retryHintMs: more.hintMs ?? null,
		requestId: null,
		maybeBilled: more.maybeBilled ?? false,
		raw: null,
		headers: null,
	};
}
