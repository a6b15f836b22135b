import type {AnswerRefused} from '../domain/added-event.ts';
import type {AttemptFailed, RunEvent} from '../domain/event.ts';
import type {createOriginFinder} from '../domain/origin.ts';
import {failureIn, lineBefore, requestLine} from '../domain/request-line.ts';
import type {RunState} from '../domain/state.ts';

/** More lines than a request has, save in a damaged journal. */
const longestHistory = 1000;

/** Picodollars of the failed attempts of a request since it was answered last; `onFailure` is told of each. */
export function spentOnFailures(
	{columns}: Pick<RunState, 'columns'>,
	index: number,
	readEvent: (offset: number) => RunEvent | null,
	originOf: ReturnType<typeof createOriginFinder>,
	onFailure: (event: AttemptFailed | AnswerRefused) => void,
): number {
	let sum = 0;
	let left = longestHistory;
	for (let offset = columns.offset[index]!; offset >= 0 && left > 0; left--) {
		const event = readEvent(offset);
		// An answer that was refused stands before its verdict.
		const isJudged = event?.type === 'attempt-answered' && event.unjudged;
		if (failureIn(event) === null && !isJudged) {
			break;
		}

		if (event?.type === 'attempt-failed' || event?.type === 'answer-refused') {
			sum += event.usage ? (event.costPico ?? 0) : 0;
			onFailure(event);
		}

		const line = requestLine(event);
		offset = Math.min(line ? lineBefore(line, originOf(index, offset)?.index ?? index) : -1, offset - 1);
	}

	return sum;
}
