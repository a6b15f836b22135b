import {money} from '../view/format.ts';
import type {CostView} from '../view/snapshot.ts';

const longest = 12;
/** Amounts are held as integers of picodollars in a float: far above any budget, and still exact to the cent. */
const mostUsd = 1_000_000;

/** The field after a key; unchanged by keys that do not belong into an amount. */
export function typeAmount(typed: string, key: {readonly name: string; readonly text: string}): string {
	if (key.name === 'backspace' || key.name === 'delete') return typed.slice(0, -1);
	if (key.name === 'ctrl-u') return '';
	return /^[\d.]$/.test(key.text) && typed.length < longest ? typed + key.text : typed;
}

/** What was typed in USD, or why it is no ceiling. */
export function readAmount(typed: string, cost: CostView): number | string {
	const amount = Number(typed);
	if (!/^\d+(\.\d{0,6})?$|^\.\d{1,6}$/.test(typed) || amount <= 0)
		return 'type an amount in USD, like 60 or 12.50';
	if (amount > mostUsd) return `more than ${money(mostUsd)} is no ceiling`;
	return amount === cost.ceilingUsd ? `${money(amount)} is the ceiling already` : amount;
}

/** What an amount leads to that is no higher than what was spent or may be; empty when there is room. */
export function consequence(amountUsd: number, cost: CostView): string {
	const committed = cost.spentUsd + cost.maybeBilledUsd + cost.heldUsd;
	return amountUsd > committed ? '' : `${money(committed)} is spent or held: nothing starts`;
}
