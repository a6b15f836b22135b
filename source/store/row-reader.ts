import type {AnswerAccepted} from '../domain/added-event.ts';
import type {Asking} from '../domain/asking.ts';
import {changeRequest} from '../domain/changed-source.ts';
import type {AttemptEvent} from '../domain/event.ts';
import {decodeEvent} from '../domain/event-line.ts';
import {isFreeStage} from '../domain/free-stage.ts';
import {judgeStageName} from '../domain/judge.ts';
import {createOriginFinder} from '../domain/origin.ts';
import type {SchemaCheck} from '../domain/ports.ts';
import {changeAt} from '../domain/reduce-params.ts';
import type {Request, RequestSource} from '../domain/request.ts';
import {attemptsOn, failureOn, lineBefore, type RequestLine, requestLine} from '../domain/request-line.ts';
import {type FailureRow, failureRow, type ResultRow, resultRows} from '../domain/result.ts';
import {roundRows} from '../domain/round-rows.ts';
import {createRounds, type Rounds} from '../domain/rounds.ts';
import {type Score, scoredRow} from '../domain/score.ts';
import {sharedFrom} from '../domain/shared-answer.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import {isGivenUpAsLost, lostRequestFailure} from '../domain/take-back.ts';
import type {TwinTable} from '../domain/twin-table.ts';
import {createSharedCalls} from './shared-call.ts';

/** An accepted spec, as far as rows need it. */
export type SpecSource = {
	readonly source: RequestSource;
	readonly check: SchemaCheck | null;
	/** Null: each request was asked once. */
	readonly asking: Asking | null;
	/** Of the spec that holds: all answers are scored by it, those of an older spec too. */
	readonly score?: Score | null;
	/** Of the spec that holds: which requests ask the same; absent or null where nobody wants to know. */
	readonly twins?: TwinTable | null;
};

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

export type RowReader = {
	readonly count: number;
	/** Columns that its rows have as requests are asked several times. */
	readonly roundColumns: readonly string[];
	/** Its rows have `scores`. */
	readonly isScored: boolean;
	read(index: number): RequestRows;
};

/** A request, and the spec that it was asked by. */
type Asked = {readonly spec: SpecSource; readonly request: Request};

