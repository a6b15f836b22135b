import type {RunEvent} from './event.ts';
import type {RequestSource} from './request.ts';
import type {Rounds} from './rounds.ts';
import {type RunState, statusCode} from './state.ts';

/**
 * The requests of a run as they are asked next: those that were asked before are of their next round. Follows the
 * state, as `changedSource` does, and stands around it.
 */
export function roundsSource(
	source: RequestSource,
	state: Pick<RunState, 'rounds'>,
	rounds: Rounds | null,
): RequestSource {
	if (rounds === null) {
		return source;
	}

	return {
		get count() {
			return source.count;
		},
		get queues() {
			return source.queues;
		},
		...(source.hasIds === undefined ? null : {hasIds: source.hasIds}),
		queueOf: index => source.queueOf(index),
		id: index => source.id(index),
		expand(index) {
			const request = source.expand(index);
			return state.rounds.has(index) ? rounds.asking.next(request, rounds.before(index)) : request;
		},
		close: () => source.close(),
	};
}

/** The same, and those that are done as they were asked last. */
export function lastRoundSource(
	source: Pick<RequestSource, 'expand'>,
	{columns}: Pick<RunState, 'columns'>,
	rounds: Rounds | null,
	readEvent: (offset: number) => RunEvent | null,
): Pick<RequestSource, 'expand'> {
	return rounds === null
		? source
		: {
				expand(index) {
					const request = source.expand(index);
					const isDone = columns.status[index] === statusCode.done;
					const line = isDone ? readEvent(columns.offset[index]!) : null;
					return line?.type === 'attempt-answered' || line?.type === 'attempt-failed'
						? rounds.requestOf(request, line)
						: request;
				},
			};
}
