import type {SampleDone, SamplePurpose} from './sample-event.ts';

/**
 * Some requests go direct and before all others, so that a person sees what the rest would come to:
 *
 *   open ──each has its outcome──► paused ──a person goes on──► past
 *    nothing else starts     └─────told before, or none is left──┘
 *
 * They are requests of the run like any other, and are sent once.
 */
export type Sample = {
	readonly purpose: SamplePurpose;
	/** How many were chosen. */
	readonly requests: number;
	/** Which; none once it is over. */
	readonly indexes: Set<number>;
	/** Of each answer: output tokens, and those that its body allowed, -1 where nothing bounds them; as `indexes`. */
	outputs: number[];
	step: 'open' | 'paused' | 'past';
	/** What it came to; null while it is open. */
	result: SampleDone | null;
};
