import type {RunEvent} from '../domain/event.ts';
import type {Clock, Journal, Transport} from '../domain/ports.ts';
import type {Price} from '../domain/price.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import type {AttemptRules} from '../engine/attempt.ts';
import type {BatchPorts} from '../engine/batch-lane.ts';
import {createEngine} from '../engine/engine.ts';
import type {EngineEnd} from '../engine/engine-options.ts';
import type {DisplayContext} from '../headless/display-event.ts';
import type {RunStart} from '../headless/run-start.ts';
import {buildDetail} from '../view/build-detail.ts';
import {buildReport} from '../view/build-report.ts';
import {createSnapshotBuilder} from '../view/build-snapshot.ts';
import {obstacleOf} from '../view/obstacle.ts';
import type {LocalRun, RunEnd} from '../view/run.ts';
import type {Notice, RunSnapshot} from '../view/snapshot.ts';
import {createPublisher} from './publisher.ts';
import {sessionFacts} from './session-facts.ts';

/** What a session needs of the store, so that it can be tested without a disk. */
export type SessionStore = {
	readonly journal: Journal;
	/** Null where the journal is damaged. */
	readEvent(offset: number, body: boolean): RunEvent | null;
	/** Writes the state file; true for the facts that are on the disk by then. */
	saveState(): Promise<void>;
	/** Spends at most `budgetMs` on rows of the result files. */
	advanceResults(budgetMs: number): void;
	/** Writes the result files whole; at a stop only if that is quick. Resolves to what a person must hear of them. */
	finishResults(whole: boolean): Promise<string | null>;
	/** Closes the files and gives the lock back. */
	close(): Promise<void>;
};

export type SessionOptions = {
	readonly name: string;
	readonly directory: string;
	readonly state: RunState;
	readonly source: RequestSource;
	readonly store: SessionStore;
	readonly transport: Transport;
	/** Null: everything goes direct. */
	readonly batches: BatchPorts | null;
	readonly queueRules: readonly QueueRules[];
	readonly countTokens: TokenCounter;
	/** Why a person can type no ceiling; absent or null: they can. */
	readonly ceilingObstacle?: string | null;
	readonly onlyProcess: boolean;
	readonly clock: Clock;
	readonly settings: RunSettings;
	readonly rules: AttemptRules;
	/** By queue. */
	readonly prices: readonly (Price | null)[];
	readonly leaveWhenStuck: boolean;
	readonly unpause: boolean;
	/** Sentences from opening the run: a torn line cut, a lock taken over. */
	readonly notices: readonly string[];
	/** Rejects when another instance took the run over. */
	readonly lockLost: Promise<never>;
	/** Ends what was opened for this session only: connections, the simulator. */
	readonly onEnd: () => Promise<void>;
	/** The lane and why, e.g. `mode auto: direct`. */
	readonly laneReason: string;
};

/** A run in this thread, with what the lines of a headless display need besides. */
export type Session = Omit<LocalRun, 'getSnapshot'> & {
	getSnapshot(): RunSnapshot;
	/** Something that a face shall tell, also after the end. */
	notice(level: Notice['level'], text: string): void;
	readonly begin: RunStart;
	readonly context: DisplayContext;
	/** To look at only. */
	readonly state: RunState;
};

const saveEveryMs = 3000;
/** Of every turn's time, spent on getting the result files ahead. */
const resultsBudgetMs = 2;

