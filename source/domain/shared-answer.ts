import type {RunEvent} from './event.ts';
import type {createOriginFinder} from './origin.ts';

/**
 * The request whose answer another got, as its last line tells: whose index it was when it was written. Null where the
 * line is its own.
 */
export function sharedFrom(
	line: RunEvent | null,
	index: number,
	offset: number,
	originOf: ReturnType<typeof createOriginFinder>,
): number | null {
	const isAttempt = line?.type === 'attempt-answered' || line?.type === 'attempt-failed';
	return isAttempt && line.index !== (originOf(index, offset)?.index ?? index) ? line.index : null;
}
