import type {RunEvent} from '../domain/event.ts';
import type {LifeStep} from '../domain/life-step.ts';
import type {Clock, Journal, Transport} from '../domain/ports.ts';
import type {Price} from '../domain/price.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {RequestSource} from '../domain/request.ts';
import type {ResultFacts} from '../domain/result-files.ts';
import type {SamplePurpose} from '../domain/sample-event.ts';
import type {RunSettings} from '../domain/settings.ts';
import type {Stage} from '../domain/stage.ts';
import type {RunState} from '../domain/state.ts';
import type {TwinTable} from '../domain/twin-table.ts';
import type {AttemptRules} from '../engine/attempt.ts';
import type {BatchPorts} from '../engine/batch-lane-options.ts';
import type {RequestRows} from '../store/row-reader.ts';
import type {VerboseLevel} from '../view/attempt-dump.ts';
import type {ChangePort} from '../view/change-port.ts';
import type {CurlOf} from './call-address.ts';

/** What a session needs of the store, so that it can be tested without a disk. */
export type SessionStore = {
	readonly journal: Journal;
	/** Null where the journal is damaged. */
	readEvent(offset: number, body: boolean): RunEvent | null;
	/** What the result files say of a request. */
	readRows(index: number): RequestRows;
	/** Writes the state file; true for the facts that are on the disk by then. */
	saveState(): Promise<void>;
	/** Spends at most `budgetMs` on rows of the result files. */
	advanceResults(budgetMs: number): void;
	/** Writes the result files whole; at a stop only if that is quick. */
	finishResults(whole: boolean): Promise<FinishedResults>;
	/** Closes the files and gives the lock back. */
	close(): Promise<void>;
};

export type FinishedResults = {
	/** What a person must hear of them. */
	readonly notice: string | null;
	/** Null where nothing was written. */
	readonly facts: ResultFacts | null;
};

export type SessionOptions = {
	readonly name: string;
	readonly directory: string;
	readonly state: RunState;
	readonly source: RequestSource;
	/** As requests are asked first, where they are asked several times; absent: as `source` has them. */
	readonly firstRound?: RequestSource;
	readonly store: SessionStore;
	readonly transport: Transport;
	/** Null: everything goes direct. */
	readonly batches: BatchPorts | null;
	/** By queue. They grow with the queues. */
	readonly queueRules: QueueRules[];
	readonly countTokens: TokenCounter;
	/** Which requests ask the same; absent or null: each is asked. */
	readonly twins?: TwinTable | null;
	/** Why a person can type no ceiling now; null: they can. */
	readonly ceilingObstacle?: () => string | null;
	/** Looks up what other parameters would mean; absent: they cannot be changed. */
	readonly changes?: ChangePort;
	/** Parts of the run that add requests while it goes on; absent: none. */
	readonly stages?: readonly Stage[];
	readonly onlyProcess: boolean;
	readonly clock: Clock;
	readonly settings: RunSettings;
	readonly rules: AttemptRules;
	/** By queue. */
	readonly prices: readonly (Price | null)[];
	/** A person looks at the end, and may send again what failed. */
	readonly staysWhenDone: boolean;
	readonly leaveWhenStuck: boolean;
	readonly unpause: boolean;
	/** `--yes`: what a sample shows stops nothing. */
	readonly goesOn: boolean;
	/** So many requests go first, and then the session pauses; absent: only what the settings say. */
	readonly sample?: {readonly purpose: SamplePurpose; readonly requests: number};
	/** Undefined but in tests. */
	readonly onStep?: ((step: LifeStep) => void) | undefined;
	/** Sentences from opening the run: a torn line cut, a lock taken over. */
	readonly notices: readonly string[];
	/** Rejects when another instance took the run over. */
	readonly lockLost: Promise<never>;
	/** A request's call as a shell command. */
	readonly curlOf: CurlOf;
	/** Ends what was opened for this session only: connections, the simulator. */
	readonly onEnd: () => Promise<void>;
	/** The lane and why, e.g. `mode auto: direct`. */
	readonly laneReason: string;
	/** Which attempts the log shows in full; absent: none. */
	readonly verbose?: VerboseLevel;
};
