import {checkLines, failedCheck} from './batch-check.ts';
import type {BatchCheck, BatchOutcome, BatchRecord} from './batch-record.ts';
import type {BatchSurroundings} from './batch-run.ts';
import {runBatch} from './batch-run.ts';
import {doneLines, timesOf} from './batch-timeline.ts';
import type {LineIndex} from './line-index.ts';
import {openLines} from './line-index.ts';
import type {ModelRoute} from './model-route.ts';
import {modelRoutes, withoutVersion} from './model-routes.ts';

const maxInputBytes = 200 * 1000 * 1000;

export async function checkBatch(record: BatchRecord, surroundings: BatchSurroundings): Promise<BatchCheck> {
	const file = surroundings.files.get(record.inputFileId);
	if (file && file.purpose !== 'batch') {
		return failedCheck('invalid_request', `The file ${file.id} has not the purpose 'batch'.`);
	}

	if (file && file.bytes > maxInputBytes) {
		return failedCheck('invalid_request', `The input file is larger than ${maxInputBytes} bytes.`);
	}

	const check = await withLines(record, surroundings, (lines, route) =>
		checkLines(lines, route, record, surroundings.signal),
	);
	return check ?? cannotFind(record);
}

/** Null: the input was deleted in the meantime. */
export function answerBatch(
	record: BatchRecord,
	surroundings: BatchSurroundings,
): Promise<BatchOutcome | null> {
	const done = doneLines(record, timesOf(record).answersDueAtMs);
	return withLines(record, surroundings, (lines, route) =>
		runBatch({record, lines, route, done, ...surroundings}),
	);
}

export function cannotFind({inputFileId}: BatchRecord): BatchCheck {
	return failedCheck('invalid_request', `Cannot find file ${inputFileId}.`);
}

/** Null: there is no such file. */
async function withLines<T>(
	{inputFileId, endpoint}: BatchRecord,
	{files}: BatchSurroundings,
	work: (lines: LineIndex, route: ModelRoute) => Promise<T>,
): Promise<T | null> {
	if (!files.get(inputFileId)) {
		return null;
	}

	const lines = await openLines(files.path(inputFileId));
	try {
		return await work(lines, modelRoutes.get(withoutVersion(endpoint))!);
	} finally {
		lines.close();
	}
}
