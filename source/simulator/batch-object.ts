import type {JsonObject} from '../domain/request.ts';
import type {BatchRecord} from './batch-record.ts';
import type {BatchStatus} from './batch-timeline.ts';
import {dayMs, doneLines, isTerminal, statusOf, timesOf} from './batch-timeline.ts';
import {responseUsage} from './usage.ts';

/** Statuses that come after lines were worked on. */
const begun: readonly BatchStatus[] = ['in_progress', 'finalizing', 'completed', 'expired'];

/** A batch as the API shows it at that time. */
export function describeBatch(record: BatchRecord, nowMs: number): JsonObject {
	const {check, cancelledAtMs, createdAtMs} = record;
	const status = statusOf(record, nowMs);
	const {checkedAtMs, answersDueAtMs, endAtMs} = timesOf(record);
	const cancelled = cancelledAtMs !== null;
	const ran = begun.includes(status) || (cancelled && cancelledAtMs >= checkedAtMs);
	const outcome = isTerminal(status) ? record.outcome : null;
	return {
		id: record.id,
		object: 'batch',
		endpoint: record.endpoint,
		model: status === 'validating' ? null : (check?.model ?? null),
		errors: status === 'failed' ? {object: 'list', data: check!.errors} : null,
		input_file_id: record.inputFileId,
		completion_window: '24h',
		status,
		output_file_id: outcome?.outputFileId ?? null,
		error_file_id: outcome?.errorFileId ?? null,
		created_at: seconds(createdAtMs),
		in_progress_at: ran ? seconds(checkedAtMs) : null,
		expires_at: seconds(createdAtMs + dayMs),
		finalizing_at: status === 'finalizing' || status === 'completed' ? seconds(answersDueAtMs) : null,
		completed_at: status === 'completed' ? seconds(endAtMs) : null,
		failed_at: status === 'failed' ? seconds(checkedAtMs) : null,
		expired_at: status === 'expired' ? seconds(endAtMs) : null,
		cancelling_at: cancelled ? seconds(cancelledAtMs) : null,
		cancelled_at: status === 'cancelled' ? seconds(endAtMs) : null,
		request_counts: countRequests(record, status, nowMs),
		usage: outcome ? responseUsage(outcome.usage) : null,
		metadata: record.metadata,
	};
}

function countRequests(record: BatchRecord, status: BatchStatus, nowMs: number): JsonObject {
	const {check, outcome} = record;
	if (status === 'validating' || status === 'failed' || !check) {
		return {total: 0, completed: 0, failed: 0};
	}

	return outcome
		? {total: check.lines, completed: outcome.completed, failed: outcome.failed}
		: {total: check.lines, completed: doneLines(record, nowMs), failed: 0};
}

function seconds(atMs: number): number {
	return Math.floor(atMs / 1000);
}
