import type {WorkPort} from '../../source/view/background.ts';

export type ManualWork = WorkPort & {
	/** Does the next slice; false when nothing waits. */
	step(): boolean;
	/** The rests that were asked for. */
	readonly rests: readonly number[];
};

/** Every look at the clock takes a millisecond, so that a slice is a few steps of a job. */
export function createManualWork(): ManualWork {
	const waiting: (() => void)[] = [];
	const rests: number[] = [];
	let now = 0;
	return {
		now: () => now++,
		later(callback, restMs) {
			rests.push(restMs);
			waiting.push(callback);
		},
		step() {
			const next = waiting.shift();
			next?.();
			return next !== undefined;
		},
		rests,
	};
}
