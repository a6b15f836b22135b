import {readAnswer} from '../domain/answer.ts';
import type {AttemptEvent, RunEvent} from '../domain/event.ts';
import type {Failure} from '../domain/failure.ts';
import {usd} from '../domain/money.ts';
import {createOriginFinder} from '../domain/origin.ts';
import type {JsonObject, RequestSource} from '../domain/request.ts';
import {attemptsOn, failureOn, lineBefore, type RequestLine, requestLine} from '../domain/request-line.ts';
import type {Rounds} from '../domain/rounds.ts';
import type {AnswerPolicy} from '../domain/settings.ts';
import {sharedFrom} from '../domain/shared-answer.ts';
import {countsForCall} from '../domain/sharing.ts';
import {type RunState, statuses} from '../domain/state.ts';
import {flawOf, parseJson} from '../domain/verdict.ts';
import {jsonText, promptText, shorten} from './readable-text.ts';
import type {AttemptView, RequestDetail} from './request-detail.ts';
import {roundDetail} from './round-detail.ts';
import {changeWords} from './triage-notices.ts';
import {failureText} from './words.ts';

/** Journal line at an offset, with its response body or without; null where it is damaged. */
export type ReadEvent = (offset: number, body: boolean) => RunEvent | null;

/** More attempts than a person looks through. */
const longestHistory = 1000;

/** One request opened up: expanded again, and its history read backwards from its last journal line. */
export function buildDetail(
	state: RunState,
	source: Pick<RequestSource, 'expand'>,
	readEvent: ReadEvent,
	policy: Pick<AnswerPolicy, 'endpoint'>,
	index: number,
	rounds: Rounds | null = null,
): RequestDetail {
	const {columns} = state;
	const request = source.expand(index);
	const isRepeated = rounds?.asking.concerns(request) ?? false;
	const lines = readHistory(readEvent, state, index);
	const history = attemptsOn(lines);
	const last = history.at(-1) ?? null;
	const failure = lines.length > 0 ? failureOn(lines.at(-1)!) : null;
	const answer = last ? readBody(last, policy) : nothingRead;
	const from = sharedFrom(last, index, columns.offset[index]!, createOriginFinder(state.epochs));
	return {
		index,
		id: request.id,
		status: statuses[columns.status[index]!]!,
		provider: request.provider,
		model: request.model,
		changed: changedText(state, index),
		prompt: promptText(request.asked),
		body: jsonText(request.body),
		answers: answer.texts,
		finishReason: answer.finishReason,
		warnings: [
			...answer.flaws,
			...(from === null ? estimateWarning(last) : ['the answer of another request that asks the same']),
			...lossWarning(state, index, history.length),
		],
		usage: last && from === null && countsForCall(last) ? last.usage : null,
		costUsd: last && from === null ? costUsd(last) : null,
		error: failure && errorText(failure),
		...(isRepeated && rounds && last ? roundDetail(rounds, request, last) : null),
		attempts: [
			...history.map(event => ({...attemptView(event), ...roundNumber(isRepeated, event.round)})),
			...callView(state, index).map(call => ({
				...call,
				...roundNumber(isRepeated, state.rounds.get(index)),
			})),
		],
	};
}

function roundNumber(isRepeated: boolean, round = 0): Pick<AttemptView, 'round'> | null {
	return isRepeated ? {round: round + 1} : null;
}

/** The newest change contains those before it. */
function changedText({changed, changes}: RunState, index: number): string | null {
	const change = changes[changed.get(index) ?? -1];
	return change ? changeWords({change}) : null;
}

/** Oldest first. Each line names the one before it, which lies before it: a damaged journal cannot make a circle. */
function readHistory(readEvent: ReadEvent, {columns, epochs}: RunState, index: number): RequestLine[] {
	const history: RequestLine[] = [];
	const originOf = createOriginFinder(epochs);
	// Of the last attempt.
	let wantsBody = true;
	for (
		let offset = columns.offset[index]!, before = Number.POSITIVE_INFINITY;
		offset >= 0 && offset < before;
	) {
		const line = requestLine(readEvent(offset, wantsBody));
		if (!line) {
			break;
		}

		history.push(line);
		wantsBody &&= line.type !== 'attempt-answered' && line.type !== 'attempt-failed';
		before = offset;
		offset = history.length < longestHistory ? lineBefore(line, originOf(index, offset)?.index ?? index) : -1;
	}

	return history.reverse();
}

type ReadBody = {
	readonly texts: readonly string[];
	readonly finishReason: string | null;
	readonly flaws: readonly string[];
};

const nothingRead: ReadBody = {texts: [], finishReason: null, flaws: []};

/** Also of an answer that could not be used: a refusal or a broken body is what one wants to see. */
function readBody({raw}: AttemptEvent, {endpoint}: Pick<AnswerPolicy, 'endpoint'>): ReadBody {
	if (raw === null) {
		return nothingRead;
	}

	const body = parseJson(raw);
	if (typeof body !== 'object' || body === null || Array.isArray(body)) {
		return {...nothingRead, texts: [shorten(raw)]};
	}

	const {choices} = readAnswer(endpoint, body as JsonObject);
	if (choices.length === 0) {
		return {...nothingRead, texts: [jsonText(body)]};
	}

	return {
		texts: choices.map(choice => shorten(choice.text ?? choice.refusal ?? jsonText(choice.raw))),
		finishReason: choices[0]?.finishReason ?? null,
		flaws: [...new Set(choices.flatMap(choice => flawOf(choice) ?? []))],
	};
}

function estimateWarning(last: AttemptEvent | null): readonly string[] {
	return last?.type === 'attempt-answered' && last.usageEstimated ? ['usage_estimated'] : [];
}

/** Calls that ended without an outcome have no line of their own. */
function lossWarning({columns, inFlight}: RunState, index: number, known: number): readonly string[] {
	const lost = columns.attempts[index]! - known - (inFlight.has(index) ? 1 : 0);
	return lost > 0 && known < longestHistory ? [`${lost} of its attempts ended without an outcome`] : [];
}

function attemptView(event: AttemptEvent): AttemptView {
	const {at, lane, requestId, startedAt} = event;
	const common = {at, lane, requestId, latencyMs: at - startedAt, costUsd: costUsd(event)};
	if (event.type === 'attempt-answered') {
		return {...common, outcome: 'answered', status: 200, message: '', maybeBilled: false};
	}

	const {kind, status, message} = event.failure;
	return {...common, outcome: kind, status, message, maybeBilled: event.maybeBilled};
}

function callView(state: RunState, index: number): readonly AttemptView[] {
	const call = state.inFlight.get(index);
	return call
		? [
				{
					at: call.startedAt,
					lane: 'direct',
					outcome: 'in flight',
					status: null,
					message: '',
					requestId: null,
					latencyMs: null,
					costUsd: null,
					maybeBilled: false,
				},
			]
		: [];
}

/** Null when nothing was paid, nobody knows what, or another request of the call has it. */
function costUsd(event: AttemptEvent): number | null {
	const {usage, costPico} = event;
	return usage === null || costPico === null || !countsForCall(event) ? null : usd(BigInt(costPico));
}

function errorText(failure: Failure): string {
	const {code, kind} = failure;
	return failureText(
		code === null || code === kind ? failure : {...failure, message: `${code}: ${failure.message}`},
	);
}
