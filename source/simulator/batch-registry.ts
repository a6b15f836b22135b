import {randomBytes} from 'node:crypto';
import {failedCheck} from './batch-check.ts';
import type {BatchCheck, BatchRecord} from './batch-record.ts';
import type {BatchSurroundings} from './batch-run.ts';
import {isTerminal, statusOf, timesOf} from './batch-timeline.ts';
import {answerBatch, cannotFind, checkBatch} from './batch-work.ts';
import type {StateFolder} from './state-folder.ts';

export type NewBatch = Pick<BatchRecord, 'inputFileId' | 'endpoint' | 'metadata' | 'outputLifeMs'>;

/** All batches, and the work that they wait for. */
export type Batches = {
	readonly create: (wanted: NewBatch) => BatchRecord;
	readonly get: (id: string) => BatchRecord | null;
	/** Newest first. */
	readonly list: () => readonly BatchRecord[];
	/** Null when it is too late. */
	readonly cancel: (record: BatchRecord) => BatchRecord | null;
	/** Leaves the work that is under way; the next session does it again. */
	readonly close: () => Promise<void>;
};

type BatchesOptions = Omit<BatchSurroundings, 'signal'> & {readonly state: StateFolder};

const recordsName = 'batches';
/** Node takes longer timers for none at all. */
const longestTimerMs = 2 ** 31 - 1;

export function openBatches(options: BatchesOptions): Batches {
	const {script, state} = options;
	const loaded = state.loadRecords(recordsName) as readonly BatchRecord[];
	const records = new Map(
		[...loaded].sort((a, b) => a.ordinal - b.ordinal).map(record => [record.id, record] as const),
	);
	const closing = new AbortController();
	const surroundings = {...options, signal: closing.signal};
	// One piece of work at a time: the direct lane shall not notice.
	let work = Promise.resolve();

	const save = (record: BatchRecord) => {
		records.set(record.id, record);
		state.saveRecord(recordsName, record.id, record);
		return record;
	};

	const schedule = (record: BatchRecord) => {
		if (isSettled(record)) {
			return;
		}

		const dueAtMs = record.check ? timesOf(record).answersDueAtMs : 0;
		const delayMs = Math.min(longestTimerMs, Math.max(0, dueAtMs - Date.now()));
		setTimeout(() => {
			work = work.then(() => advance(record.id)).catch(error => fail(record.id, error));
		}, delayMs).unref();
	};

	const advance = async (id: string) => {
		closing.signal.throwIfAborted();
		const record = records.get(id)!;
		if (isSettled(record)) {
			return;
		}

		if (!record.check) {
			const found = await checkBatch(record, surroundings);
			const check = found.errors.length > 0 ? found : admit(found);
			// The record may have been cancelled in the meantime.
			schedule(save({...records.get(id)!, check}));
		} else if (Date.now() >= timesOf(record).answersDueAtMs) {
			const outcome = await answerBatch(record, surroundings);
			save({...records.get(id)!, ...(outcome ? {outcome} : {check: cannotFind(record)})});
		} else {
			// A timer that was cut to its longest.
			schedule(record);
		}
	};

	/** A close leaves the batch as it is; a disk that is full, say, ends it. */
	const fail = (id: string, error: unknown) => {
		if (!closing.signal.aborted) {
			save({...records.get(id)!, check: failedCheck('internal_error', String(error))});
		}
	};

	/** `check` is not saved yet, so the batch itself is not among those that are enqueued. */
	const admit = (check: BatchCheck): BatchCheck => {
		const all = [...records.values()];
		const enqueued = all
			.filter(other => other.check?.model === check.model)
			.filter(other => !isTerminal(statusOf(other, Date.now())))
			.reduce((sum, other) => sum + other.check!.promptTokens, check.promptTokens);
		if (script.tokenLimit !== null && enqueued > script.tokenLimit) {
			const message = `Enqueued token limit reached for ${check.model} in organization org-simulated. Limit: ${script.tokenLimit} enqueued tokens. Please try again once some in_progress batches have been completed.`;
			return failedCheck('token_limit_exceeded', message);
		}

		const alreadyMissing = all.reduce((sum, other) => sum + (other.check?.missing ?? 0), 0);
		return {...check, missing: Math.min(check.lines, Math.max(0, script.missing - alreadyMissing))};
	};

	for (const record of records.values()) {
		schedule(record);
	}

	return {
		create(wanted) {
			const ordinal = records.size;
			const record = save({
				id: `batch_${randomBytes(12).toString('hex')}`,
				ordinal,
				...wanted,
				createdAtMs: Date.now(),
				durationMs: script.batchMs,
				expires: ordinal < script.expire,
				...(ordinal === 0 && script.stuck > 0 ? {stuck: script.stuck} : {}),
				check: null,
				cancelledAtMs: null,
				outcome: null,
			});
			schedule(record);
			return record;
		},
		get: id => records.get(id) ?? null,
		list: () => [...records.values()].reverse(),
		cancel(record) {
			const nowMs = Date.now();
			const status = statusOf(record, nowMs);
			if (status === 'cancelling') {
				return record;
			}

			if (isTerminal(status) || nowMs >= timesOf(record).answersDueAtMs) {
				return null;
			}

			const cancelled = save({...record, cancelledAtMs: nowMs});
			schedule(cancelled);
			return cancelled;
		},
		async close() {
			closing.abort();
			await work;
		},
	};
}

/** Nothing is left to be done. */
function isSettled({check, outcome}: BatchRecord): boolean {
	return outcome !== null || (check !== null && check.errors.length > 0);
}
