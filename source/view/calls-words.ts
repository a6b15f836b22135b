import {count, plural} from './format.ts';
import type {Report} from './report.ts';

/** ` in 143 calls`, where requests shared calls; else nothing. */
export function sharedCallsWords({attempts, calls}: Pick<Report, 'attempts' | 'calls'>): string {
	return calls < attempts ? ` in ${plural(calls, 'call')}` : '';
}

/** `1,000 in 143 calls, of which 3 retries`. */
export function attemptsWords(report: Pick<Report, 'attempts' | 'calls' | 'retries'>): string {
	const {attempts, retries} = report;
	return `${count(attempts)}${sharedCallsWords(report)}, of which ${plural(retries, 'retry', 'retries')}`;
}
