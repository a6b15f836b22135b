import {countdown} from '../view/format.ts';

/** When a waiting request is tried again: `in 8s`, or `due` when only a pause, a limit or a free place holds it up. */
export function dueIn(retryAt: number, now: number): string {
	return retryAt > now ? `in ${countdown(retryAt - now)}` : 'due';
}
