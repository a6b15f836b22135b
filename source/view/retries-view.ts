import {type RunState, statusCode} from '../domain/state.ts';
import {bySlice} from './moving-sums.ts';
import type {Pace} from './pace.ts';
import type {RetriesView} from './snapshot.ts';
import {causeWords} from './words.ts';

/** Slices of the sparkline: 10 s each over 2 minutes. */
const nothingRecent: readonly number[] = Array.from({length: 12}, () => 0);

export function retriesViewOf(
	state: RunState,
	{causes}: Pick<Pace, 'causes'>,
	nextRetryAt: number | null,
	now: number,
): RetriesView {
	const {totals} = state;
	return {
		causes: [...totals.failedAttempts]
			.sort(([, a], [, b]) => b - a)
			.map(([cause, count]) => {
				const recent = causes.get(cause);
				return {label: causeWords(cause), count, recent: recent ? bySlice(recent, now) : nothingRecent};
			}),
		waiting: totals.status[statusCode.waiting]!,
		nextRetryAt,
		retries: totals.attempts - totals.started - totals.rounds,
	};
}
