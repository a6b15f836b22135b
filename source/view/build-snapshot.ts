import {accountsOf} from '../domain/accounts.ts';
import type {EngineStatus} from '../domain/engine-status.ts';
import type {RunEvent} from '../domain/event.ts';
import type {QueueRules} from '../domain/queue-rules.ts';
import type {RequestSource} from '../domain/request.ts';
import {resultPattern} from '../domain/result-files.ts';
import type {RunSettings} from '../domain/settings.ts';
import {type RunState, statusCode, statuses} from '../domain/state.ts';
import type {Dump} from './attempt-dump.ts';
import {batchesViewOf} from './batch-view.ts';
import {batchesUntil} from './batches-until.ts';
import {buildReport, endOf} from './build-report.ts';
import {createCallsTrend} from './calls-trend.ts';
import {costViewOf} from './cost-view.ts';
import {createCutWatch} from './cut-notices.ts';
import {type EtaFacts, etaOf, laneEtasOf} from './eta.ts';
import {cacheEvents} from './event-cache.ts';
import {inFlightViewOf} from './in-flight-view.ts';
import {directRemaining, laneReasons, lanesWord, queueLanes} from './lane-view.ts';
import type {ListView} from './list-view.ts';
import {createNextRetry, type NextRetry} from './next-retry.ts';
import type {Notice} from './notice.ts';
import {createNotices} from './notices.ts';
import {createPace, finishedPerSecond, observePace, outcomesNow, retryTailMs, spentPerHour} from './pace.ts';
import {createPendingByQueue, type PendingByQueue} from './pending-by-queue.ts';
import {phaseOf} from './phase.ts';
import {retriesViewOf} from './retries-view.ts';
import {windowOf} from './rows.ts';
import {createSampleWatch} from './sample-notices.ts';
import {sampleViewOf} from './sample-view.ts';
import {plainOrder, type RunSnapshot, type WindowRequest} from './snapshot.ts';
import {createStallWatch} from './stall.ts';

export type SnapshotOptions = {
	readonly name: string;
	readonly settings: RunSettings;
	/** The run directory, as a person is told it; absent: it is not told. */
	readonly directory?: string;
	/** Why a person can type no ceiling; absent or null: they can. */
	readonly ceilingObstacle?: () => string | null;
	/** By queue; null: there is no batch lane. */
	readonly queueRules: readonly QueueRules[] | null;
	readonly source: Pick<RequestSource, 'id' | 'queueOf' | 'queues' | 'count'>;
	/** The head of the journal line at an offset, without its body; null where it is damaged. */
	readonly readEvent: (offset: number) => RunEvent | null;
	/** The list as a person filters and marks it; absent: all rows in the plain order. */
	readonly list?: {view(window: WindowRequest): ListView};
};

/** Sees every live event, and makes of them and of the state what faces show. */
export type SnapshotBuilder = {
	/** After `reduce` took the event in. O(1): it is called thousands of times a second. */
	observe(event: RunEvent, state: RunState): void;
	/** Tells the person something that is no event. */
	notice(level: Notice['level'], text: string, at: number): void;
	/** Puts an attempt in full into the log. */
	dump(dump: Dump): void;
	look(window: WindowRequest): void;
	/** O(queues + rows + batches), save for one scan of the status column. */
	build(state: RunState, status: EngineStatus, now: number): RunSnapshot;
};

/** Only so many waiting requests are looked at for the one that comes due last. */
const fewWaiting = 1000;

