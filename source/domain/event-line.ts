import {joinAccepted, joinAdded, splitAccepted, splitAdded} from './added-line.ts';
import type {AttemptAnswered, AttemptFailed, RunEvent} from './event.ts';
import type {Failure} from './failure.ts';
import {asJson, extractBody} from './line-body.ts';
import {type CallFigures, callFigures, decodeCall, decodeUsage, type Tokens} from './line-figures.ts';
import type {ParamChange} from './param-change.ts';
import {isPlainType} from './plain-events.ts';
import type {Lane} from './price.ts';
import {parseJson} from './verdict.ts';

/**
 * An event as one line of the journal: a JSON object with the facts first and the body last.
 *
 *     {"started":[7,8,9],"at":1763676123456,"queue":0}
 *     {"answered":7,"at":1763676124690,"ms":1234,"u":[12,34],"c":123456,"r":{"id":"chatcmpl-1",…}}
 *     {"failed":8,"at":1763676124700,"ms":1244,"sequel":"retry","retryAt":1763676125900,"failure":{…}}
 *     {"type":"paused","at":1763676125000,"cause":"person"}
 *
 * The three that come by the million have short keys and leave out what has its default: `ms` is the latency, `u`
 * the tokens (input, output, cached), `c` picodollars, `m` the output tokens that the body
 * allowed, `id` the API's request id, `prev` the previous line about
 * the request, `call` what stands in `CallPart`, in that order, `round` its place among several, `more` that another
 * follows, `agrees` what an audit says. All others stand as they are.
 *
 * Replay reads only what lies before `bodyMark`. The mark cannot occur earlier: every quote inside a JSON string
 * is escaped, so `,"` stands only between two members, and no member of a head is named `r`.
 */
export const bodyMark = ',"r":';

/**
 * Rises when an older version could misread a line. A line of a type that it does not know it refuses anyhow. Each
 * session notes its own; absent: 1.
 */
export const journalVersion = 2;

/** One line without its line break. A body must be well-formed text, as decoded from bytes. */
export function encodeEvent(event: RunEvent): string {
	switch (event.type) {
		case 'attempt-started':
			return encodeStart(event);
		case 'attempt-answered':
			return encodeAnswer(event);
		case 'attempt-failed':
			return encodeFailure(event);
		case 'duplicate-answered': {
			const {raw, ...head} = event;
			return withBody(JSON.stringify(head), asJson(raw));
		}

		case 'journal-mended': {
			const {saved, ...head} = event;
			return withBody(JSON.stringify(head), saved);
		}

		case 'request-added': {
			const {head, body} = splitAdded(event);
			return withBody(head, body);
		}

		case 'answer-accepted': {
			const {head, body} = splitAccepted(event);
			return withBody(head, body);
		}

		case 'params-changed':
			// A field may have any name, that of the mark too: within a string it cannot be taken for it.
			return JSON.stringify({...event, change: JSON.stringify(event.change)});
		default:
			return JSON.stringify(event);
	}
}

/**
 * Null when the line is damaged. Without `body` the line may end after its `bodyMark`, and `raw` is empty (null
 * for a failure).
 */