/** Puts rows together from the request, expanded anew, and its lines of the journal. */
export function createRowReader({state, readLine, specAt}: RowReaderOptions): RowReader {
	const originOf = createOriginFinder(state.epochs);
	const readEvent = (offset: number) => decodeEvent(readLine(offset), {body: true});
	const twins = specAt(state.epochs.length)?.twins ?? null;
	const sizeOf = twins ? createSharedCalls(state, twins) : null;
	const roundsBy = new Map<RequestSource, Rounds>();
	let givenUp: {readonly offset: number; readonly line: RequestLine} | null = null;

	/** As it was asked, under the id and index that it has now. */
	function requestOf(index: number, offset: number): Asked | null {
		if (index >= state.added.from) {
			const spec = specAt(state.epochs.length);
			return {spec, request: asSent(spec.source.expand(index), index, offset)};
		}

		const origin = originOf(index, offset);
		if (!origin) {
			return null;
		}

		const spec = specAt(origin.epoch);
		const request = asSent(spec.source.expand(origin.index), index, offset);
		const isOlder = origin.epoch < state.epochs.length;
		return {
			spec,
			request: isOlder ? {...request, index, id: specAt(state.epochs.length).source.id(index)} : request,
		};
	}

	function asSent(request: Request, index: number, offset: number): Request {
		const change = changeAt(state, index, offset);
		const queue = change && state.queues.find(({info}) => info.key === change.queueKey);
		return change ? changeRequest(request, change, queue?.info ?? null) : request;
	}

	function readResult(index: number, offset: number, attempts: number): RequestRows {
		const last = requestLine(readEvent(offset));
		const verdict = last?.type === 'answer-accepted' ? last : null;
		const event = verdict ? requestLine(readEvent(verdict.previous)) : last;
		const asked = requestOf(index, offset);
		const rows =
			asked && (event?.type === 'attempt-answered' || event?.type === 'attempt-failed')
				? rowsFrom(asked, event, attempts, verdict)
				: null;
		return rows && event
			? {kind: 'result', rows: scored(withCall(rows, event, index, offset), asked!.request)}
			: {kind: 'damaged', offset};
	}

	/** Where several ask the same, one was asked, and has what it cost. */
	function withCall(
		rows: readonly ResultRow[],
		line: RequestLine,
		index: number,
		offset: number,
	): readonly ResultRow[] {
		const size = sizeOf?.(index, offset) ?? 1;
		const from = sharedFrom(line, index, offset, originOf);
		if (size <= 1 && from === null) {
			return rows;
		}

		const id = ('requestId' in line ? line.requestId : null) ?? String(from ?? index);
		return rows.map(row => ({
			...row,
			...(from === null ? null : {usage: null, cost_usd: null}),
			call: row.call ?? {id, size: Math.max(2, size)},
		}));
	}

	function currentScore(): Score | null {
		return specAt(state.epochs.length).score ?? null;
	}

	/** What a judge says is a score itself. */
	function scored(rows: readonly ResultRow[], {stage}: Request): readonly ResultRow[] {
		const score = stage === judgeStageName ? null : currentScore();
		return score === null ? rows : rows.map(row => scoredRow(row, score));
	}

	function rowsFrom(
		{request, spec: {source, asking, check}}: Asked,
		event: AttemptEvent,
		attempts: number,
		verdict: AnswerAccepted | null,
	): readonly ResultRow[] | null {
		if (!asking?.concerns(request)) {
			const held = isFreeStage(request.stage) ? null : check;
			return event.type === 'attempt-answered' ? resultRows(request, event, attempts, held, verdict) : null;
		}

		const known = roundsBy.get(source);
		const rounds = known ?? createRounds({asking, state, readEvent, endpoint: request.endpoint, check});
		roundsBy.set(source, rounds);
		const lines = [...rounds.linesBefore(event), event];
		return roundRows({request, asking, lines, rounds: lines.map(rounds.roundOf), attempts, check});
	}

	function readFailure(index: number, offset: number, attempts: number): RequestRows {
		const asked = requestOf(index, offset);
		if (asked && isGivenUpAsLost(state, index)) {
			return {kind: 'failure', row: failureRow(asked.request, lostRequestFailure, [], attempts)};
		}

		const lines = readHistory(index, offset);
		const failure = lines[0] ? failureOn(lines[0]) : null;
		if (!asked || !failure) {
			return {kind: 'damaged', offset};
		}

		const history = attemptsOn(lines.toReversed()).filter(line => line.type === 'attempt-failed');
		return {kind: 'failure', row: failureRow(asked.request, failure, history, attempts)};
	}

	/** Follows the lines about one request backwards; where one is damaged, its history begins behind that. */
	function readHistory(index: number, last: number): readonly RequestLine[] {
		const lines: RequestLine[] = [];
		let before = Number.POSITIVE_INFINITY;
		for (let offset = last; offset >= 0 && offset < before; ) {
			const line = readRequestLine(offset);
			if (!line) {
				break;
			}

			lines.push(line);
			before = offset;
			offset = lineBefore(line, originOf(index, offset)?.index ?? index);
		}

		return lines;
	}

	/** A thousand may have been given up on one line: those that follow each other in the spec find it read. */
	function readRequestLine(offset: number): RequestLine | null {
		if (givenUp?.offset === offset) {
			return givenUp.line;
		}

		const line = requestLine(decodeEvent(readLine(offset), {body: false}));
		givenUp = line?.type === 'requests-given-up' ? {offset, line} : givenUp;
		return line;
	}

	return {
		get count() {
			return state.count;
		},
		get roundColumns() {
			return specAt(state.epochs.length).asking?.columns ?? [];
		},
		get isScored() {
			return currentScore() !== null;
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
