import type {ChosenSet, Scope, SetAct, SetRequest} from '../view/chosen-set.ts';
import {count, money, plural} from '../view/format.ts';
import {safeText} from '../view/safe-text.ts';
import {changeWords} from '../view/triage-notices.ts';

/*
 * What acts on sets of requests are called: in the title of the question, in its sentence, behind its key, and in the
 * toast of what needed no question.
 */

/** `Wipe the marked?`, `Give up request 000733?`: what is done to whom. */
export function actTitle({scope, act}: SetRequest, name?: string): string {
	return `${actVerb(act)} ${scopeWords(scope, name)}?`;
}

export function actVerb(act: SetAct): string {
	switch (act.kind) {
		case 'wipe':
			return 'Wipe';
		case 'retry':
			return 'Retry';
		case 'give-up':
			return 'Give up';
		case 'move':
			return 'Move';
		case 'change':
			return 'Change';
		case 'export':
			return 'Export';
	}
}

export function scopeWords(scope: Scope, name?: string): string {
	const called = name && safeText(name.slice(0, 200).replaceAll(/\s+/g, ' '), {maxLength: 80});
	switch (scope.kind) {
		case 'row':
			return called ? `request ${called}` : 'this request';
		case 'marked':
			return 'the marked';
		case 'list':
			return 'all in the list';
		case 'group':
			return called ? `group ${called}` : 'the group';
		case 'failed':
			return 'all that failed';
	}
}

/** A longer one would push the price out of three lines of 56 columns. */
const longestChange = 90;

/** The sentence of the question. The number and the money come first: narrow screens cut its end off. */
export function actText({act}: SetRequest, set: ChosenSet): string {
	return `${actSentence(act, set)}?${act.kind === 'give-up' ? outWords(set) : ''}${skippedWords(set)}`;
}

function actSentence(act: SetAct, set: ChosenSet): string {
	const requests = plural(set.count, 'request');
	switch (act.kind) {
		case 'wipe':
			return `Return ${plural(set.count, 'failed request')} to the queue, ${costWords(set)}`;
		case 'retry':
			return `Try ${requests} again now, ${costWords(set)}`;
		case 'give-up':
			return `Give up ${requests}`;
		case 'move':
			return `Move ${requests} to the ${act.to} of the queue`;
		case 'change':
			return `Send ${requests} with ${safeText(changeWords(act), {maxLength: longestChange})}, ${differenceWords(set)}`;
		case 'export':
			return `Export ${requests}`;
	}
}

function costWords({costUsd}: ChosenSet): string {
	return costUsd === null ? 'at a cost not known yet' : `for about ${money(costUsd)}`;
}

function differenceWords(set: ChosenSet): string {
	return set.costUsd === null || set.beforeUsd === null
		? costWords(set)
		: `${costWords(set)} instead of ${money(set.beforeUsd)}`;
}

/** What giving up costs all the same, and what it cannot stop. */
function outWords({inFlight, shared, batched}: ChosenSet): string {
	const calls = inFlight === 0 ? '' : ` ${plural(inFlight, 'call')} in flight: aborted, maybe billed.`;
	const kept = shared === 0 ? '' : ` ${count(shared)} in calls that others share: kept if answered.`;
	const dropped =
		batched === 0 ? '' : ` ${count(batched)} in a batch: dropped when it ends, billed if answered.`;
	return ` They fail as cancelled.${calls}${kept}${dropped}`;
}

/** ` Left alone: 2 done, 1 in flight.`; empty when all are taken. */
function skippedWords(set: ChosenSet): string {
	return set.skipped.length === 0 ? '' : ` Left alone: ${reasons(set)}.`;
}

function reasons({skipped}: ChosenSet): string {
	return skipped
		.map(({count: left, why}) =>
			safeText(`${count(left)} ${why.replace(/^(?:is|has) /, '')}`, {maxLength: 100}),
		)
		.join(', ');
}

/** Why an act on a set does nothing; null: it does something. */
export function whyNothing({act}: SetRequest, set: ChosenSet): string | null {
	if (set.problem !== null) return set.problem;
	if (set.count > 0) return null;
	const left = set.skipped.length === 0 ? 'no such request' : reasons(set);
	return `nothing to ${actVerb(act).toLowerCase()}: ${left}`;
}

/** The toast of what was done without a question. */
export function doneWords({act}: SetRequest, set: ChosenSet): string {
	const left = set.skipped.length === 0 ? '' : `; left alone: ${reasons(set)}`;
	const requests = plural(set.count, 'request');
	const done =
		act.kind === 'move'
			? `${requests} to the ${act.to} of the queue`
			: `${actVerb(act).toLowerCase()}: ${requests}, ${costWords(set)}`;
	return done + left;
}
