import type {RunEvent} from '../domain/event.ts';
import {causeOf} from '../domain/failure.ts';
import {usd} from '../domain/money.ts';
import type {QueueInfo} from '../domain/request.ts';
import {count, money, plural} from './format.ts';
import type {Notice} from './snapshot.ts';
import {causeWords, failureText} from './words.ts';

/** What a person should hear about, once each, in the same words on every face. Texts are raw. */
export type Notices = {
	readonly list: readonly Notice[];
	add(level: Notice['level'], text: string, at: number): void;
	observe(event: RunEvent): void;
};

/** More than a face can miss between two snapshots, few enough to cross threads with each. */
const mostKept = 50;
const longestText = 500;

export function createNotices(queues: readonly QueueInfo[]): Notices {
	const list: Notice[] = [];
	const seenCauses = new Set<string>();
	let nextId = 1;

	function add(level: Notice['level'], text: string, at: number): void {
		list.push({id: nextId++, at, level, text: text.slice(0, longestText)});
		if (list.length > mostKept) {
			list.shift();
		}
	}

	function observe(event: RunEvent): void {
		if (event.type === 'attempt-failed') {
			const cause = causeOf(event.failure);
			if (!seenCauses.has(cause)) {
				seenCauses.add(cause);
				const {message} = event.failure;
				add('warn', `first ${causeWords(cause)}${message === '' ? '' : `: ${message}`}`, event.at);
			}

			return;
		}

		const notice = noticeOf(event, queues);
		if (notice) {
			add(...notice, event.at);
		}
	}

	return {list, add, observe};
}

function noticeOf(event: RunEvent, queues: readonly QueueInfo[]): readonly [Notice['level'], string] | null {
	switch (event.type) {
		case 'paused':
			return ['info', `paused by a ${event.cause}`];
		case 'resumed':
			return ['info', 'resumed'];
		case 'queue-held':
			return ['error', `held ${queues[event.queue]?.key}: ${failureText(event.failure)}`];
		case 'concurrency-changed':
			return ['info', `concurrency ${count(event.concurrency)}`];
		case 'spec-changed':
			return ['info', `a changed spec was accepted: ${plural(event.count, 'request')}`];
		case 'attempts-lost':
			return ['warn', lostText(event)];
		case 'duplicate-answered':
			return ['warn', `a second answer came for request ${event.index}: kept aside, its cost counted`];
		default:
			return null;
	}
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
