import type {ChosenSet, Scope, SetRequest} from '../view/chosen-set.ts';
import type {CostView} from '../view/snapshot.ts';
import type {BatchQuestion} from './batch-question.ts';
import type {Key} from './input-tokenizer.ts';
import {isOverlay} from './overlay.ts';
import type {TextField} from './text-field.ts';
import type {Dialog} from './ui-state.ts';

/** A question over the panes. `drawnAt` is null until it stands on the screen: no key can answer what nobody saw. */
export type Question = {readonly drawnAt: number | null} & (
	| {readonly kind: 'quit'}
	| ActQuestion
	| ChangeQuestion
	| {readonly kind: 'sort'}
	| {readonly kind: 'force-direct'; readonly isOn: boolean; readonly forcing: CostView['forcing']}
	| CeilingQuestion
	| BatchQuestion
);

/** Whether to act on a set of requests. */
export type ActQuestion = {
	readonly kind: 'act';
	/** Also tells answers to this question from those to another. */
	readonly request: SetRequest;
	/** Fixed, whatever happens while the question stands; null: it is being looked up. */
	readonly chosen: ChosenSet | null;
	/** What stands in the field, where the number has to be typed. */
	readonly typed: string;
	/** Of one request or group: what it is called. Raw. */
	readonly name?: string | undefined;
};

/** What to change, before it is asked whether to. */
export type ChangeQuestion = {
	readonly kind: 'change';
	readonly scope: Scope;
	readonly field: TextField;
	/** Why it cannot be read; empty: it was not tried. */
	readonly note: string;
	readonly name?: string | undefined;
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

/** Digits that a person types one by one, after a key; the same text where it is none of them. */
export function typeNumber(typed: string, key: Pick<Key, 'name' | 'text'>): string {
	const next = key.name === 'backspace' ? typed.slice(0, -1) : typed + key.text;
	return /^\d{0,9}$/.test(next) ? next : typed;
}

/** Large sets are acted on by those only who read how large they are. */
export function needsNumber({count, costUsd}: Pick<ChosenSet, 'count' | 'costUsd'>): boolean {
	return count > manyRows || (costUsd ?? 0) > muchUsd;
}
