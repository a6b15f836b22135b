import type {Spec} from '../spec/spec.ts';
import type {RunOptions} from './run-options.ts';

/**
 * `failed`: what failed for good is queued again. `requests`: so is everything without an outcome, after its batches
 * were cancelled. `all`: no file of the run remains.
 */
export type WipeKind = 'failed' | 'requests' | 'all';

export type WipeOptions = {
	/** `dir` is the run directory. */
	readonly run: RunOptions;
	/** Null: the run's own copy, so that a spec that was changed or is gone hinders nobody. */
	readonly spec: Spec | null;
	readonly isYes: boolean;
	/** Says what was done. */
	readonly say: (line: string) => void;
};
