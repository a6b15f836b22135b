import type {AnswerRefused} from '../domain/added-event.ts';
import type {AttemptFailed, RunEvent} from '../domain/event.ts';
import {causeOf, type Failure} from '../domain/failure.ts';
import {usd} from '../domain/money.ts';
import type {RequestSource} from '../domain/request.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import type {Dump} from './attempt-dump.ts';
import {batchNotices, createBatchMemory} from './batch-notices.ts';
import {createCeilingWatch} from './ceiling-notices.ts';
import {createFailureLog} from './failure-log.ts';
import {count, money, plural} from './format.ts';
import type {Notice, NoticeText} from './notice.ts';
import {packingStoppedText} from './packing-view.ts';
import {sampleBegunText} from './sample-notices.ts';
import {servedNotices} from './served-words.ts';
import {steeringNotices} from './steering-notices.ts';
import {givenUpText, triageNotices} from './triage-notices.ts';
import {causeWords, failureText} from './words.ts';

/** What a person should hear about, once each, in the same words on every face. Texts are raw. */
export type Notices = {
	/** Newest last, the quiet ones among the others. */
	readonly list: readonly Notice[];
	add(level: Notice['level'], text: string, at: number): void;
	/** For the log only. */
	log(level: Notice['level'], text: string, at: number): void;
	dump(dump: Dump): void;
	/** After `reduce` took the event in. */
	observe(event: RunEvent, state: RunState): void;
	/** What time alone made due. */
	look(now: number): void;
};

export type NoticeOptions = {
	/** Of a request by its index. */
	readonly id?: (index: number) => string;
	/** The cost ceiling of the task, as the spec has it; null: none. */
	readonly taskCost?: bigint | null;
};

/** More than a face can miss between two snapshots, few enough to cross threads with each. */
const mostKept = 50;
/** Apart from the others: a storm of failures must not push out what a person should hear. */
const mostQuiet = 100;
const longestText = 500;
/** Of one dump, and of all in a snapshot. */
const longestDump = 20_000;
const mostDumped = 200_000;

export function createNotices(
	source: Pick<RequestSource, 'queues'>,
	{id = String, taskCost = null}: NoticeOptions = {},
): Notices {
	const loud: Notice[] = [];
	const quiet: Notice[] = [];
	const seenCauses = new Set<string>();
	const batchMemory = createBatchMemory();
	const failureLog = createFailureLog(id);
	const ceilingNews = createCeilingWatch(taskCost);
	let isAtLimit = false;
	let nextId = 1;
	/** How many were given up at once, a thousand a line: they are told together. */
	let givenUp = {at: -1, count: 0, id: 0};

	function keep(list: Notice[], most: number, notice: Omit<Notice, 'id'>): void {
		list.push({id: nextId++, ...notice, text: notice.text.slice(0, longestText)});
		if (list.length > most) {
			list.shift();
		}
	}

	function add(level: Notice['level'], text: string, at: number): void {
		keep(loud, mostKept, {at, level, text, isQuiet: false, dump: null});
	}

	function log(level: Notice['level'], text: string, at: number): void {
		keep(quiet, mostQuiet, {at, level, text, isQuiet: true, dump: null});
	}

	function dump({at, level, title, text}: Dump): void {
		const left = text.length - longestDump;
		const shown = left > 0 ? `${text.slice(0, longestDump)}… (${left} more characters)` : text;
		keep(quiet, mostQuiet, {at, level, text: title, isQuiet: true, dump: shown});
		let dumped = quiet.reduce((sum, notice) => sum + (notice.dump?.length ?? 0), 0);
		while (dumped > mostDumped) {
			dumped -= quiet.shift()?.dump?.length ?? 0;
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
		if (event.type === 'attempt-failed' || event.type === 'answer-refused') {
			observeFailure(event);
		} else if (event.type === 'requests-given-up') {
			addGivenUp(event);
		} else {
			for (const [level, text] of noticesOf(event, state)) {
				add(level, text, event.at);
			}
		}

		switch (event.type) {
			case 'attempt-answered':
			case 'attempt-failed':
			case 'attempts-lost':
			case 'duplicate-answered':
				observeCeiling(state, event.at);
				return;
			case 'limit-reached':
			case 'ceiling-raised':
				isAtLimit = event.type === 'limit-reached';
				return;
			case 'run-finished': {
				const [done = 0, failed = 0] = [statusCode.done, statusCode.failed].map(
					code => state.totals.status[code],
				);
				const text = `every request has its outcome: ${count(done)} done, ${count(failed)} failed`;
				log('info', text, event.at);
				return;
			}

			default:
		}
	}

	function observeFailure(event: AttemptFailed | AnswerRefused): void {
		if (isFirst(event.failure)) {
			const {message} = event.failure;
			const words = causeWords(causeOf(event.failure));
			add('warn', `first ${words}${message === '' ? '' : `: ${message}`}`, event.at);
		}

		const line = failureLog.observe(event);
		if (line) {
			log(line[0], line[1], event.at);
		}
	}

	/** That nothing is left may have been told already, by the start that did not fit. */
	function observeCeiling(state: RunState, at: number): void {
		for (const [level, text] of ceilingNews(state)) {
			if (level !== 'error' || !isAtLimit) {
				add(level, text, at);
			}
		}
	}

	function addGivenUp({at, indexes}: Extract<RunEvent, {type: 'requests-given-up'}>): void {
		const isSame = givenUp.at === at && loud.at(-1)?.id === givenUp.id;
		if (isSame) {
			loud.pop();
		}

		givenUp = {at, count: indexes.length + (isSame ? givenUp.count : 0), id: nextId};
		add('info', givenUpText(givenUp.count), at);
	}

	function noticesOf(event: RunEvent, state: RunState): readonly NoticeText[] {
		switch (event.type) {
			case 'paused':
				return [['info', `paused by a ${event.cause}`]];
			case 'resumed':
				return [['info', 'resumed']];
			case 'queue-held':
				return [['error', `held ${source.queues[event.queue]?.key}: ${failureText(event.failure)}`]];
			case 'packing-stopped':
				return [['warn', packingStoppedText(event, source.queues[event.queue]?.key ?? '')]];
			case 'concurrency-changed':
				return [['info', `concurrency ${count(event.concurrency)}`]];
			case 'spec-changed':
				return [['info', `a changed spec was accepted: ${plural(event.count, 'request')}`]];
			case 'attempts-lost':
				return [['warn', lostText(event)]];
			case 'duplicate-answered':
				return [['warn', `a second answer came for request ${event.index}: kept aside, its cost counted`]];
			case 'attempt-answered':
				return event.served ? servedNotices(event.served, state) : [];
			case 'sample-begun':
				return [['info', sampleBegunText(event.purpose, event.indexes.length)]];
			case 'sample-done':
			case 'answers-shared':
			case 'run-created':
			case 'session-started':
			case 'session-ended':
			case 'attempt-started':
			case 'attempt-failed':
			case 'journal-mended':
			case 'run-finished':
			case 'results-written':
			case 'request-added':
			case 'stage-opened':
			case 'stage-closed':
			case 'answer-accepted':
			case 'answer-refused':
				return [];
			case 'stage-failed':
				return [['error', `stopped by ${event.stage}: ${event.reason}`]];
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

	return {
		get list() {
			return [...loud, ...quiet].sort((a, b) => a.id - b.id);
		},
		add: (level, text, at) => add(level, text, at),
		log: (level, text, at) => log(level, text, at),
		dump,
		observe,
		look(now) {
			for (const [level, text] of failureLog.due(now)) {
				log(level, text, now);
			}
		},
	};
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
