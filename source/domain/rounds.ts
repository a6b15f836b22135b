import {readChoices} from './answer.ts';
import type {AnsweredRound, Asking, Round} from './asking.ts';
import type {AttemptEvent, RunEvent} from './event.ts';
import type {Failure} from './failure.ts';
import {createOriginFinder} from './origin.ts';
import type {SchemaCheck} from './ports.ts';
import type {Endpoint, JsonObject, Request} from './request.ts';
import {lineBefore, requestLine} from './request-line.ts';
import type {RunState} from './state.ts';
import {parseJson} from './verdict.ts';

/**
 * The rounds of requests that are asked more than once. Nothing of them is kept in memory but how many there were:
 * the lines that ended them stand on the request's chain in the journal, each with its number.
 */
export type Rounds = {
	readonly asking: Asking;
	/** Those that a request has behind it while it is open, oldest first. */
	before(index: number): readonly Round[];
	/** Those before the attempt of a line. */
	beforeLine(line: AttemptEvent): readonly Round[];
	/** The lines that ended the rounds before an attempt's, oldest first; null where one is damaged. */
	linesBefore(line: AttemptEvent): readonly (AttemptEvent | null)[];
	/** What a line says as the end of its round. */
	roundOf(line: AttemptEvent | null): Round;
	answerOf(body: JsonObject): AnsweredRound;
	/** The request as an attempt asked it; `request` is that of round 0. */
	requestOf(request: Request, line: AttemptEvent): Request;
};

export type RoundsOptions = {
	readonly asking: Asking;
	readonly state: RunState;
	/** The journal's line at an offset, with its body; null where it is damaged. */
	readonly readEvent: (offset: number) => RunEvent | null;
	readonly endpoint: Endpoint;
	readonly check: SchemaCheck | null;
};

/** What stands in for a round whose line cannot be read. */
const damaged: Failure = {
	kind: 'malformed',
	status: null,
	code: null,
	message: 'the journal line of an earlier round is damaged',
};

export function createRounds({asking, state, readEvent, endpoint, check}: RoundsOptions): Rounds {
	let originOf = createOriginFinder(state.epochs);
	let epochs = state.epochs.length;

	/** The index that a request had when the line at an offset was written. */
	function indexAt(index: number, offset: number): number {
		if (epochs !== state.epochs.length) {
			epochs = state.epochs.length;
			originOf = createOriginFinder(state.epochs);
		}

		return originOf(index, offset)?.index ?? index;
	}

	/** Walks back from a request's line at `from` to those that ended its last `wanted` rounds. */
	function walk(index: number, from: number, wanted: number): readonly (AttemptEvent | null)[] {
		const lines = new Array<AttemptEvent | null>(wanted).fill(null);
		let number = wanted - 1;
		for (
			let offset = from, above = Number.POSITIVE_INFINITY;
			number >= 0 && offset >= 0 && offset < above;
		) {
			const line = requestLine(readEvent(offset));
			if (!line) {
				break;
			}

			// A wiped request has rounds from before: the nearest of each number counts.
			const isAttempt = line.type === 'attempt-answered' || line.type === 'attempt-failed';
			if (isAttempt && isAskedAgain(line) && (line.round ?? 0) === number) {
				lines[number] = line;
				number--;
			}

			above = offset;
			offset = lineBefore(line, indexAt(index, offset));
		}

		return lines;
	}

	function linesBefore({index, previous, round = 0}: AttemptEvent): readonly (AttemptEvent | null)[] {
		return round === 0 ? [] : walk(index, previous, round);
	}

	function answerOf(body: JsonObject): AnsweredRound {
		const choices = readChoices(endpoint, body);
		const text = choices[0]?.text ?? null;
		const value = text === null ? undefined : parseJson(text);
		const fits = value !== undefined && (check === null || check(value) === null);
		return {kind: 'answered', text, parsed: fits ? value : null, choices};
	}

	function roundOf(line: AttemptEvent | null): Round {
		if (line?.type === 'attempt-failed') {
			return {kind: 'failed', failure: line.failure};
		}

		const body = line ? parseJson(line.raw) : null;
		return typeof body === 'object' && body !== null && !Array.isArray(body)
			? {...answerOf(body as JsonObject), ...(line?.call && {isShared: true as const})}
			: {kind: 'failed', failure: damaged};
	}

	function beforeLine(line: AttemptEvent): readonly Round[] {
		return linesBefore(line).map(roundOf);
	}

	return {
		asking,
		before(index) {
			const count = state.rounds.get(index) ?? 0;
			return count === 0 ? [] : walk(index, state.columns.offset[index]!, count).map(roundOf);
		},
		beforeLine,
		linesBefore,
		roundOf,
		answerOf,
		requestOf(request, line) {
			const before = beforeLine(line);
			return before.length === 0 ? request : asking.next(request, before);
		},
	};
}

/** The line ended a round, and another followed. */
function isAskedAgain(line: AttemptEvent): boolean {
	return line.type === 'attempt-answered' ? line.more === true : line.sequel === 'more';
}
