import type {BatchState} from './batch.ts';
import type {BatchEvent} from './batch-event.ts';
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

type BatchCollected = Extract<BatchEvent, {type: 'batch-collected'}>;

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

/** Takes in one event; the state is as it was before. */
export function bookBatch(
	books: BatchBooks,
	event: RunEvent,
	{batches}: Pick<RunState, 'batches'>,
	problems: Problems,
): void {
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
			note(problems, idProblem(batches.get(event.shard), event));
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

/** Of a batch whose lines hold one request each: every id that was sent, and is still in the spec, came to something. */
function idProblem(batch: BatchState | undefined, {shard, outcomes}: BatchCollected): string | null {
	if (!batch || batch.sizes || batch.rejection) {
		return null;
	}

	const {done, failed, expired, missing} = outcomes;
	const told = done + failed + expired + missing;
	let sent = 0;
	for (const [from, length] of batch.indexes) {
		sent += from < 0 ? 0 : length;
	}

	return told === sent ? null : `shard ${shard} holds ${sent} requests, its batch tells of ${told}`;
}

/** `state` is as it was replayed: the batches that it knows at the API are those that are out. */
export function batchProblem(
	{submitted, collected, rejected, released}: BatchBooks,
	{batches}: Pick<RunState, 'batches'>,
): string | null {
	const out = [...batches.values()].filter(({step}) => step === 'submitted').length;
	const accounted = collected + rejected + released + out;
	return submitted === accounted ? null : `${submitted} batches were submitted, ${accounted} accounted for`;
}
