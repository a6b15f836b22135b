import type {RequestSource} from '../domain/request.ts';
import {type RunState, statuses} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import type {RequestRows} from '../store/row-reader.ts';
import {openRecord, type RecordForm, recordText} from '../view/record-text.ts';
import type {RequestDetail} from '../view/request-detail.ts';
import type {CurlOf} from './call-address.ts';

export type RecordSources = {
	readonly state: RunState;
	readonly source: Pick<RequestSource, 'expand'>;
	readonly readRows: (index: number) => RequestRows;
	readonly readDetail: (index: number) => RequestDetail;
	readonly curlOf: CurlOf;
};

/** One request to copy or to page through. Throws a UserError where its journal lines are damaged. */
export function readRecord(sources: RecordSources, index: number, form: RecordForm): string {
	switch (form) {
		case 'json': {
			const rows = recordRows(sources, index);
			if (rows.length === 0) {
				throw new UserError(
					`The journal lines of request ${index} cannot be read.`,
					'Its outcome is lost; wipe it to ask again.',
				);
			}

			return JSON.stringify(rows.length === 1 ? rows[0] : rows, null, 2);
		}

		case 'curl':
			return sources.curlOf(sources.source.expand(index));
		case 'text':
			return recordText(sources.readDetail(index));
	}
}

/** What a request came to, as in the result files; a line that says so without an outcome, none where it is damaged. */
export function recordRows(sources: RecordSources, index: number): readonly object[] {
	const read = sources.readRows(index);
	switch (read.kind) {
		case 'result':
			return read.rows;
		case 'failure':
			return [read.row];
		case 'none': {
			const {status, attempts} = sources.state.columns;
			return [openRecord(sources.source.expand(index), statuses[status[index]!]!, attempts[index]!)];
		}

		case 'damaged':
			return [];
	}
}
