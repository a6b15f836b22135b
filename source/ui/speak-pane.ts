import type {FailureKind} from '../domain/failure.ts';
import type {BatchView} from '../view/batches-view.ts';
import {count, etaText, latency, money, percent, plural, shortCount, shortDuration} from '../view/format.ts';
import {limitText, limitValue} from '../view/limit-words.ts';
import type {Report} from '../view/report.ts';
import type {CostView, InFlightView, RetriesView, RunSnapshot} from '../view/snapshot.ts';
import {kindWords} from '../view/words.ts';
import {dueIn} from './due-in.ts';
import {type PaneName, paneTitles} from './layout.ts';
import {listWords} from './speak-row.ts';

/** Where the run stands, in one sentence. Texts are raw. */
export function stateWords(snapshot: RunSnapshot): string {
	const {phase, phaseDetail, counts, total, grows, cost, eta} = snapshot;
	const finished = counts.done + counts.failed;
	const spent = cost.priceUnknown && cost.spentUsd === 0 ? null : cost.spentUsd;
	return [
		grows
			? `${phase}: ${count(finished)} of ${count(total)} so far`
			: `${phase}: ${percent(finished, total)}, ${count(finished)} of ${count(total)}`,
		`${count(counts.failed)} failed`,
		...(counts.waiting > 0 ? [`${count(counts.waiting)} waiting`] : []),
		`cost ${money(spent)}`,
		...(eta === null ? [] : [`ETA ${etaText(eta, ' plus or minus ')}`]),
		...(phaseDetail === '' || phase === 'DONE' ? [] : [phaseDetail]),
	].join(', ');
}

/** What stands in a pane when it gets the focus. Texts are raw. */
export function paneWords(pane: PaneName, snapshot: RunSnapshot, now: number): readonly string[] {
	const title = `pane ${paneTitles[pane]}`;
	switch (pane) {
		case 'queue':
			return [`${title}, ${listWords(snapshot.rows)}`];
		case 'in-flight':
			return snapshot.report
				? [title, ...reportWords(snapshot.report)]
				: [title, ...inFlightWords(snapshot.inFlight), ...snapshot.batches.list.map(batchWords)];
		case 'retries':
			return [title, ...retryWords(snapshot.retries, now)];
		case 'cost':
			return [title, ...costWords(snapshot.cost)];
		case 'detail':
			return [title];
	}
}

export function reportWords(report: Report): readonly string[] {
	const {requests, failures, attempts, retries, tokens, cost_usd: costUsd, seconds} = report;
	const kinds = Object.entries(failures) as [FailureKind, number][];
	return [
		`report: ${count(requests.done)} of ${plural(requests.total, 'request')} done, ${count(requests.failed)} failed, after ${shortDuration(seconds * 1000)}`,
		...kinds.map(([kind, amount]) => `${kindWords(kind)}: ${count(amount)} failed`),
		`${plural(attempts, 'attempt')}, of which ${plural(retries, 'retry', 'retries')}`,
		`tokens: ${shortCount(tokens.input)} in, ${shortCount(tokens.cached)} of them cached, ${shortCount(tokens.output)} out`,
		`cost ${money(costUsd)}`,
	];
}

function inFlightWords({count: calls, concurrency, p50Ms, p95Ms}: InFlightView): readonly string[] {
	return [
		`${plural(calls, 'call')} in flight, at most ${count(concurrency)}`,
		...(p50Ms === null ? [] : [`half answered within ${latency(p50Ms)}, 95% within ${latency(p95Ms)}`]),
	];
}

function batchWords(batch: BatchView): string {
	const {shard, status, done, failed, total, ageMs, expiresInMs, isStalled, trouble} = batch;
	return [
		`batch ${shard} ${status}, ${count(done)} of ${count(total)} done`,
		...(failed > 0 ? [`${count(failed)} failed`] : []),
		`${shortDuration(ageMs)} old`,
		...(expiresInMs === null ? [] : [`expires in ${shortDuration(expiresInMs)}`]),
		...(isStalled ? ['stalled'] : []),
		...(trouble === '' ? [] : [trouble]),
	].join(', ');
}

function retryWords({causes, waiting, nextRetryAt}: RetriesView, now: number): readonly string[] {
	return [
		...(causes.length === 0 ? ['no attempt failed yet'] : []),
		...causes.map(({label, count: amount}) => `${label}: ${count(amount)}`),
		...(nextRetryAt === null ? [] : [`${count(waiting)} waiting, next ${dueIn(nextRetryAt, now)}`]),
	];
}

function costWords(cost: CostView): readonly string[] {
	const {spentUsd, heldUsd, usdPerHour, forecastUsd, ceilings, priceUnknown} = cost;
	return [
		priceUnknown ? 'the price is not known' : `spent ${money(spentUsd)}, held ${money(heldUsd)}`,
		...(usdPerHour === null ? [] : [`${money(usdPerHour)} an hour`]),
		...(forecastUsd === null ? [] : [`at the end about ${money(forecastUsd)}`]),
		...ceilings.map(
			({limit, used, of}) => `ceiling ${limitText(limit, of)}, ${limitValue(limit, used)} used up`,
		),
		`tokens: ${shortCount(cost.inputTokens)} in, ${shortCount(cost.outputTokens)} out`,
	];
}
