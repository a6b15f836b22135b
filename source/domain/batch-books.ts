import type {RunEvent} from './event.ts';
import {note, type Problems} from './problems.ts';

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
