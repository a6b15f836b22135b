import type {FailureKind} from '../domain/failure.ts';
import {mismatch, shortEquation} from './accounts-words.ts';
import {attemptsWords} from './calls-words.ts';
import {count, duration, latency, money, percent, plural, shortCount} from './format.ts';
import {limitText, limitValue} from './limit-words.ts';
import {auditText, packingText} from './packing-view.ts';
import {megabytes} from './plan-preview.ts';
import type {PackingReport} from './report.ts';
import type {RunStatus} from './run-status.ts';
import {scoresLine} from './score-words.ts';
import {servedLine} from './served-words.ts';
import {causeWords, failureText, kindWords} from './words.ts';

type Line = readonly [label: string, text: string];

/** Where a run stands, for a person: a label and its figures a line. Raw: the face cleans it. */
export function statusLines(status: RunStatus, pausedBy: string | null): readonly string[] {
	const {requests, statuses, tokens} = status;
	const over = requests.done + requests.failed;
	const lines: readonly Line[] = [
		[
			'requests',
			`${count(requests.done)} done, ${count(requests.failed)} failed, ${count(requests.pending)} pending of ${count(requests.total)} ${status.grows ? 'so far' : `(${percent(over, requests.total)})`}`,
		],
		[mismatch(status.accounted) || 'accounted', shortEquation(status.accounted)],
		...when(requests.pending > 0, ['pending', pendingText(statuses)]),
		['attempts', attemptsWords(status)],
		...Object.entries(status.failures).map(
			([kind, amount]): Line => ['failed', `${kindWords(kind as FailureKind)}: ${count(amount)}`],
		),
		[
			'tokens',
			`${shortCount(tokens.input)} in (${shortCount(tokens.cached)} cached), ${shortCount(tokens.output)} out`,
		],
		['cost', costText(status)],
		...when(status.latency_ms.p50 !== null, [
			'latency',
			`p50 ${latency(status.latency_ms.p50)}, p95 ${latency(status.latency_ms.p95)} of direct calls`,
		]),
		...(status.packing ? packingLines(status.packing) : []),
		...when(status.errors.length > 0, [
			'errors',
			status.errors.map(({cause, attempts: times}) => `${causeWords(cause)} ${count(times)}`).join(', '),
		]),
		...when(status.served !== undefined, ['answered', servedLine(status.served ?? [])]),
		...when(status.scores !== undefined, ['scores', scoresLine(status.scores ?? [])]),
		...when(status.maybe_billed.calls > 0, [
			'maybe',
			`${count(status.maybe_billed.calls)} calls, up to ${money(status.maybe_billed.usd)}`,
		]),
		...when(status.held_by_batches_usd > 0, [
			'held',
			`${money(status.held_by_batches_usd)} at most by batches without an outcome`,
		]),
		...status.ceilings.map(
			({limit, used, of}): Line => ['ceiling', `${limitText(limit, of)}, ${limitValue(limit, used)} used up`],
		),
		...batchLines(status),
		...reasonLines(status, pausedBy),
		...status.queues.map((queue): Line => ['queue', queueText(queue)]),
	];
	return lines.map(([label, text]) => `${label.padEnd(10)} ${text}`);
}

function packingLines(packing: PackingReport): readonly Line[] {
	return [
		['packed', packingText(packing)],
		...(packing.audit ? [['audit', auditText(packing.audit)] as const] : []),
		...packing.stopped.map((queue): Line => ['packed', `packing is off for ${queue}`]),
	];
}

function pendingText(statuses: RunStatus['statuses']): string {
	return ['queued', 'waiting', 'in-flight', 'batched']
		.map(name => `${count(statuses[name] ?? 0)} ${name}`)
		.join(', ');
}

