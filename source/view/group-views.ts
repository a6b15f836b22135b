import {causeOf} from '../domain/failure.ts';
import {usd} from '../domain/money.ts';
import type {FailureCause} from './failure-causes.ts';
import type {GroupView} from './snapshot.ts';
import {causeWords} from './words.ts';

export type CauseMembers = {
	readonly count: number;
	/** Number of the cause that a request is a member of, from 1; 0: of none. */
	readonly memberOf: (index: number) => number;
	/** Whether a member failed for good rather than waits. */
	readonly hasFailed: (index: number) => boolean;
	/** In whole picodollars. */
	readonly spentOn: (index: number) => number;
	/** The message of a member. */
	readonly sampleOf: (index: number) => string | null;
	readonly isIn: (index: number) => boolean;
};

/** Sums below it are exact, and few enough to be taken as big ones. */
const exactPico = 2 ** 52;

/**
 * What of each cause a filter lets through, its sample among it; when it was seen is of all. Members of a filter are
 * kept nowhere by their cause: they are counted in one walk, while somebody looks at them.
 */
export function causesWithin(
	causes: readonly FailureCause[],
	{count, memberOf, hasFailed, spentOn, sampleOf, isIn}: CauseMembers,
): readonly FailureCause[] {
	const parts = causes.map(cause => ({...cause, failed: 0, waiting: 0, spentPico: 0n, sampleIndex: -1}));
	const pico = new Float64Array(parts.length);
	for (let index = 0; index < count; index++) {
		const at = memberOf(index) - 1;
		if (at < 0 || !isIn(index)) {
			continue;
		}

		const part = parts[at]!;
		if (hasFailed(index)) {
			part.failed++;
		} else {
			part.waiting++;
		}

		part.sampleIndex = part.sampleIndex < 0 ? index : part.sampleIndex;
		pico[at]! += spentOn(index);
		if (pico[at]! > exactPico) {
			part.spentPico += BigInt(pico[at]!);
			pico[at] = 0;
		}
	}

	for (const [at, part] of parts.entries()) {
		part.spentPico += BigInt(pico[at]!);
		part.sample = part.sampleIndex < 0 ? '' : (sampleOf(part.sampleIndex) ?? part.sample);
	}

	return parts;
}

/** Those with members, largest first. Without a price what they cost is not known. */
export function groupViews(causes: readonly FailureCause[], isPriced: boolean): readonly GroupView[] {
	return causes
		.filter(({failed, waiting}) => failed + waiting > 0)
		.map(cause => ({
			key: cause.key,
			label: causeWords(causeOf(cause.failure)),
			sample: cause.sample,
			sampleIndex: cause.sampleIndex,
			failed: cause.failed,
			waiting: cause.waiting,
			spentUsd: isPriced || cause.spentPico > 0n ? usd(cause.spentPico) : null,
			firstAt: cause.firstAt,
			lastAt: cause.lastAt,
		}))
		.sort((a, b) => b.failed + b.waiting - a.failed - a.waiting || (a.key < b.key ? -1 : 1));
}
