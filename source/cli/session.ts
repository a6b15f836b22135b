import process from 'node:process';
import {isOver, unfinished} from '../domain/is-over.ts';
import {type ResultFacts, resultPattern} from '../domain/result-files.ts';
import type {RunState} from '../domain/state.ts';
import {createTwins} from '../domain/twins.ts';
import {createEngine} from '../engine/engine.ts';
import type {EngineEnd} from '../engine/engine-options.ts';
import type {DisplayContext} from '../headless/display-event.ts';
import type {RunStart} from '../headless/run-start.ts';
import {createDumper, type Dump} from '../view/attempt-dump.ts';
import {buildReport} from '../view/build-report.ts';
import {createSnapshotBuilder} from '../view/build-snapshot.ts';
import type {Notice} from '../view/notice.ts';
import {obstacleOf} from '../view/obstacle.ts';
import type {LocalRun, RunEnd} from '../view/run.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import {createAnnouncer} from './announcer.ts';
import {displayContext} from './display-context.ts';
import {exportSet} from './export-set.ts';
import {createPublisher} from './publisher.ts';
import {readRecord, recordRows} from './read-record.ts';
import {runStart} from './run-start.ts';
import {sessionFacts} from './session-facts.ts';
import {createSessionList} from './session-list.ts';
import type {SessionOptions} from './session-options.ts';
import {sessionRecords} from './session-records.ts';

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
	const {rounds} = options.rules;
	const announcer = createAnnouncer();
	const publisher = createPublisher(clock);
	const list = createSessionList({
		state,
		source,
		settings,
		readEvent: (offset, body) => store.readEvent(offset, body),
		endpoint: options.rules.answer.endpoint,
		changes: options.changes ?? null,
		clock,
		publisher,
	});
	const builder = createSnapshotBuilder({
		name: options.name,
		settings,
		ceilingObstacle: options.ceilingObstacle ?? (() => null),
		queueRules: options.batches && options.queueRules,
		source,
		readEvent: offset => store.readEvent(offset, false),
		directory: options.directory,
		list,
	});
	const dumpListeners = new Set<(dump: Dump) => void>();
	const dumper = createDumper(options.verbose ?? 'never', {
		state,
		source,
		rounds: rounds && {of: rounds, first: options.firstRound ?? source},
		policy: options.rules.answer,
	});
	let snapshot: {readonly version: number; readonly value: RunSnapshot} | null = null;
	let saving: Promise<void> = Promise.resolve();
	let savedEnd = -1;
	let restedAt: number | null = null;
	/** Another session has the run now: nothing more of it is written here. */
	let isForsaken = false;
	/** Somebody is there who may go on with what is stuck or done. */
	let isAttended = true;
	const finishedBefore = state.count - unfinished(state);

	const twins = options.twins ? createTwins(state, options.twins, index => source.queueOf(index)) : null;
	const engine = createEngine({
		twins,
		state,
		source,
		journal: store.journal,
		transport: options.transport,
		batches: options.batches,
		onStep: options.onStep,
		queueRules: options.queueRules,
		countTokens: options.countTokens,
		stages: options.stages ?? [],
		onlyProcess: options.onlyProcess,
		clock,
		settings,
		rules: options.rules,
		goesOnAfterSample: options.goesOn,
		get staysWhenDone() {
			return options.staysWhenDone && isAttended;
		},
		get leaveWhenStuck() {
			return options.leaveWhenStuck || !isAttended;
		},
		onEvent(event) {
			builder.observe(event, state);
			list.observe(event);
			const dump = dumper(event);
			if (dump) {
				builder.dump(dump);
				dumpListeners.forEach(listener => void listener(dump));
			}

			announcer.keep(event);
		},
		onTurn() {
			if (engine.status().diskFull === null) {
				announcer.announce();
			}

			store.advanceResults(resultsBudgetMs);
			restIfDone();
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
		builder.notice('error', `what was done could not be saved: ${(error as Error).message}`, clock.now());
		publisher.change();
	}

	const records = sessionRecords(options);

	/** Every request has its outcome and the session stays: what it came to is written now, and again after each wipe. */
	function restIfDone(): void {
		if (!options.staysWhenDone || !isOver(state) || restedAt === (state.finishedAt ?? -1)) {
			return;
		}

		if (state.finishedAt === null) {
			engine.record({type: 'run-finished', at: clock.now()});
		}

		restedAt = state.finishedAt;
		saving = saving.then(async () => writeResults(restedAt)).catch(noticeUnsaved);
	}

	/** Null where there was nothing to write. */
	async function finishResults(isWhole: boolean): Promise<ResultFacts | null> {
		store.journal.flush();
		announcer.announce();
		const {notice, facts} = await store.finishResults(isWhole);
		if (notice !== null) {
			builder.notice('error', notice, clock.now());
		}

		return facts;
	}

	async function writeResults(finishedAt: number | null): Promise<void> {
		const facts = await finishResults(true);
		// A person may have sent some of them again in the meantime.
		if (facts !== null && state.finishedAt === finishedAt && !isForsaken) {
			engine.record({type: 'results-written', at: clock.now(), ...facts});
			await store.saveState();
		}
	}

	async function finish(end: EngineEnd): Promise<RunEnd> {
		const at = clock.now();
		// A session may be stopped while only files at the API are left to remove.
		const isComplete = isOver(state);
		if (isComplete && state.finishedAt === null) {
			engine.record({type: 'run-finished', at});
		}

		engine.record({type: 'session-ended', at, reason: end.reason});
		clearInterval(saveTimer);
		await options.onEnd();
		await saving;
		let facts: ResultFacts | null = null;
		try {
			facts = await finishResults(isComplete);
			if (isComplete && facts !== null) {
				engine.record({type: 'results-written', at: clock.now(), ...facts});
			}

			await store.saveState();
			announcer.announce();
		} finally {
			publisher.stop();
			await store.close();
		}

		return {
			reason: end.reason,
			cause: end.reason === 'stopped' ? end.cause : null,
			why: end.reason === 'stuck' ? end.why : '',
			obstacle: obstacleOf(state),
			sample: snapshotNow().sample,
			report: buildReport(state, at, facts ?? undefined),
			directory: options.directory,
			results: resultPattern(state.results.parts ?? null),
		};
	}

	const snapshotNow = () => builder.build(state, engine.status(), clock.now());
	for (const notice of options.notices) {
		builder.notice('warn', notice, clock.now());
	}

	const facts = sessionFacts(options, twins?.isParked ?? null, clock.now());
	for (const fact of facts) {
		engine.record(fact);
	}

	engine.start();
	const finished = Promise.race([engine.finished.then(finish), options.lockLost]);
	finished.catch(() => {});
	options.lockLost.catch(() => {
		isForsaken = true;
		clearInterval(saveTimer);
		engine.forsake();
	});

	return {
		subscribe: listener => publisher.subscribe(listener),
		getSnapshot() {
			if (snapshot?.version !== publisher.version()) {
				snapshot = {version: publisher.version(), value: snapshotNow()};
			}

			return snapshot.value;
		},
		notice(level, text) {
			builder.notice(level, text, clock.now());
			publisher.publishNow();
		},
		send(command) {
			if (command.type === 'leave-when-stuck') {
				isAttended = false;
				engine.start();
				return;
			}

			const asked = command.type === 'act' ? list.act(command.set, command.act) : command;
			if (asked === null) {
				builder.notice('warn', 'nothing was done: choose the requests again', clock.now());
				publisher.publishNow();
			} else {
				engine.send(asked);
			}
		},
		mark(change) {
			list.mark(change);
			publisher.publishNow();
		},
		choose: list.choose,
		readRecord: async (index, form) => readRecord(records, index, form),
		exportSet: async set =>
			exportSet({
				name: options.name,
				folder: process.cwd(),
				indexes: list.indexesOfSet(set),
				rowsOf: index => recordRows(records, index),
			}),
		look(window) {
			builder.look(window);
			list.look(window);
			publisher.publishNow();
		},
		readDetail: async index => records.readDetail(index),
		onEvent(listener) {
			// Nobody could listen yet when these went on record.
			facts.forEach(listener);
			announcer.listen(listener);
		},
		onDump: listener => void dumpListeners.add(listener),
		finished,
		begin: runStart(options, finishedBefore),
		context: displayContext({state, source, rounds, forecastUsd: () => snapshotNow().cost.forecastUsd}),
		state,
	};
}