export function decodeEvent(line: string, {body}: {readonly body: boolean}): RunEvent | null {
	const mark = line.indexOf(bodyMark);
	const head = parseJson(mark < 0 ? line : `${line.slice(0, mark)}}`) as Head | null | undefined;
	if (typeof head?.at !== 'number') {
		return null;
	}

	const written = body && mark >= 0 ? line.slice(mark + bodyMark.length, -1) : null;
	if (head.type === 'request-added') {
		return joinAdded(head, written);
	}

	if (head.type === 'answer-accepted') {
		return joinAccepted(head, written);
	}

	const raw = written === null ? null : extractBody(written);
	if (typeof head.answered === 'number') {
		return decodeAnswer(head, head.answered, raw ?? '');
	}

	if (Array.isArray(head.started)) {
		const start = {
			type: 'attempt-started',
			at: head.at,
			queue: head.queue ?? 0,
			indexes: head.started,
		} as const;
		return {
			...start,
			...(head.sizes === undefined ? null : {sizes: head.sizes}),
			...(head.tokens === undefined ? null : {tokens: head.tokens}),
		};
	}

	if (typeof head.failed === 'number') {
		return decodeFailure(head, head.failed, raw);
	}

	if (head.type === 'duplicate-answered') {
		return {...head, raw: raw ?? ''} as unknown as RunEvent;
	}

	if (head.type === 'journal-mended') {
		return {...head, saved: written ?? ''} as unknown as RunEvent;
	}

	if (head.type === 'params-changed') {
		const change = parseJson(head.change ?? '') as ParamChange | undefined;
		return change ? ({...head, change} as unknown as RunEvent) : null;
	}

	return isPlainType(head.type) ? (head as unknown as RunEvent) : null;
}

/** What may stand before the body. Absent is the default. */
type Head = {
	readonly type?: string;
	readonly started?: readonly number[];
	readonly queue?: number;
	readonly sizes?: readonly number[];
	readonly tokens?: number;
	readonly answered?: number;
	readonly failed?: number;
	readonly at: number;
	readonly ms?: number;
	readonly lane?: Lane;
	readonly id?: string;
	readonly u?: Tokens;
	readonly estimated?: true;
	readonly served?: readonly [model: string | null, fingerprint: string | null];
	readonly adopted?: number;
	readonly unjudged?: true;
	readonly m?: number;
	readonly c?: number;
	readonly batch?: string;
	readonly call?: CallFigures;
	readonly prev?: number;
	readonly round?: number;
	readonly more?: true;
	readonly agrees?: boolean;
	readonly sequel?: AttemptFailed['sequel'];
	readonly retryAt?: number;
	readonly hinted?: true;
	readonly maybeBilled?: true;
	readonly maybeBilledPico?: number;
	readonly maybeBilledTokens?: number;
	readonly failure?: Failure;
	readonly change?: string;
};

function encodeStart(event: Extract<RunEvent, {type: 'attempt-started'}>): string {
	const {at, queue, indexes, sizes, tokens} = event;
	let more = sizes === undefined ? '' : `,"sizes":[${sizes.join(',')}]`;
	more += tokens === undefined ? '' : `,"tokens":${tokens}`;
	return `{"started":[${indexes.join(',')}],"at":${at},"queue":${queue}${more}}`;
}

/** Put together by hand: a large run writes thousands of these a second. */
function encodeAnswer(event: AttemptAnswered): string {
	const {at, startedAt, lane, requestId, usage, costPico, batchId, previous} = event;
	let head = `{"answered":${event.index},"at":${at}`;
	head += at === startedAt ? '' : `,"ms":${at - startedAt}`;
	head += lane === 'direct' ? '' : `,"lane":"${lane}"`;
	head += requestId === null ? '' : `,"id":${JSON.stringify(requestId)}`;
	head += `,"u":[${usage.input},${usage.output}${usage.cached === 0 ? '' : `,${usage.cached}`}]`;
	head += event.usageEstimated ? ',"estimated":true' : '';
	head += event.allowed === null ? '' : `,"m":${event.allowed}`;
	head += costPico === null ? '' : `,"c":${costPico}`;
	head += batchId === null ? '' : `,"batch":${JSON.stringify(batchId)}`;
	head += event.call === undefined ? '' : `,"call":${JSON.stringify(callFigures(event.call))}`;
	head += previous < 0 ? '' : `,"prev":${previous}`;
	head += event.served ? `,"served":${JSON.stringify([event.served.model, event.served.fingerprint])}` : '';
	head += event.adopted === undefined ? '' : `,"adopted":${event.adopted}`;
	head += event.unjudged ? ',"unjudged":true' : '';
	head += event.round === undefined ? '' : `,"round":${event.round}`;
	head += event.more ? ',"more":true' : '';
	head += event.agrees === undefined ? '' : `,"agrees":${event.agrees}`;
	return withBody(`${head}}`, asJson(event.raw));
}

