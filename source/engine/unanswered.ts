import type {BatchState} from '../domain/batch.ts';
import type {Ended} from './attempt.ts';

/**
 * How many of the lines that the files of a batch leave out may have run: all of a batch that is completed. One that
 * ended early says how many it completed; what its files do not show of those is lost, and nobody can tell which.
 */
export function mayHaveRun({status, counts}: BatchState, shown: number): number {
	return status === 'completed' ? Number.POSITIVE_INFINITY : Math.max(0, counts.completed - shown);
}

/** What a line comes to that the files of a batch leave out. */
export function unanswered({status}: BatchState, ran: boolean): Ended {
	return {
		kind: 'failed',
		failure: {
			kind: ran ? 'missing' : 'expired',
			status: null,
			code: null,
			message: ran
				? `the batch is ${status}, and neither of its files has a line for this request`
				: `the batch ended as ${status} before this request ran`,
		},
		retryHintMs: null,
		requestId: null,
		// What a batch did not come to costs nothing; a line that the API left out may have run.
		maybeBilled: ran,
		raw: null,
		headers: null,
	};
}
