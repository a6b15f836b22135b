import type {BatchState} from '../domain/batch.ts';
import type {Ended} from './attempt.ts';

/** What every line comes to that the files of a batch leave out. */
export function unanswered({status}: BatchState): Ended {
	const ran = status === 'completed';
	return {
		kind: 'failed',
		failure: {
			kind: ran ? 'missing' : 'expired',
			status: null,
			code: null,
			message: ran
				? 'the batch is completed, and neither of its files has a line for this request'
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
