import {changeRequest} from '../domain/changed-source.ts';
import type {AttemptFailed} from '../domain/event.ts';
import {decodeEvent} from '../domain/event-line.ts';
import type {SchemaCheck} from '../domain/ports.ts';
import {changeAt} from '../domain/reduce-params.ts';
import type {Request, RequestSource} from '../domain/request.ts';
import {type FailureRow, failureRow, type ResultRow, resultRows} from '../domain/result.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import {createOriginFinder} from './origin.ts';

/** An accepted spec, as far as rows need it. */
export type SpecSource = {readonly source: RequestSource; readonly check: SchemaCheck | null};

export type RowReaderOptions = {
	readonly state: RunState;
	/** The journal's line at an offset. */
	readonly readLine: (offset: number) => string;
	/** The accepted specs of the run, counted from 1; the last is the one that holds. */
	readonly specAt: (epoch: number) => SpecSource;
};

/** What the product says about one request. */
export type RequestRows =
	| {readonly kind: 'result'; readonly rows: readonly ResultRow[]}
	| {readonly kind: 'failure'; readonly row: FailureRow}
	/** Neither done nor failed for good. */
	| {readonly kind: 'none'}
	/** There is an outcome, but its journal lines cannot be read. */
	| {readonly kind: 'damaged'; readonly offset: number};

export type RowReader = {readonly count: number; read(index: number): RequestRows};

/** Puts rows together from the request, expanded anew, and its lines of the journal. */
export function createRowReader({state, readLine, specAt}: RowReaderOptions): RowReader {
	const originOf = createOriginFinder(state.epochs);

	/** As it was asked, under the id and index that it has now. */
	function requestOf(index: number, offset: number): (SpecSource & {readonly request: Request}) | null {
		const origin = originOf(index, offset);
		if (!origin) {
			return null;
		}

		const spec = specAt(origin.epoch);
		const request = asSent(spec.source.expand(origin.index), index, offset);
		const isOlder = origin.epoch < state.epochs.length;
		return {
			...spec,
			request: isOlder ? {...request, index, id: specAt(state.epochs.length).source.id(index)} : request,
		};
	}

	function asSent(request: Request, index: number, offset: number): Request {
		const change = changeAt(state, index, offset);
		const queue = change && state.queues.find(({info}) => info.key === change.queueKey);
		return change ? changeRequest(request, change, queue?.info ?? null) : request;
	}

	function readResult(index: number, offset: number, attempts: number): RequestRows {
		const event = decodeEvent(readLine(offset), {body: true});
		const asked = requestOf(index, offset);
		const rows =
			event?.type === 'attempt-answered' && asked
				? resultRows(asked.request, event, attempts, asked.check)
				: null;
		return rows ? {kind: 'result', rows} : {kind: 'damaged', offset};
	}

	function readFailure(index: number, offset: number, attempts: number): RequestRows {
		const asked = requestOf(index, offset);
		const row = asked && failureRow(asked.request, readHistory(offset), attempts);
		return row ? {kind: 'failure', row} : {kind: 'damaged', offset};
	}

	/** Follows the lines about one request backwards; where one is damaged, its history begins behind that. */
	function readHistory(last: number): readonly AttemptFailed[] {
		const history: AttemptFailed[] = [];
		let before = Number.POSITIVE_INFINITY;
		for (let offset = last; offset >= 0 && offset < before; ) {
			const event = decodeEvent(readLine(offset), {body: false});
			if (event?.type !== 'attempt-failed' && event?.type !== 'attempt-answered') {
				break;
			}

			if (event.type === 'attempt-failed') {
				history.push(event);
			}

			before = offset;
			offset = event.previous;
		}

		return history.reverse();
	}

	return {
		get count() {
			return state.count;
		},
		read(index) {
			const {columns} = state;
			const attempts = columns.attempts[index]!;
			const offset = columns.offset[index]!;
			switch (columns.status[index]) {
				case statusCode.done:
					return readResult(index, offset, attempts);
				case statusCode.failed:
					return readFailure(index, offset, attempts);
				default:
					return {kind: 'none'};
			}
		},
	};
}
