import {accountsOf} from '../domain/accounts.ts';
import {isOver} from '../domain/is-over.ts';
import {addLatencies, latencyQuantiles} from '../domain/latency.ts';
import {meanInterval} from '../domain/mean-interval.ts';
import {usd} from '../domain/money.ts';
import type {ResultFacts} from '../domain/result-files.ts';
import {type QueueState, type RunState, statusCode} from '../domain/state.ts';
import type {TalliedScore} from '../domain/tallied-score.ts';
import {dearestFirst} from './dearest-first.ts';
import {packingReport} from './packing-view.ts';
import {type ModelQueue, queuesByModel} from './queues-by-model.ts';
import type {ModelReport, Report, ScoreReport, ServedReport} from './report.ts';

/**
 * The totals of the whole run as they are now: contract section 4, and after its keys what else a person asks.
 * `results`: what the result files came to, where they are known to be of now.
 */
export function buildReport(
	state: RunState,
	now: number,
	results: ResultFacts = state.resultsWritten ? state.results : {},
): Report {
	const {totals, session, count} = state;
	const done = totals.status[statusCode.done]!;
	const failed = totals.status[statusCode.failed]!;
	const served = servedReports(state.queues);
	const spent = totals.cost.direct + totals.cost.batch;
	const packing = packingReport(state);
	return {
		requests: {total: count, done, failed, pending: count - done - failed},
		failures: Object.fromEntries([...totals.failed].sort(mostFirst)),
		attempts: totals.attempts,
		retries: totals.attempts - totals.started - totals.rounds,
		tokens: {...totals.tokens},
		cost_usd: spent === 0n && totals.unpricedCalls > 0 ? null : usd(spent),
		...(totals.unpricedCalls > 0 && {unpriced_calls: totals.unpricedCalls}),
		maybe_billed: {calls: totals.maybeBilled.calls, usd: usd(totals.maybeBilled.cost)},
		mode: {...totals.done},
		session: {requests: session.finished, cost_usd: usd(session.cost)},
		seconds: Math.max(0, endOf(state, now) - state.createdAt) / 1000,
		latency_ms: latencyOf(state),
		by_model: [...queuesByModel(state.queues)].sort(dearestFirst).map(modelReport),
		calls: totals.calls,
		accounted: accountsOf(state),
		errors: [...totals.failedAttempts].sort(mostFirst).map(([cause, attempts]) => ({cause, attempts})),
		...(served.length > 0 && {served}),
		...(packing && {packing}),
		...(results.scores && {scores: results.scores.map(scoreReport)}),
	};
}

/** Queues of one model, for groups with a limit of their own, count together. */
function servedReports(queues: readonly QueueState[]): readonly ServedReport[] {
	const reports = new Map<string, ServedReport>();
	for (const {info, served} of queues) {
		for (const {model, fingerprint, answers} of served) {
			const key = JSON.stringify([info.provider, info.model, model, fingerprint]);
			reports.set(key, {
				provider: info.provider,
				model: info.model,
				returned_model: model,
				system_fingerprint: fingerprint,
				answers: answers + (reports.get(key)?.answers ?? 0),
			});
		}
	}

	return [...reports.values()];
}

function scoreReport(tally: TalliedScore): ScoreReport {
	const {name, provider, model, group, count, mean, errors, isShare} = tally;
	const interval = meanInterval(tally);
	return {
		name,
		provider,
		model,
		group,
		requests: count,
		mean: count === 0 ? null : sixDigits(mean),
		low: interval && sixDigits(interval.low),
		high: interval && sixDigits(interval.high),
		is_share: isShare && count > 0,
		errors,
	};
}

/** No more digits than anybody reads. */
function sixDigits(value: number): number {
	return Number(value.toPrecision(6));
}

function latencyOf({queues}: RunState): Report['latency_ms'] {
	const counts: number[] = [];
	for (const {latencies} of queues) {
		addLatencies(counts, latencies);
	}

	const [p50 = null, p95 = null] = wholeQuantiles(counts);
	return {p50, p95};
}

function modelReport(queue: ModelQueue): ModelReport {
	const {info, done, failed, tokens, cost, price, latencies} = queue;
	const [p50 = null, p95 = null] = wholeQuantiles(latencies);
	const isUnknown = price === null && cost.direct + cost.batch === 0n;
	const costUsd = (amount: bigint) => (isUnknown ? null : usd(amount));
	return {
		provider: info.provider,
		model: info.model,
		done,
		failed,
		tokens: {...tokens},
		cost_usd: costUsd(cost.direct + cost.batch),
		direct_usd: costUsd(cost.direct),
		batch_usd: costUsd(cost.batch),
		p50_ms: p50,
		p95_ms: p95,
	};
}

/** No more digits than there is knowledge. */
function wholeQuantiles(counts: readonly number[]): (number | null)[] {
	return latencyQuantiles(counts, [0.5, 0.95]).map(ms => (ms === null ? null : Math.round(ms)));
}

/** A run that is over ended with its last request, whenever it is looked at. */
export function endOf(state: RunState, now: number): number {
	return isOver(state) ? (state.finishedAt ?? state.lastFinishedAt) : now;
}

function mostFirst([, a]: readonly [string, number], [, b]: readonly [string, number]): number {
	return b - a;
}