export function createSnapshotBuilder(options: SnapshotOptions): SnapshotBuilder {
	const {name, settings, queueRules, source, readEvent} = options;
	const pace = createPace();
	const notices = createNotices(source, {
		id: index => source.id(index),
		taskCost: settings.limits.task.costPico,
	});
	const cutNews = createCutWatch();
	const trend = createCallsTrend();
	const stalled = createStallWatch();
	const sampleNews = createSampleWatch();
	const rowSources = {source, settings, readEvent: cacheEvents(readEvent)};
	let window: WindowRequest = {top: 0, count: 0, cursorIndex: null, order: plainOrder, showsGroups: false};
	let derived: {readonly pending: PendingByQueue; readonly nextRetry: NextRetry} | null = null;

	function observe(event: RunEvent, state: RunState): void {
		observePace(pace, event);
		notices.observe(event, state);
		trend.note(event.at, state.callsOut);
		derived?.pending.observe(event);
		derived?.nextRetry.observe(event);
		if (event.type === 'spec-changed' || event.type === 'queue-added' || event.type === 'params-changed') {
			derived = null;
		}
	}

	function build(state: RunState, status: EngineStatus, now: number): RunSnapshot {
		// Counted from the state when it is first seen, and from then on kept by the events.
		derived ??= {pending: createPendingByQueue(state, source), nextRetry: createNextRetry(state)};
		const pending = derived.pending.counts;
		const nextRetryAt = derived.nextRetry.at(state);
		const lanes = queueLanes(
			state,
			pending,
			derived.pending.pulled(),
			queueRules,
			settings,
			status.startable,
		);
		const batches = batchesViewOf(state, now);
		for (const [level, text] of stalled(state, now)) {
			notices.add(level, text, now);
		}

		for (const [level, text] of cutNews(status.rates)) {
			notices.log(level, text, now);
		}

		const cost = costViewOf(
			state,
			settings.limits,
			lanes,
			spentPerHour(pace, state.session.startedAt, now),
			status.heldPico,
		);
		const sample = sampleViewOf(
			state,
			pending.reduce((sum, amount) => sum + amount, 0),
			cost,
		);
		for (const [level, text] of sampleNews(state, sample)) {
			notices.add(level, text, now);
		}

		notices.look(now);
		const inFlight = inFlightViewOf(state, source, pace.latencies, status.rates, trend.read(now), now);
		const {phase, detail} = phaseOf(state, status, now, {
			...outcomesNow(pace, now),
			sessionStarted: pace.since !== null,
			pending,
			lastWasRefused: pace.lastWasRefused,
			nextRetryAt,
			lanes,
		});
		const grows = state.stages.some(({isOpen}) => isOpen);
		const etaFacts: EtaFacts = {
			phase,
			remaining: remainingOf(state, pending),
			lastFinishedAt: state.lastFinishedAt,
			lastRetryAt: lastRetryAt(state),
			inFlight: state.inFlight.size,
			tailMs:
				tailMs(state, inFlight.p95Ms, now) + retryTailMs(pace, now, inFlight.p50Ms ?? 0, inFlight.count),
			batchesUntil: batchesUntil(state, lanes),
		};
		return {
			at: now,
			name,
			phase,
			phaseDetail: detail,
			paused: state.paused,
			models: modelsText(source.queues.map(({model}) => model)),
			lanes: lanesWord(state, lanes),
			laneReasons: laneReasons(state, lanes),
			forceDirect: state.forceDirect,
			hasBatchLane: settings.mode !== 'direct' && (queueRules ?? []).some(({hasBatch}) => hasBatch),
			journalEnd: state.journalEnd,
			simulated: state.simulated !== null,
			elapsedMs: elapsedMs(state, now),
			total: state.count,
			grows,
			counts: countsOf(state),
			accounted: accountsOf(state),
			perSecond: finishedPerSecond(pace, now),
			eta: grows ? null : etaOf(pace, now, etaFacts),
			etas: grows
				? {direct: null, batch: null}
				: laneEtasOf(pace, now, etaFacts, directRemaining(state, lanes, source)),
			rows: windowOf(state, rowSources, window, now, options.list?.view(window)),
			inFlight,
			batches,
			retries: retriesViewOf(state, pace, nextRetryAt, now),
			cost: {...cost, ceilingObstacle: options.ceilingObstacle?.() ?? null},
			sample,
			undo: status.undo,
			notices: notices.list,
			report: phase === 'DONE' ? buildReport(state, now) : null,
			resultsIn: phase === 'DONE' && state.resultsWritten ? resultsPath(options.directory, state) : null,
		};
	}

	return {
		observe,
		notice: notices.add,
		dump: notices.dump,
		look(next) {
			window = next;
		},
		build,
	};
}

/** Of this session; of the whole run when it was over before. */
function elapsedMs(state: RunState, now: number): number {
	const end = endOf(state, now);
	const {number, startedAt} = state.session;
	return Math.max(0, end - (number <= 1 || end < startedAt ? state.createdAt : startedAt));
}

function resultsPath(directory: string | undefined, {results}: RunState): string | null {
	return directory === undefined ? null : `${directory}/${resultPattern(results.parts ?? null)}`;
}

function countsOf({totals}: RunState): RunSnapshot['counts'] {
	return Object.fromEntries(
		statuses.map(status => [status, totals.status[statusCode[status]]!]),
	) as RunSnapshot['counts'];
}

/** Requests that can get their outcome without a person: those of held queues wait for one. */
function remainingOf({queues}: RunState, pending: readonly number[]): number {
	return queues.reduce((sum, {access}, number) => sum + (access === 'held' ? 0 : (pending[number] ?? 0)), 0);
}

/** The call that began last is the last entry of its map; it will be out about as long as the slow ones were. */
function tailMs({inFlight}: RunState, p95Ms: number | null, now: number): number {
	let startedAt = now;
	for (const call of inFlight.values()) {
		startedAt = call.startedAt;
	}

	return Math.max(0, (p95Ms ?? 0) - (now - startedAt));
}

function lastRetryAt({waiting}: RunState): number | null {
	return waiting.size === 0 || waiting.size > fewWaiting ? null : Math.max(...waiting.values());
}

/** A group with a limit has queues of its own, of the same models. */
function modelsText(models: readonly string[]): string {
	const distinct = new Set(models);
	return distinct.size === 1 ? models[0]! : `${distinct.size} models`;
}
