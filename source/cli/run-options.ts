import type {SamplePurpose} from '../domain/sample-event.ts';
import type {Mode} from '../domain/settings.ts';
import type {VerboseLevel} from '../view/attempt-dump.ts';

/** What `--on-hangup` lets a terminal that goes away do to the run. */
export const hangUpWays = ['save', 'continue'] as const;
export type HangUpWay = (typeof hangUpWays)[number];

/** What the command line says about a run. Plain data: it crosses into the worker. */
export type RunOptions = {
	/** The spec as the user wrote it, relative to the working directory. */
	readonly specPath: string;
	/** Run directory; null for the default beside the spec. */
	readonly dir: string | null;
	/** Null: a real run. Empty: the simulator's defaults, or the script that the run remembers. */
	readonly simulate: string | null;
	readonly mode: Mode | null;
	readonly concurrency: number | null;
	readonly rpm: number | null;
	readonly tpm: number | null;
	readonly maxRetries: number | null;
	/** Ceilings of this session, in USD and requests; they replace those of the spec. */
	readonly maxCost: number | null;
	readonly maxSessionCost: number | null;
	readonly maxSessionRequests: number | null;
	readonly retryFatal: boolean;
	/** Batches that may fail as a whole; -1: any number. */
	readonly processFailedBatches: number | null;
	/** Collect what is remote, send nothing. */
	readonly onlyProcess: boolean;
	/** `key.path=value` of operational keys. */
	readonly set: readonly string[];
	/** The output of a batch that was run elsewhere, whose answers are taken over first. */
	readonly adopt: string | null;
	readonly reinitMeta: boolean;
	readonly unpause: boolean;
	/** Part of the requests that goes first, 0 to 1; null: as the spec says. */
	readonly canary: number | null;
	/** So many go first, whatever the spec says; null: as `canary` and the spec say. */
	readonly sample: {readonly purpose: SamplePurpose; readonly requests: number} | null;
	/** `--yes`: every question is answered so, what a canary asks too. */
	readonly yes: boolean;
	readonly noRun: boolean;
	readonly baseUrl: string | null;
	readonly apiKeyEnv: string | null;
	readonly envFile: string | null;
	readonly allowHttp: boolean;
	readonly waitLock: boolean;
	/** Which attempts the log shows in full. @default never */
	readonly verbose: VerboseLevel;
	/** @default save */
	readonly onHangUp: HangUpWay;
	/** Sentences for the person, from before the run was opened. */
	readonly warnings: readonly string[];
	/** The session goes on when every request has its outcome, until a person leaves. */
	readonly staysWhenDone: boolean;
	/** End when only a person could go on. */
	readonly leaveWhenStuck: boolean;
};
