import type {ChosenSet, Scope, SetRequest} from '../view/chosen-set.ts';
import type {CostView} from '../view/snapshot.ts';
import type {Key} from './input-tokenizer.ts';
import type {TextField} from './text-field.ts';

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

/** Whether a batch shall end, and where its unfinished tail goes. Its figures are those of when it was asked. */
export type BatchQuestion = {
	readonly kind: 'cancel-batch';
	readonly shard: number;
	readonly pullsTail: boolean;
	/** Requests that it would leave open, and those that it has finished. */
	readonly count: number;
	readonly finished: number;
	/** What the open ones cost by batch and direct; null: nobody knows. */
	readonly batchUsd: number | null;
	readonly directUsd: number | null;
	/** What stands in the field, where the number has to be typed. */
	readonly typed: string;
};
