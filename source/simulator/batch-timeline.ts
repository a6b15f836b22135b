import type {BatchRecord} from './batch-record.ts';

/**
 * Where a batch stands follows from the clock, so that it goes on while nobody runs:
 *
 * validating ─ 15% ─► in_progress ─ 90% ─► finalizing ─ 100% ─► completed
 *                └► failed     └─ lines half done ─► expired
 * cancel before 90%: cancelling ─ 10%, at most 1 s ─► cancelled
 * with stuck lines it stands at 90% until it is cancelled, or expires after a day
 *
 * The work itself (reading the input, writing the output) may be late; then a status lasts longer.
 */
export type BatchStatus =
	| 'validating'
	| 'failed'
	| 'in_progress'
	| 'finalizing'
	| 'completed'
	| 'expired'
	| 'cancelling'
	| 'cancelled';

const checkedShare = 0.15;
const answeredShare = 0.9;
const cancelShare = 0.1;
const longestCancelMs = 1000;
export const dayMs = 24 * 3_600_000;

const terminal: readonly BatchStatus[] = ['failed', 'completed', 'expired', 'cancelled'];

export function isTerminal(status: BatchStatus): boolean {
	return terminal.includes(status);
}

/** When each thing happens, in milliseconds since the epoch. */
export type BatchTimes = {
	readonly checkedAtMs: number;
	/** From here on the lines can be answered, as it is known how many. */
	readonly answersDueAtMs: number;
	readonly endAtMs: number;
};

export function timesOf({
	createdAtMs,
	durationMs,
	expires,
	stuck = 0,
	cancelledAtMs,
}: BatchRecord): BatchTimes {
	const checkedAtMs = createdAtMs + checkedShare * durationMs;
	const answeredAtMs = createdAtMs + answeredShare * durationMs;
	if (cancelledAtMs !== null) {
		const endAtMs = cancelledAtMs + Math.min(longestCancelMs, cancelShare * durationMs);
		return {checkedAtMs, answersDueAtMs: cancelledAtMs, endAtMs};
	}

	if (expires) {
		const halfDoneAtMs = (checkedAtMs + answeredAtMs) / 2;
		return {checkedAtMs, answersDueAtMs: halfDoneAtMs, endAtMs: halfDoneAtMs};
	}

	if (stuck > 0) {
		const expiredAtMs = createdAtMs + dayMs;
		return {checkedAtMs, answersDueAtMs: expiredAtMs, endAtMs: expiredAtMs};
	}

	return {checkedAtMs, answersDueAtMs: answeredAtMs, endAtMs: createdAtMs + durationMs};
}

export function statusOf(record: BatchRecord, nowMs: number): BatchStatus {
	const {check, outcome, cancelledAtMs, expires, stuck = 0} = record;
	const {checkedAtMs, answersDueAtMs, endAtMs} = timesOf(record);
	const refused = check !== null && check.errors.length > 0;
	const ended = (outcome !== null || refused) && nowMs >= endAtMs;
	if (cancelledAtMs !== null) {
		return ended ? 'cancelled' : 'cancelling';
	}

	if (!check || nowMs < checkedAtMs) {
		return 'validating';
	}

	if (refused) {
		return 'failed';
	}

	if (expires || stuck > 0) {
		return ended ? 'expired' : 'in_progress';
	}

	return nowMs < answersDueAtMs ? 'in_progress' : ended ? 'completed' : 'finalizing';
}

/** How many lines are done at that time. */
export function doneLines(record: BatchRecord, nowMs: number): number {
	const lines = record.check?.lines ?? 0;
	const most = Math.max(0, lines - (record.stuck ?? 0));
	const {checkedAtMs, answersDueAtMs} = timesOf(record);
	if (record.cancelledAtMs === null && nowMs >= answersDueAtMs) {
		return record.expires ? Math.min(most, Math.floor(lines / 2)) : most;
	}

	const spanMs = (answeredShare - checkedShare) * record.durationMs;
	const share = (Math.min(nowMs, answersDueAtMs) - checkedAtMs) / spanMs;
	return Math.min(most, Math.floor(lines * Math.min(1, Math.max(0, share || 0))));
}
