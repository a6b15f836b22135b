import type {RunEvent} from './event.ts';
import {note, type Problems} from './problems.ts';
import type {RunState} from './state.ts';

/** What became of every batch that was submitted: each is counted once, so that they add up to `submitted`. */
export type BatchBooks = {
	submitted: number;
	collected: number;
	rejected: number;
	/** Lost or let go; its requests were queued again. */
	released: number;
	/** Shards of the batches that are still out. */
	readonly out: Set<number>;
};

export function createBatchBooks(): BatchBooks {
	return {submitted: 0, collected: 0, rejected: 0, released: 0, out: new Set()};
}

/** Goes on from what is known where lines before were lost: what became of those that are not out is one sum. */
export function rebookBatches(
	books: BatchBooks,
	{totals, batches}: Pick<RunState, 'totals' | 'batches'>,
): void {
	books.out.clear();
	for (const {shard, step} of batches.values()) {
		if (step === 'submitted') {
			books.out.add(shard);
		}
	}

	books.submitted = totals.batches.submitted;
	books.collected = Math.min(totals.batches.collected, books.submitted - books.out.size);
	books.rejected = 0;
	books.released = books.submitted - books.collected - books.out.size;
}

/** Takes in one event, before the next. */
export function bookBatch(books: BatchBooks, event: RunEvent, problems: Problems): void {
	switch (event.type) {
		case 'batch-submitted':
			if (books.out.has(event.shard)) {
				note(problems, `shard ${event.shard} was submitted again while its batch was out`);
				return;
			}

			books.submitted++;
			books.out.add(event.shard);
			return;
		case 'batch-collected':
			books.collected += books.out.delete(event.shard) ? 1 : 0;
			return;
		case 'batch-rejected':
			books.rejected += books.out.delete(event.shard) ? 1 : 0;
			return;
		case 'shard-released':
			books.released += books.out.delete(event.shard) ? 1 : 0;
			return;
		case 'batch-cleaned':
			if (books.out.delete(event.shard)) {
				note(problems, `shard ${event.shard} was forgotten while its batch was out`);
			}

			return;
		default:
	}
}

export function batchProblem({submitted, collected, rejected, released, out}: BatchBooks): string | null {
	const accounted = collected + rejected + released + out.size;
	return submitted === accounted ? null : `${submitted} batches were submitted, ${accounted} accounted for`;
}
