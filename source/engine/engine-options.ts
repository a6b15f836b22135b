import type {RunCommand, StopCause} from '../domain/command.ts';
import type {EngineStatus} from '../domain/engine-status.ts';
import type {RunEvent} from '../domain/event.ts';
import type {LifeStep} from '../domain/life-step.ts';
import type {Clock, Journal, Transport} from '../domain/ports.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import type {Stage} from '../domain/stage.ts';
import type {RunState} from '../domain/state.ts';
import type {Twins} from '../domain/twins.ts';
import type {AttemptRules} from './attempt.ts';
import type {BatchPorts} from './batch-lane-options.ts';

export type EngineOptions = {
	readonly state: RunState;
	readonly source: RequestSource;
	readonly journal: Journal;
	readonly transport: Transport;
	/** Null: there is no batch lane, everything goes direct. */
	readonly batches: BatchPorts | null;
	readonly clock: Clock;
	readonly settings: RunSettings;
	readonly rules: AttemptRules;
	/** By queue. It grows with the queues. */
	readonly queueRules: QueueRules[];
	readonly countTokens: TokenCounter;
	/** Requests that share an answer because they ask the same; null: each is asked. */
	readonly twins?: Twins | null;
	/** Parts of the run that add requests while it goes on; absent: none. */
	readonly stages?: readonly Stage[];
	/** `--only-process`: collect what is remote and send nothing. */
	readonly onlyProcess: boolean;
	/** Wait for a person when every request has its outcome: what failed may be sent again. */
	readonly staysWhenDone?: boolean;
	/** `--yes`: a sample pauses nothing. */
	readonly goesOnAfterSample?: boolean;
	/** End when only a person could go on, instead of waiting for one. */
	readonly leaveWhenStuck: boolean;
	/** Told right after each step of calls, stages and batches, so that a test can end the process there. */
	readonly onStep?: ((step: LifeStep) => void) | undefined;
	/** Every fact, after the state took it in. */
	readonly onEvent: (event: RunEvent) => void;
	/** Something may look different now: a turn has ended. */
	readonly onTurn: () => void;
};

export type EngineEnd =
	| {readonly reason: 'done'}
	| {readonly reason: 'stuck'; readonly why: string}
	| {readonly reason: 'stopped'; readonly cause: StopCause};

export type Engine = {
	/** Puts a fact on record, and looks for what follows from it. */
	record(event: RunEvent): void;
	start(): void;
	send(command: RunCommand): void;
	/** Stops at once and writes nothing more: the run is another's now. */
	forsake(): void;
	status(): EngineStatus;
	/** Resolves when nothing is in flight any more and all facts are written. Rejects on a bug. */
	readonly finished: Promise<EngineEnd>;
};
