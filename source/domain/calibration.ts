import type {Outputs} from './sample-event.ts';

/** What a sample says that a spec should say. */
export type Calibration = {
	/** Output tokens that a body should allow. */
	readonly maxTokens: number;
	/** The part of that which is expected to be used, of all answers together. */
	readonly completionRatio: number;
};

/** What the longest answer had, and a quarter more: the next one may be longer. */
const margin = 1.25;

/** Several samples as one; the middle of them is not known any more, so it is the larger one. */
export function joinOutputs(
	samples: readonly {readonly outputs: Outputs | null; readonly done: number}[],
): Outputs | null {
	let joined: Outputs | null = null;
	let answers = 0;
	for (const {outputs, done} of samples) {
		if (outputs === null) {
			continue;
		}

		joined = joined === null ? outputs : join(joined, answers, outputs, done);
		answers += done;
	}

	return joined;
}

function join(one: Outputs, answers: number, other: Outputs, more: number): Outputs {
	const bounds = [...(one.allowed ?? []), ...(other.allowed ?? [])];
	return {
		mean: (one.mean * answers + other.mean * more) / Math.max(1, answers + more),
		p50: Math.max(one.p50, other.p50),
		p95: Math.max(one.p95, other.p95),
		max: Math.max(one.max, other.max),
		allowed: bounds.length === 0 ? null : [Math.min(...bounds), Math.max(...bounds)],
		full: one.full + other.full,
	};
}

/**
 * From the longest outputs. Answers that used all they were allowed may have been cut short: nobody knows how long
 * they would have been, so they are allowed twice as much.
 */
export function calibrate({mean, max, allowed, full}: Outputs): Calibration {
	const maxTokens = full > 0 && allowed !== null ? allowed[1] * 2 : roundUp(max * margin);
	return {maxTokens, completionRatio: Math.min(1, Math.max(0.01, Math.ceil((mean / maxTokens) * 100) / 100))};
}

/** 87 is 90, 215 is 250, 1,234 is 1,300: no more digits than there is knowledge. */
function roundUp(tokens: number): number {
	const step = tokens < 100 ? 10 : tokens < 1000 ? 50 : 100;
	return Math.max(step, Math.ceil(tokens / step) * step);
}
