import {readHttpDate} from './http-date.ts';
import {headerOf, type ResponseHeaders} from './response-headers.ts';

/** The engine's time: what a server says of times is compared with it, and it does not jump when the clock is set. */
export function steadyNow(): number {
	return Math.round(performance.timeOrigin + performance.now());
}

/** A difference up to here is the way of the answer, and of clocks that nobody set wrong. */
const sameClockMs = 120_000;

/** How far the server's clock is ahead of ours, by the date of its answer; 0 where it is near, or unknown. */
export function serverAheadMs(headers: ResponseHeaders, now: number): number {
	const date = headerOf(headers, 'date');
	const aheadMs = ((date === null ? null : readHttpDate(date)) ?? now) - now;
	return Math.abs(aheadMs) <= sameClockMs ? 0 : aheadMs;
}
