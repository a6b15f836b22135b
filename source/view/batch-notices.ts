import {type BatchState, type ReleaseReason, requestsIn} from '../domain/batch.ts';
import type {BatchEvent} from '../domain/batch-event.ts';
import type {Failure} from '../domain/failure.ts';
import {usd} from '../domain/money.ts';
import {estimateNotices} from './estimate-notices.ts';
import {count, countdown, money, plural} from './format.ts';
import type {NoticeText} from './notice.ts';
import {failureText} from './words.ts';

type ShardEvent = Extract<BatchEvent, {shard: number}>;
type Collected = Extract<BatchEvent, {type: 'batch-collected'}>;

/** What was told already: the last status of each batch, and which estimates are off. */
export type BatchMemory = {readonly statuses: Map<number, string>; readonly estimates: Set<string>};

export function createBatchMemory(): BatchMemory {
	return {statuses: new Map(), estimates: new Set()};
}

const releaseWords: {readonly [R in ReleaseReason]: string} = {
	'token-limit': 'too many tokens are enqueued at the provider',
	'bad-line': 'a line was bad, the others go again',
	'force-direct': 'direct mode is forced',
	'file-lost': 'its file is not there, or not as it was written',
	resized: 'its lines go again in other files',
	rejected: 'the API refused or lost it',
	cancelled: 'a person ended it',
	wiped: 'it was wiped',
};

/** Statuses after which something is missing. */
const sadStatuses: ReadonlySet<string> = new Set(['failed', 'expired', 'cancelled']);

/**
 * What becomes of a batch, a line for each change and not for each poll. `batch` is as `reduce` left it, null when
 * it is not known (any more).
 */
export function batchNotices(
	event: ShardEvent,
	batch: BatchState | null,
	{statuses, estimates}: BatchMemory,
	isFirst: (failure: Failure) => boolean,
): readonly NoticeText[] {
	const name = `batch ${event.shard}`;
	switch (event.type) {
		case 'shard-cut':
		case 'batch-uploaded':
		case 'batch-submitting':
			return [];
		case 'batch-cleaned':
			statuses.delete(event.shard);
			return [];
		case 'batch-submitted': {
			statuses.set(event.shard, event.status);
			const requests = batch ? `, ${plural(requestsIn(batch), 'request')}` : '';
			const what = event.isAdopted ? 'found at the API and adopted' : 'submitted';
			return [['info', `${name} ${what}: ${event.batchId}${requests}`], ...doubleNotices(name, event, batch)];
		}

		case 'batch-updated': {
			const isNews = statuses.get(event.shard) !== event.status;
			statuses.set(event.shard, event.status);
			const level = sadStatuses.has(event.status) ? 'warn' : 'info';
			return isNews ? [[level, `${name} is ${event.status}`]] : [];
		}

		case 'batch-step-failed':
			return stepNotices(name, event, batch?.trouble?.times ?? 1, isFirst(event.failure));
		case 'batch-cancel-asked':
			return [
				[
					'info',
					`${name} shall end${event.pullsTail ? ', what it leaves open goes direct' : '; what it leaves open is queued again'}`,
				],
			];
		case 'batch-cancelling':
			return [['info', `${name}: its end was asked for, what it finished is collected`]];
		case 'batch-rejected': {
			const lines = event.lines.length > 0 ? `, ${plural(event.lines.length, 'bad line')}` : '';
			const limit = event.tokenLimit === null ? '' : `, the limit is ${count(event.tokenLimit)} tokens`;
			// Waiting mends this one.
			const level = event.failure.code === 'token_limit_exceeded' ? 'warn' : 'error';
			return [[level, `${name} was refused: ${failureText(event.failure)}${lines}${limit}`]];
		}

		case 'batch-collected':
			return [
				['info', `${name} collected: ${outcomesText(event)}`],
				...asideNotices(name, event),
				...estimateNotices(name, event, batch, estimates),
			];
		case 'shard-released': {
			const requests = batch ? plural(requestsIn(batch), 'request') : 'its requests';
			const next = event.retryAt === null ? '' : `, the next one in ${countdown(event.retryAt - event.at)}`;
			return [['info', `${name}: ${requests} back in the queue: ${releaseWords[event.reason]}${next}`]];
		}
	}
}

/** Each may have run in part, and its cost is counted as maybe billed. */
function doubleNotices(
	name: string,
	{doubles = []}: Extract<ShardEvent, {type: 'batch-submitted'}>,
	batch: BatchState | null,
): readonly NoticeText[] {
	const cost = batch && batch.worstPico > 0 ? `, up to ${money(usd(BigInt(batch.worstPico)))}` : '';
	return doubles.map(id => ['warn', `${name} was made twice: ${id} was cancelled, and may be billed${cost}`]);
}

/** The first of a cause, then when a batch has had ten, a hundred, a thousand in a row. */
function stepNotices(
	name: string,
	{failure, at, retryAt}: Extract<ShardEvent, {type: 'batch-step-failed'}>,
	times: number,
	isFirst: boolean,
): readonly NoticeText[] {
	const next = `next try in ${countdown(retryAt - at)}`;
	if (isFirst) {
		return [['warn', `${name}: ${failureText(failure)}; ${next}`]];
	}

	const isRound = times >= 10 && Number.isInteger(Math.log10(times));
	return isRound
		? [['warn', `${name}: ${count(times)} failures in a row, ${failureText(failure)}; ${next}`]]
		: [];
}

function outcomesText({outcomes}: Collected): string {
	const {done, failed, expired, missing} = outcomes;
	return [
		`${count(done)} done`,
		...(failed > 0 ? [`${count(failed)} failed`] : []),
		...(expired > 0 ? [`${count(expired)} expired`] : []),
		...(missing > 0 ? [`${count(missing)} missing`] : []),
	].join(', ');
}

function asideNotices(name: string, {aside}: Collected): readonly NoticeText[] {
	const {unknown, duplicate, garbled, orphans, orphanPico} = aside;
	const cost = orphanPico > 0 ? ` (${money(usd(BigInt(orphanPico)))})` : '';
	const kinds = [
		...(unknown > 0 ? [`${count(unknown)} of unknown requests`] : []),
		...(duplicate > 0 ? [`${count(duplicate)} repeated`] : []),
		...(garbled > 0 ? [`${count(garbled)} garbled`] : []),
		...(orphans > 0 ? [`${count(orphans)} of requests that left the spec${cost}`] : []),
	];
	return kinds.length === 0 ? [] : [['warn', `${name}: lines kept aside: ${kinds.join(', ')}`]];
}
