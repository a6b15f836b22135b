import type {RunEvent} from '../domain/event.ts';
import {causeOf, type Failure} from '../domain/failure.ts';
import {usd} from '../domain/money.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import {batchNotices, createBatchMemory} from './batch-notices.ts';
import {count, money, plural} from './format.ts';
import type {Notice} from './snapshot.ts';
import {steeringNotices} from './steering-notices.ts';
import {triageNotices} from './triage-notices.ts';
import {causeWords, failureText} from './words.ts';

/** What a person should hear about, once each, in the same words on every face. Texts are raw. */
export type Notices = {
	readonly list: readonly Notice[];
	add(level: Notice['level'], text: string, at: number): void;
	/** After `reduce` took the event in. */
	observe(event: RunEvent, state: RunState): void;
};

export type NoticeText = readonly [level: Notice['level'], text: string];

/** More than a face can miss between two snapshots, few enough to cross threads with each. */
const mostKept = 50;
const longestText = 500;

export function createNotices(source: Pick<RequestSource, 'queues'>): Notices {
	const list: Notice[] = [];
	const seenCauses = new Set<string>();
	const batchMemory = createBatchMemory();
	let nextId = 1;

	function add(level: Notice['level'], text: string, at: number): void {
		list.push({id: nextId++, at, level, text: text.slice(0, longestText)});
		if (list.length > mostKept) {
			list.shift();
		}
	}

	/** Only the first failure of a cause is news. */
	function isFirst(failure: Failure): boolean {
		const cause = causeOf(failure);
		const isNew = !seenCauses.has(cause);
		seenCauses.add(cause);
		return isNew;
	}

	function observe(event: RunEvent, state: RunState): void {
		if (event.type === 'attempt-failed') {
			if (isFirst(event.failure)) {
				const {message} = event.failure;
				const words = causeWords(causeOf(event.failure));
				add('warn', `first ${words}${message === '' ? '' : `: ${message}`}`, event.at);
			}

			return;
		}

		for (const [level, text] of noticesOf(event, state)) {
			add(level, text, event.at);
		}
	}

	function noticesOf(event: RunEvent, state: RunState): readonly NoticeText[] {
		switch (event.type) {
			case 'paused':
				return [['info', `paused by a ${event.cause}`]];
			case 'resumed':
				return [['info', 'resumed']];
			case 'queue-held':
				return [['error', `held ${source.queues[event.queue]?.key}: ${failureText(event.failure)}`]];
			case 'concurrency-changed':
				return [['info', `concurrency ${count(event.concurrency)}`]];
			case 'spec-changed':
				return [['info', `a changed spec was accepted: ${plural(event.count, 'request')}`]];
			case 'attempts-lost':
				return [['warn', lostText(event)]];
			case 'duplicate-answered':
				return [['warn', `a second answer came for request ${event.index}: kept aside, its cost counted`]];
			case 'run-created':
			case 'session-started':
			case 'session-ended':
			case 'attempt-started':
			case 'attempt-answered':
			case 'attempt-failed':
			case 'run-finished':
			case 'results-written':
				return [];
			case 'direct-forced':
			case 'pass-judged':
			case 'guard-tripped':
			case 'limit-reached':
			case 'ceiling-raised':
			case 'requests-wiped':
				return steeringNotices(event);
			case 'requests-retried':
			case 'requests-unwanted':
			case 'requests-given-up':
			case 'requests-restored':
			case 'requests-moved':
			case 'queue-added':
			case 'params-changed':
				return triageNotices(event);
			default:
				return batchNotices(event, state.batches.get(event.shard) ?? null, batchMemory, isFirst);
		}
	}

	return {list, add, observe};
}

function lostText(event: Extract<RunEvent, {type: 'attempts-lost'}>): string {
	const calls = plural(event.indexes.length, 'call');
	const why = event.reason === 'killed' ? 'lost with the last process' : 'aborted';
	const billed =
		event.maybeBilledCalls > 0
			? `, maybe billed: ${count(event.maybeBilledCalls)}, up to ${money(usd(BigInt(event.maybeBilledPico)))}`
			: '';
	return `${calls} ${why}${billed}`;
}
