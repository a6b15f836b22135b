import type {BatchTransport, ShardFiles} from '../domain/batch-ports.ts';
import type {Demand} from '../domain/ceiling.ts';
import type {Halting} from '../domain/engine-status.ts';
import type {RunEvent} from '../domain/event.ts';
import type {LaneChoice} from '../domain/lane-choice.ts';
import type {LifeStep} from '../domain/life-step.ts';
import type {Clock} from '../domain/ports.ts';
import type {Agenda} from '../domain/queue-agenda.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import type {RunState} from '../domain/state.ts';
import type {AttemptRules} from './attempt.ts';

/** What the batch lane needs of the world. */
export type BatchPorts = {
	readonly transport: BatchTransport;
	readonly files: ShardFiles;
};
export type BatchLaneOptions = BatchPorts & {
	/** Told right after each step of a batch, so that a test can end the process there. */
	readonly onStep?: ((step: LifeStep) => void) | undefined;
	readonly state: RunState;
	readonly source: RequestSource;
	readonly agenda: Agenda;
	readonly clock: Clock;
	readonly settings: RunSettings;
	readonly rules: AttemptRules;
	readonly queueRules: readonly QueueRules[];
	readonly countTokens: TokenCounter;
	/** What stands at an offset of the journal, without bodies; null where the line is damaged. */
	readonly readEvent: (offset: number) => RunEvent | null;
	/** Collect what is remote, send nothing. */
	readonly onlyProcess: boolean;
	readonly status: () => Halting;
	/** By queue, as of this turn. */
	readonly lanes: () => readonly LaneChoice['lane'][];
	/** Worst case of the direct calls in flight; of those of one stage. */
	readonly held: () => Demand;
	readonly heldBy: (stage: number) => Demand;
	readonly record: (event: RunEvent) => void;
	/** Resolves when everything on record so far has been handed to the operating system. */
	readonly written: () => Promise<void>;
	/** Resolves when it is on the disk. */
	readonly durable: () => Promise<void>;
	readonly askForTurn: () => void;
	readonly onBug: (error: unknown) => void;
};
