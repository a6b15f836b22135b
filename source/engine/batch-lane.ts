import type {Agenda} from '../domain/agenda.ts';
import type {BatchTransport, ShardFiles} from '../domain/batch-ports.ts';
import type {Demand, LimitName} from '../domain/ceiling.ts';
import type {EngineStatus} from '../domain/engine-status.ts';
import type {RunEvent} from '../domain/event.ts';
import type {LaneChoice} from '../domain/lane-choice.ts';
import type {Clock} from '../domain/ports.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import type {RunState} from '../domain/state.ts';
import type {AttemptRules} from './attempt.ts';

/** What the batch lane needs of the world. */
export type BatchPorts = {
	readonly transport: BatchTransport;
	readonly files: ShardFiles;
	/** Told right after each step of a batch happened, so that a test can end the process there. */
	readonly onStep?: (step: LifeStep) => void;
};

/**
 * `creating`: the intent is on the disk and the call is about to leave. `created`: its reply is here and not on
 * record yet. `downloading`: the first lines of a result file are on record.
 */
export type LifeStep =
	| 'cut'
	| 'uploaded'
	| 'creating'
	| 'created'
	| 'polling'
	| 'downloading'
	| 'collected'
	| 'cleaned-up';

export type BatchLaneOptions = BatchPorts & {
	readonly state: RunState;
	readonly source: RequestSource;
	readonly agenda: Agenda;
	readonly clock: Clock;
	readonly settings: RunSettings;
	readonly rules: AttemptRules;
	readonly queueRules: readonly QueueRules[];
	readonly countTokens: TokenCounter;
	/** Collect what is remote, send nothing. */
	readonly onlyProcess: boolean;
	readonly status: () => EngineStatus;
	/** By queue, as of this turn. */
	readonly lanes: () => readonly LaneChoice['lane'][];
	/** Worst case of the direct calls in flight. */
	readonly held: () => Demand;
	readonly record: (event: RunEvent) => void;
	/** Resolves when everything on record so far has been handed to the operating system. */
	readonly written: () => Promise<void>;
	/** Resolves when it is on the disk. */
	readonly durable: () => Promise<void>;
	readonly askForTurn: () => void;
	readonly onBug: (error: unknown) => void;
};

/**
 * Everything about batches that takes time: each turn it looks at what the state says is due (domain/batch-plan.ts),
 * begins it, and puts on record what came of it.
 */
export type BatchLane = {
	/** Begins what is due; returns when to look again, null when only an event can change something. */
	turn(now: number): number | null;
	/** Operations are under way: the session must not end before they have. */
	isBusy(): boolean;
	/** Something goes on by itself: a batch is at the API, or an operation is under way or due. */
	isWaiting(): boolean;
	/** The ceiling that keeps the next shard from being cut. */
	limit(): LimitName | null;
	/** Asks for the end of every batch at the API. */
	cancelAll(): void;
	/** Breaks off what can be done again: cuts, uploads, downloads. Calls that create a batch are awaited. */
	stop(): void;
};

export function createBatchLane({state}: BatchLaneOptions): BatchLane {
	return {
		turn: () => null,
		isBusy: () => false,
		isWaiting: () => state.batches.size > 0,
		limit: () => null,
		cancelAll() {},
		stop() {},
	};
}
