import {type IndexRanges, indexesOf} from './batch.ts';
import type {RunEvent} from './event.ts';
import {type RunState, statusCode, statuses} from './state.ts';

/**
 * Why an event cannot follow on what the state knows before it, in a sentence; null where it can. `reduce` is kinder:
 * it takes in what it is given.
 */
export function lineProblem(
	state: RunState,
	event: RunEvent,
	isDamaged: (offset: number) => boolean,
): string | null {
	switch (event.type) {
		case 'session-started':
			return event.session === state.session.number + 1
				? null
				: `session ${event.session} cannot follow session ${state.session.number}`;
		case 'attempt-started':
			return statusProblem(state, event.indexes, openStatuses, 'is started');
		case 'attempt-answered':
		case 'attempt-failed':
			return (
				linkProblem(state, event.index, event.previous, isDamaged) ??
				statusProblem(
					state,
					[event.index],
					event.type === 'attempt-answered' && event.adopted !== undefined
						? openStatuses
						: event.lane === 'batch'
							? batchedStatus
							: flyingStatus,
					event.type === 'attempt-answered' ? 'is answered' : 'fails',
				)
			);
		case 'answer-accepted':
		case 'answer-refused':
			return (
				linkProblem(state, event.index, event.previous, isDamaged) ??
				(state.unjudged.has(event.index) ? null : `request ${event.index} is judged without an answer`)
			);
		case 'requests-given-up':
			return firstOf(event.indexes, (index, position) =>
				linkProblem(state, index, event.previous[position] ?? -1, isDamaged),
			);
		case 'attempts-lost':
			return statusProblem(state, event.indexes, flyingStatus, 'is given up for lost');
		case 'answers-shared':
			return (
				statusProblem(state, event.indexes, openStatuses, 'gets the answer of another') ??
				(state.columns.offset[event.from] === event.offset || isDamaged(event.offset)
					? null
					: `request ${event.from} has no answer at byte ${event.offset} to share`)
			);
		case 'shard-cut':
			return statusProblem(state, indexesOf(event.indexes satisfies IndexRanges), openStatuses, 'is cut');
		default:
			return null;
	}
}

const openStatuses: readonly number[] = [statusCode.queued, statusCode.waiting];
const flyingStatus: readonly number[] = [statusCode['in-flight']];
const batchedStatus: readonly number[] = [statusCode.batched];

function statusProblem(
	{columns}: RunState,
	indexes: Iterable<number>,
	allowed: readonly number[],
	what: string,
): string | null {
	for (const index of indexes) {
		const status = columns.status[index]!;
		if (!allowed.includes(status)) {
			return `request ${index} ${what} although it is ${statuses[status] ?? 'nowhere'}`;
		}
	}

	return null;
}

/** The chain of a request's lines is its history: each names the one before. What a damaged line began is told with it. */
function linkProblem(
	{columns}: RunState,
	index: number,
	previous: number,
	isDamaged: (offset: number) => boolean,
): string | null {
	const last = columns.offset[index]!;
	return previous === last || isDamaged(previous)
		? null
		: `the line before about request ${index} is at byte ${last}, not at ${previous}`;
}

function firstOf(
	indexes: readonly number[],
	problemOf: (index: number, position: number) => string | null,
): string | null {
	for (const [position, index] of indexes.entries()) {
		const problem = problemOf(index, position);
		if (problem !== null) {
			return problem;
		}
	}

	return null;
}