function costText({
	cost_usd: costUsd,
	cost_by_lane: lanes,
	mode,
	unpriced_calls: calls = 0,
}: RunStatus): string {
	const more = calls > 0 ? `, without ${plural(calls, 'call')} at an unknown price` : '';
	const parts = mode.batch > 0 ? ` (direct ${money(lanes.direct)}, batch ${money(lanes.batch)})` : '';
	return costUsd === null ? 'unknown' : `${money(costUsd)}${parts}${more}`;
}

function batchLines({batches, batch_totals: totals, unpushed, remote}: RunStatus): readonly Line[] {
	const {aside} = totals;
	const odd = aside.unknown + aside.duplicate + aside.garbled + aside.orphans;
	return [
		...when(totals.submitted + totals.open > 0, [
			'batches',
			`${count(totals.submitted)} submitted, ${count(totals.collected)} collected`,
		]),
		...when(unpushed.shards > 0, [
			'unpushed',
			`${plural(unpushed.shards, 'shard')} with ${plural(unpushed.requests, 'request')}, ${megabytes(unpushed.bytes)} MB, ${shortCount(unpushed.input_tokens)} tokens in`,
		]),
		...when(remote.batches > 0, [
			'remote',
			`${plural(remote.batches, 'batch', 'batches')} with ${plural(remote.requests, 'request')}, ${megabytes(remote.bytes)} MB, ${shortCount(remote.input_tokens)} tokens in`,
		]),
		...batches.map((batch): Line => ['batch', batchText(batch)]),
		...when(totals.open > batches.length, ['batch', `and ${count(totals.open - batches.length)} more`]),
		...when(odd > 0, [
			'aside',
			`${count(aside.unknown)} unknown, ${count(aside.duplicate)} duplicate, ${count(aside.garbled)} garbled lines, ${count(aside.orphans)} of requests that left the spec`,
		]),
	];
}

function batchText(batch: RunStatus['batches'][number]): string {
	const marks = [
		...(batch.cancelling ? ['cancelling'] : []),
		...(batch.stalled ? ['nothing moved for a while'] : []),
		...(batch.trouble === null ? [] : [batch.trouble]),
	];
	const expiry = batch.expires_in_s === null ? '' : `, expires in ${duration(batch.expires_in_s * 1000)}`;
	const failed = batch.failed > 0 ? `, ${count(batch.failed)} failed` : '';
	return [
		`${batch.shard} ${batch.batch_id ?? '-'} ${batch.status}: ${count(batch.completed)} of ${count(batch.total)}${failed}, age ${duration(batch.age_s * 1000)}${expiry}`,
		...marks,
	].join('; ');
}

/** Why it does not go on by itself, and what holds besides. */
function reasonLines(status: RunStatus, pausedBy: string | null): readonly Line[] {
	const {guard, limit_reached: limit, force_direct: isForced} = status;
	return [
		...(pausedBy === null ? [] : [['paused', `by ${pausedBy}; --unpause goes on`] as const]),
		...(guard.tripped === null ? [] : [['guard', `${guard.tripped}; --unpause goes on`] as const]),
		...when(guard.bad_passes > 0, ['passes', `${count(guard.bad_passes)} bad in a row`]),
		...(limit === null ? [] : [['limit', `${limitText(limit.limit, limit.value)} is reached`] as const]),
		...when(isForced, ['lane', 'direct mode is forced']),
	];
}

function queueText(queue: RunStatus['queues'][number]): string {
	const {failure, access} = queue;
	const why = failure ? failureText({...failure, code: null}) : '';
	return [
		`${queue.queue}: ${count(queue.done)} done, ${count(queue.failed)} failed`,
		...(access === 'open' || failure === null ? [] : [`${access}: ${why}`]),
		...(queue.enqueued_limit === null ? [] : [`enqueued tokens at most ${count(queue.enqueued_limit)}`]),
		...(queue.submit_at === null ? [] : [`no batch before ${queue.submit_at}`]),
		...(queue.completion_ratio === null ? [] : [`completion ratio ${queue.completion_ratio} learned`]),
	].join(', ');
}

function when(isShown: boolean, line: Line): readonly Line[] {
	return isShown ? [line] : [];
}