function decodeAnswer(head: Head, index: number, raw: string): AttemptAnswered {
	const {round, more, unjudged, agrees, served, adopted} = head;
	const answered: AttemptAnswered = {
		type: 'attempt-answered',
		at: head.at,
		index,
		lane: head.lane ?? 'direct',
		startedAt: head.at - (head.ms ?? 0),
		requestId: head.id ?? null,
		usage: decodeUsage(head.u) ?? {input: 0, cached: 0, output: 0},
		usageEstimated: head.estimated ?? false,
		allowed: head.m ?? null,
		costPico: head.c ?? null,
		batchId: head.batch ?? null,
		...(head.call === undefined ? null : {call: decodeCall(head.call, 'alone')}),
		previous: head.prev ?? -1,
		raw,
	};
	return round === undefined && !more && !unjudged && !served && adopted === undefined
		? answered
		: {
				...answered,
				...(round === undefined ? null : {round}),
				...(more ? {more} : null),
				...(unjudged ? {unjudged} : null),
				...(agrees === undefined ? null : {agrees}),
				...(served ? {served: {model: served[0], fingerprint: served[1]}} : null),
				...(adopted === undefined ? null : {adopted}),
			};
}

function encodeFailure(event: AttemptFailed): string {
	const {at, startedAt, usage} = event;
	const head: {readonly [K in keyof Head]?: Head[K] | undefined} = {
		failed: event.index,
		at,
		ms: at === startedAt ? undefined : at - startedAt,
		lane: event.lane === 'direct' ? undefined : event.lane,
		id: event.requestId ?? undefined,
		u: usage ? [usage.input, usage.output, usage.cached] : undefined,
		c: event.costPico ?? undefined,
		batch: event.batchId ?? undefined,
		call: event.call && callFigures(event.call),
		prev: event.previous < 0 ? undefined : event.previous,
		round: event.round,
		sequel: event.sequel,
		retryAt: event.retryAt ?? undefined,
		hinted: event.hinted || undefined,
		maybeBilled: event.maybeBilled || undefined,
		maybeBilledPico: event.maybeBilledPico || undefined,
		maybeBilledTokens: event.maybeBilledTokens || undefined,
		failure: event.failure,
	};
	const text = JSON.stringify(head);
	if (event.raw === null) {
		return text;
	}

	// Often a body failed because it is not JSON, although it begins like some.
	return withBody(text, parseJson(event.raw) === undefined ? JSON.stringify(event.raw) : asJson(event.raw));
}

function decodeFailure(head: Head, index: number, raw: string | null): AttemptFailed | null {
	if (!head.failure || !head.sequel) {
		return null;
	}

	return {
		type: 'attempt-failed',
		at: head.at,
		index,
		lane: head.lane ?? 'direct',
		startedAt: head.at - (head.ms ?? 0),
		failure: head.failure,
		requestId: head.id ?? null,
		sequel: head.sequel,
		retryAt: head.retryAt ?? null,
		hinted: head.hinted ?? false,
		usage: decodeUsage(head.u),
		costPico: head.c ?? null,
		batchId: head.batch ?? null,
		maybeBilled: head.maybeBilled ?? false,
		maybeBilledPico: head.maybeBilledPico ?? 0,
		maybeBilledTokens: head.maybeBilledTokens ?? 0,
		...(head.call === undefined ? null : {call: decodeCall(head.call, 'most')}),
		previous: head.prev ?? -1,
		...(head.round === undefined ? null : {round: head.round}),
		raw,
	};
}

function withBody(head: string, body: string): string {
	return `${head.slice(0, -1)}${bodyMark}${body}}`;
}
