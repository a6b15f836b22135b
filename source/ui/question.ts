import type {CostView} from '../view/snapshot.ts';
import type {BatchQuestion} from './batch-question.ts';
import {isOverlay} from './overlay.ts';
import type {Dialog} from './ui-state.ts';

/** A question over the panes. `drawnAt` is null until it stands on the screen: no key can answer what nobody saw. */
export type Question = {readonly drawnAt: number | null} & (
	| {readonly kind: 'quit'}
	| WipeQuestion
	| {readonly kind: 'force-direct'; readonly isOn: boolean; readonly forcing: CostView['forcing']}
	| CeilingQuestion
	| BatchQuestion
);

/** The set is fixed when it opens: what failed for good before the journal's `before`. */
export type WipeQuestion = {
	readonly kind: 'wipe';
	readonly count: number;
	/** Expected; null while nobody knows. */
	readonly costUsd: number | null;
	readonly before: number;
	/** What stands in the field, where the number has to be typed. */
	readonly typed: string;
};

/** First the amount is typed, then it is confirmed. */
export type CeilingQuestion = {
	readonly kind: 'ceiling';
	readonly typed: string;
	/** Why the amount cannot be taken, or what it leads to. */
	readonly note: string;
	/** In USD, once it was typed. */
	readonly amountUsd: number | null;
};

export function isQuestion(dialog: Dialog | null): dialog is Question {
	return dialog !== null && !isOverlay(dialog);
}

const manyRows = 1000;
const muchUsd = 1;

/** Large sets are wiped by those only who read how large they are. */
export function needsNumber({count, costUsd}: WipeQuestion): boolean {
	return count > manyRows || (costUsd ?? 0) > muchUsd;
}
