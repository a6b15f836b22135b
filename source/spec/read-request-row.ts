import type {JsonObject} from '../domain/request.ts';
import {isBatchLine, readBatchLine} from './batch-line-row.ts';
import {readPromptoRow} from './prompto-row.ts';
import type {RequestRow, RowProblem} from './request-row.ts';

/** A line of an OpenAI batch input file, or else one of a prompto experiment. */
export function readRequestRow(row: JsonObject): RequestRow | RowProblem {
	return isBatchLine(row) ? readBatchLine(row) : readPromptoRow(row);
}
