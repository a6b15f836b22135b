import type {RunEvent} from '../domain/event.ts';
import {usd} from '../domain/money.ts';
import {createOriginFinder} from '../domain/origin.ts';
import type {Lane} from '../domain/price.ts';
import type {RequestSource} from '../domain/request.ts';
import {failureOn, type RequestLine, requestLine} from '../domain/request-line.ts';
import type {RunSettings} from '../domain/settings.ts';
import {sharedFrom} from '../domain/shared-answer.ts';
import {type RunState, type Status, statuses} from '../domain/state.ts';
import {type ListView, plainList} from './list-view.ts';
import type {Row, RowWindow, WindowRequest} from './snapshot.ts';
import {failureText} from './words.ts';

export type RowSources = {
	readonly source: Pick<RequestSource, 'id' | 'queueOf' | 'queues'>;
	readonly settings: Pick<RunSettings, 'retry'>;
	/** The head of the journal line at an offset; null where it is damaged. */
	readonly readEvent: (offset: number) => RunEvent | null;
};

/** A row is one line of a screen, and crosses threads five times a second. */
const longestError = 300;

/** Most rows that a window holds, whatever is asked. */
const mostRows = 500;

/** The rows that a face asked for, moved up where the order ends before they do. */
export function windowOf(
	state: RunState,
	sources: RowSources,
	request: WindowRequest,
	now: number,
	list: ListView = plainList(state),
): RowWindow {
	const {count, cursorIndex} = request;
	const originOf = createOriginFinder(state.epochs);
	const {rowsAt, positionOf, isMarked, ...about} = list;
	const wanted = Math.max(0, Math.min(count, mostRows));
	const position = cursorIndex === null ? null : positionOf(cursorIndex);
	const from = Math.max(0, Math.min(followedTop(request, position), about.total - wanted));
	return {
		...about,
		top: from,
		cursor: cursorIndex === null || position === null ? null : {index: cursorIndex, position},
		rows: rowsAt(from, wanted).map(index => ({
			...rowOf(state, sources, originOf, index, now),
			isMarked: isMarked(index),
		})),
	};
}

/** The top of a window that keeps its request on the same line although the order moved. */
export function followedTop({top, cursorPosition}: WindowRequest, position: number | null): number {
	return position === null || cursorPosition === undefined ? top : top + position - cursorPosition;
}

function rowOf(
	state: RunState,
	{source, settings, readEvent}: RowSources,
	originOf: ReturnType<typeof createOriginFinder>,
	index: number,
	now: number,
): Row {
	const {columns} = state;
	const status = statuses[columns.status[index]!]!;
	const attempts = columns.attempts[index]!;
	const offset = columns.offset[index]!;
	const line = offset < 0 ? null : requestLine(readEvent(offset));
	const last = line?.type === 'requests-given-up' ? null : line;
	const isShared = sharedFrom(line, index, offset, originOf) !== null;
	// Of a call that several share, only one has the money.
	const isBesides = last !== null && 'call' in last && (last.call?.position ?? 0) > 0;
	const paid = isShared || isBesides ? null : last;
	const rounds =
		state.rounds.get(index) ?? (status === 'done' && last && 'round' in last ? (last.round ?? 0) : 0);
	const call = state.inFlight.get(index);
	const lastAt = call?.startedAt ?? line?.at ?? null;
	return {
		isMarked: false,
		isChanged: state.changed.has(index),
		isUnwanted: state.unwanted.has(index),
		moved: Math.sign(state.moved.get(index) ?? 0) as Row['moved'],
		index,
		id: source.id(index),
		status,
		model: source.queues[source.queueOf(index)]!.model,
		attempts,
		rounds,
		// Waits use up no retry, and calls lost with their process neither.
		attemptsAllowed: Math.max(attempts, rounds + settings.retry.maxRetries + 1 + columns.waits[index]!),
		ageMs: lastAt === null ? null : Math.max(0, now - lastAt),
		tokens: paid?.usage ? paid.usage.input + paid.usage.output : null,
		lane: laneOf(status, last),
		costUsd: paid?.usage && paid.costPico !== null ? usd(BigInt(paid.costPico)) : null,
		error: status === 'in-flight' ? '' : errorOf(line),
		retryAt: state.waiting.get(index) ?? null,
	};
}

function errorOf(line: RequestLine | null): string {
	const failure = line && failureOn(line);
	return failure ? failureText(failure).slice(0, longestError) : '';
}

function laneOf(status: Status, last: {readonly lane: Lane} | null): Row['lane'] {
	if (status === 'in-flight') {
		return 'direct';
	}

	return status === 'batched' ? 'batch' : (last?.lane ?? null);
}
