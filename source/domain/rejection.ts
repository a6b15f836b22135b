import {type BatchState, openLinesOf} from './batch.ts';
import type {MaybeBilled} from './maybe-billed.ts';

/** What can be done about a batch that the API refused or lost. */
export type Remedy =
	/** Too many tokens are enqueued: later. */
	| 'wait'
	/** The lines that it names are bad; the others are not. */
	| 'quarantine'
	/** Its input file is not there: with a new one. */
	| 'again'
	/** It was there, may have run, and is gone: a person decides. */
	| 'ask'
	/** It failed as a whole: `guard.process_failed_batches` decides. */
	| 'policy';

/** What these complain about is the same for every line, though they may name one. */
const codesOfAll: ReadonlySet<string> = new Set([
	'duplicate_custom_id',
	'model_not_found',
	'model_mismatch',
	'mismatched_model',
	'url_mismatch',
	'invalid_url',
	'empty_file',
	'empty_batch',
	'too_many_tasks',
	'streaming_unsupported',
]);

/** Bad lines are taken out this often before a batch of the queue is collected: the API may name one at a time. */
const mostQuarantines = 20;

/** `releases`: of the batch's queue, since one of its batches was collected last. */
export function remedyOf(
	{rejection, batchId, count}: BatchState,
	releases: {readonly 'bad-line'?: number; readonly 'file-lost'?: number},
): Remedy {
	if (!rejection) {
		return 'policy';
	}

	const {failure, lines} = rejection;
	if (failure.code === 'token_limit_exceeded') {
		return 'wait';
	}

	if (isUnseen({rejection, batchId})) {
		return 'ask';
	}

	// A batch that failed says why in words of its own, without a status of HTTP.
	if (batchId !== null && failure.kind === 'not_found' && (failure.status === 404 || failure.code === null)) {
		return 'ask';
	}

	if (/cannot find (the )?(input )?file/i.test(failure.message) && !releases['file-lost']) {
		return 'again';
	}

	const isMendable =
		lines.length > 0 &&
		lines.length < count &&
		lines.every(line => line >= 0 && line < count) &&
		!(failure.code !== null && codesOfAll.has(failure.code)) &&
		(releases['bad-line'] ?? 0) < mostQuarantines;
	return isMendable ? 'quarantine' : 'policy';
}

/** Nobody knows whether it was created: the key is shown nothing of it. Whoever has another key may find it. */
export function isUnseen({rejection, batchId}: Pick<BatchState, 'rejection' | 'batchId'>): boolean {
	return batchId === null && rejection?.failure.kind === 'not_found' && rejection.failure.status === null;
}

/** What the lines without an outcome may have cost: of the worst case the part that they are of all lines. */
export function lostWorth(batch: BatchState): MaybeBilled {
	const {count, worstTokens, worstPico} = batch;
	const lines = openLinesOf(batch);
	const share = count === 0 ? 0 : lines / count;
	return {calls: lines, tokens: Math.ceil(worstTokens * share), pico: Math.ceil(worstPico * share)};
}