/** One process at work on one run: the engine, and everything that looks at it or saves it. */
export function startSession(options: SessionOptions): Session {
	const {state, source, store, clock, settings} = options;
	const eventListeners = new Set<(event: RunEvent) => void>();
	const builder = createSnapshotBuilder({
		name: options.name,
		settings,
		ceilingObstacle: options.ceilingObstacle ?? null,
		queueRules: options.batches && options.queueRules,
		source,
		readEvent: offset => store.readEvent(offset, false),
	});
	const publisher = createPublisher(clock);
	let snapshot: {readonly version: number; readonly value: RunSnapshot} | null = null;
	let saving: Promise<void> = Promise.resolve();
	let savedEnd = -1;
	let {leaveWhenStuck} = options;
	const countFinished = () => state.totals.status[statusCode.done]! + state.totals.status[statusCode.failed]!;
	const finishedBefore = countFinished();

	const engine = createEngine({
		state,
		source,
		journal: store.journal,
		transport: options.transport,
		batches: options.batches,
		queueRules: options.queueRules,
		countTokens: options.countTokens,
		onlyProcess: options.onlyProcess,
		clock,
		settings,
		rules: options.rules,
		get leaveWhenStuck() {
			return leaveWhenStuck;
		},
		onEvent(event) {
			builder.observe(event, state);
			for (const listener of eventListeners) {
				listener(event);
			}
		},
		onTurn() {
			store.advanceResults(resultsBudgetMs);
			publisher.change();
		},
	});

	const saveTimer = setInterval(() => {
		if (state.journalEnd !== savedEnd) {
			savedEnd = state.journalEnd;
			saving = saving.then(async () => store.saveState()).catch(noticeUnsaved);
		}
	}, saveEveryMs);
	saveTimer.unref();

	function noticeUnsaved(error: unknown): void {
		builder.notice('error', `state.json could not be written: ${(error as Error).message}`, clock.now());
		publisher.change();
	}

	async function finish(end: EngineEnd): Promise<RunEnd> {
		const at = clock.now();
		// A session may be stopped while only files at the API are left to remove.
		const isComplete = countFinished() === state.count;
		if (isComplete && state.finishedAt === null) {
			engine.record({type: 'run-finished', at});
		}

		engine.record({type: 'session-ended', at, reason: end.reason});
		clearInterval(saveTimer);
		await options.onEnd();
		await saving;
		try {
			store.journal.flush();
			const notice = await store.finishResults(isComplete);
			if (notice !== null) {
				builder.notice('error', notice, clock.now());
			}

			if (isComplete && !state.resultsWritten) {
				engine.record({type: 'results-written', at: clock.now()});
			}

			await store.saveState();
		} finally {
			publisher.stop();
			await store.close();
		}

		return {
			reason: end.reason,
			cause: end.reason === 'stopped' ? end.cause : null,
			why: end.reason === 'stuck' ? end.why : '',
			obstacle: obstacleOf(state),
			report: buildReport(state, at),
			directory: options.directory,
		};
	}

	for (const notice of options.notices) {
		builder.notice('warn', notice, clock.now());
	}

	const facts = sessionFacts(options, clock.now());
	for (const fact of facts) {
		engine.record(fact);
	}

	engine.start();
	const finished = Promise.race([engine.finished.then(finish), options.lockLost]);
	finished.catch(() => {});
	options.lockLost.catch(() => {
		clearInterval(saveTimer);
		engine.forsake();
	});

	return {
		subscribe: listener => publisher.subscribe(listener),
		getSnapshot() {
			if (snapshot?.version !== publisher.version()) {
				snapshot = {
					version: publisher.version(),
					value: builder.build(state, engine.status(), clock.now()),
				};
			}

			return snapshot.value;
		},
		notice(level, text) {
			builder.notice(level, text, clock.now());
			publisher.publishNow();
		},
		send(command) {
			if (command.type === 'leave-when-stuck') {
				leaveWhenStuck = true;
				engine.start();
			} else if (command.type !== 'act') {
				engine.send(command);
			}
		},
		mark() {},
		choose: async () => Promise.reject(new Error('sets are not there yet')),
		readRecord: async () => Promise.reject(new Error('records are not there yet')),
		exportSet: async () => Promise.reject(new Error('exports are not there yet')),
		look(window) {
			builder.look(window);
			publisher.publishNow();
		},
		readDetail: async index =>
			buildDetail(
				state,
				source,
				(offset, body) => store.readEvent(offset, body),
				options.rules.answer,
				index,
			),
		onEvent(listener) {
			// Nobody could listen yet when these went on record.
			facts.forEach(listener);
			eventListeners.add(listener);
		},
		finished,
		begin: {
			at: state.session.startedAt,
			name: options.name,
			runId: state.runId,
			count: state.count,
			finished: finishedBefore,
			models: state.queues.map(({info}) => info.model),
			lane: options.laneReason,
			directory: options.directory,
			session: state.session.number,
			simulated: state.simulated !== null,
		},
		context: {
			queues: source.queues,
			id: index => source.id(index),
			attempts: index => state.columns.attempts[index]!,
			batch: shard => state.batches.get(shard) ?? null,
		},
		state,
	};
}
