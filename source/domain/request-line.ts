import type {AnswerAccepted, AnswerRefused} from './added-event.ts';
import type {AttemptAnswered, AttemptEvent, AttemptFailed, RunEvent} from './event.ts';
import type {Failure, FailureKind} from './failure.ts';
import {givenUpFailure} from './triage-event.ts';

/** What may stand on the last journal line about a request, and on those before it. */
export type RequestLine =
	| AttemptEvent
	| AnswerAccepted
	| AnswerRefused
	| Extract<RunEvent, {type: 'requests-given-up'}>;

/** Null where the line is about something else, or damaged. */
export function requestLine(event: RunEvent | null): RequestLine | null {
	switch (event?.type) {
		case 'attempt-answered':
		case 'attempt-failed':
		case 'answer-accepted':
		case 'answer-refused':
		case 'requests-given-up':
			return event;
		default:
			return null;
	}
}

/** Why a request is not done, by its last line; null where it is. */
export function failureOn(line: RequestLine): Failure | null {
	switch (line.type) {
		case 'attempt-answered':
		case 'answer-accepted':
			return null;
		case 'attempt-failed':
			return line.sequel === 'conclude' ? null : line.failure;
		case 'answer-refused':
			return line.failure;
		case 'requests-given-up':
			return givenUpFailure;
	}
}

/** The same of any event that was read at a request's offset; null where it tells of no failure. */
export function failureIn(event: RunEvent | null): Failure | null {
	const line = requestLine(event);
	return line && failureOn(line);
}

/** The attempts that lines tell of, in their order, the oldest first: an answer that was refused is a failed one. */
export function attemptsOn(lines: readonly RequestLine[]): readonly AttemptEvent[] {
	const attempts: AttemptEvent[] = [];
	for (const line of lines) {
		const last = attempts.at(-1);
		if (line.type === 'attempt-answered' || line.type === 'attempt-failed') {
			attempts.push(line);
		} else if (line.type === 'answer-refused' && last?.type === 'attempt-answered') {
			attempts[attempts.length - 1] = refusedAttempt(last, line);
		}
	}

	return attempts;
}

function refusedAttempt(answered: AttemptAnswered, {failure, sequel, retryAt}: AnswerRefused): AttemptFailed {
	const {usageEstimated: _, allowed: __, unjudged: ___, ...common} = answered;
	return {
		...common,
		type: 'attempt-failed',
		failure,
		sequel,
		retryAt,
		hinted: false,
		maybeBilled: false,
		maybeBilledPico: 0,
		maybeBilledTokens: 0,
	};
}

/** Offset of the line before, or -1. `index`: the request's when the line was written, as a changed spec moves it. */
export function lineBefore(line: RequestLine, index: number): number {
	return line.type === 'requests-given-up'
		? (line.previous[line.indexes.indexOf(index)] ?? -1)
		: line.previous;
}

/** Reads why requests failed for good. A line that a thousand were given up on is read once. */
export function createKindReader(
	readEvent: (offset: number) => RunEvent | null,
): (offset: number) => FailureKind | null {
	const givenUpAt = new Set<number>();
	return offset => {
		if (givenUpAt.has(offset)) {
			return givenUpFailure.kind;
		}

		const line = offset < 0 ? null : requestLine(readEvent(offset));
		if (line?.type === 'requests-given-up') {
			givenUpAt.add(offset);
		}

		return (line && failureOn(line)?.kind) ?? null;
	};
}
