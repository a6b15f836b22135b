import {readChoices} from '../domain/answer.ts';
import {enlargeAllowance} from '../domain/estimate.ts';
import type {AttemptEvent, RunEvent} from '../domain/event.ts';
import type {JsonObject, RequestSource} from '../domain/request.ts';
import type {Rounds} from '../domain/rounds.ts';
import type {AnswerPolicy} from '../domain/settings.ts';
import type {RunState} from '../domain/state.ts';
import {flawOf, parseJson} from '../domain/verdict.ts';
import {latency} from './format.ts';
import type {Notice} from './notice.ts';
import {jsonText, shorten} from './readable-text.ts';
import {failureText} from './words.ts';

/** Of which attempts the log shows request and answer in full: those that failed, those with warnings too, all. */
export const verboseLevels = ['never', 'error', 'warn', 'always'] as const;
export type VerboseLevel = (typeof verboseLevels)[number];

/** One attempt in full. Texts are raw. */
export type Dump = {
	readonly at: number;
	readonly level: Notice['level'];
	/** On one line. */
	readonly title: string;
	/** The title, and below it everything. */
	readonly text: string;
};

export type DumpSources = {
	readonly state: RunState;
	readonly source: Pick<RequestSource, 'expand' | 'id'>;
	/** Of requests that are asked several times: their rounds, and what the first one asks. */
	readonly rounds?: {readonly of: Rounds; readonly first: Pick<RequestSource, 'expand'>} | null;
	readonly policy: Pick<AnswerPolicy, 'endpoint'>;
};

/** Makes dumps of events, each after `reduce` took it in. */
export function createDumper(
	level: VerboseLevel,
	{state, source, rounds = null, policy}: DumpSources,
): (event: RunEvent) => Dump | null {
	// What `reduce` has forgotten by then: with how large an allowance the attempt was sent.
	let truncated = new Map(level === 'never' ? [] : state.truncated);
	return event => {
		if (level === 'never') {
			return null;
		}

		if (event.type !== 'attempt-answered' && event.type !== 'attempt-failed') {
			truncated = event.type === 'requests-wiped' ? new Map(state.truncated) : truncated;
			return null;
		}

		const {index} = event;
		const warnings = warningsOf(event, policy);
		const timesTruncated = truncated.get(index) ?? 0;
		truncated.set(index, state.truncated.get(index) ?? 0);
		if (!isDumped(level, event, warnings)) {
			return null;
		}

		// The next round may be due by now.
		const asked = rounds?.of.requestOf(rounds.first.expand(index), event) ?? source.expand(index);
		const body = enlargeAllowance(asked.body, timesTruncated);
		return dumpOf(event, body, warnings, source.id(index), state.columns.attempts[index]!);
	};
}

function isDumped(level: VerboseLevel, {type}: AttemptEvent, warnings: readonly string[]): boolean {
	switch (level) {
		case 'never':
			return false;
		case 'error':
			return type === 'attempt-failed';
		case 'warn':
			return type === 'attempt-failed' || warnings.length > 0;
		case 'always':
			return true;
	}
}

/** What is not clean about an answer: the words of a result's `warnings`. */
function warningsOf(event: AttemptEvent, {endpoint}: Pick<AnswerPolicy, 'endpoint'>): readonly string[] {
	const body = event.raw === null ? null : parseJson(event.raw);
	const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
	const flaws = isObject
		? readChoices(endpoint, body as JsonObject).flatMap(choice => flawOf(choice) ?? [])
		: [];
	const isEstimated = event.type === 'attempt-answered' && event.usageEstimated;
	return [...new Set([...flaws, ...(isEstimated ? ['usage_estimated'] : [])])];
}

function dumpOf(
	event: AttemptEvent,
	body: JsonObject,
	warnings: readonly string[],
	id: string,
	attempt: number,
): Dump {
	const {at, lane, startedAt, requestId, batchId, raw} = event;
	const failure = event.type === 'attempt-failed' ? event.failure : null;
	const outcome = failure ? failureText(failure) : 'answered';
	const title = `${id}  ${lane}  attempt ${attempt}  ${outcome}`;
	const facts = [
		`sent ${new Date(startedAt).toISOString()}`,
		`took ${latency(at - startedAt)}`,
		`status ${failure ? (failure.status ?? 'none') : 200}`,
		...(requestId === null ? [] : [`request-id ${requestId}`]),
		...(batchId === null ? [] : [`batch ${batchId}`]),
		...(event.call ? [`call ${event.call.id} of ${event.call.size} requests`] : []),
		...(warnings.length === 0 ? [] : [`warnings ${warnings.join(', ')}`]),
	];
	const lines = [
		title,
		facts.join('  '),
		'request',
		jsonText(body),
		...(raw === null ? ['no answer'] : ['answer', answerText(raw)]),
	];
	return {
		at,
		level: failure ? 'error' : warnings.length > 0 ? 'warn' : 'info',
		title,
		text: lines.join('\n'),
	};
}

function answerText(raw: string): string {
	const body = parseJson(raw);
	return body === undefined ? shorten(raw) : jsonText(body);
}
