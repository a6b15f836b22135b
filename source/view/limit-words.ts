import {isStageLimit} from '../domain/ceiling.ts';
import type {LimitName} from '../domain/limit.ts';
import {count, money} from './format.ts';

/** `task.cost of $50.00`, `session.requests of 1,000`. */
export function limitText(limit: LimitName, value: number): string {
	return `${limitWord(limit)} of ${limitValue(limit, value)}`;
}

/** A figure of a ceiling, in the unit of its name: requests, kilotokens or USD. */
export function limitValue(limit: LimitName, value: number): string {
	switch (limit.split('.').at(-1) as 'cost' | 'ktokens' | 'requests') {
		case 'cost':
			return money(value);
		case 'ktokens':
			return value < 100 ? String(Math.round(value * 1000) / 1000) : count(Math.round(value));
		case 'requests':
			return count(value);
	}
}

/** What on the command line raises a ceiling. Those of a session begin anew with the next one. */
export function raisedBy(limit: LimitName): string {
	switch (limit) {
		case 'task.cost':
			return '--max-cost USD';
		case 'session.cost':
			return '--max-session-cost USD';
		case 'session.requests':
			return '--max-session-requests N';
		default:
			return isStageLimit(limit)
				? `limits in \`${limitWord(limit).split('.')[0]}\` of the spec`
				: `--set limits.${limit}=N`;
	}
}

/** `judge.cost`, as a person writes it. */
export function limitWord(limit: LimitName): string {
	return limit.replace(/^stage:/, '');
}
