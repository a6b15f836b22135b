import {isRemote, isUnpushed} from '../domain/batch.ts';
import {heldByBatches} from '../domain/ceiling.ts';
import {learnedCompletion} from '../domain/completion.ts';
import {usd} from '../domain/money.ts';
import type {RunSettings} from '../domain/settings.ts';
import {type RunState, statusCode, statuses} from '../domain/state.ts';
import {batchesViewOf} from './batch-view.ts';
import {buildReport} from './build-report.ts';
import {ceilingsOf} from './ceilings-view.ts';

/** Everything that `status` tells of a run, in the words and shape of its JSON. Text from outside is raw. */
export type RunStatus = ReturnType<typeof runStatus>;

/** `settings` give the ceilings; null where no spec can be read. */
export function runStatus(state: RunState, settings: RunSettings | null, now: number) {
	const {totals, session, guard, limitReached} = state;
	const batches = [...state.batches.values()];
	const unpushed = batches.filter(isUnpushed);
	const remote = batches.filter(isRemote);
	const sum = (list: typeof batches, key: 'remaining' | 'input' | 'bytes') =>
		list.reduce((total, batch) => total + batch[key], 0);
	const held = heldByBatches(state);
	const report = buildReport(state, now);
	return {
		...report,
		grows: state.stages.some(({isOpen}) => isOpen),
		statuses: Object.fromEntries(statuses.map(status => [status, totals.status[statusCode[status]]!])),
		batches: batchesViewOf(state, now).list.map(batch => ({
			shard: batch.shard,
			batch_id: batch.batchId,
			status: batch.status,
			completed: batch.done,
			failed: batch.failed,
			total: batch.total,
			age_s: Math.floor(batch.ageMs / 1000),
			expires_in_s: batch.expiresInMs === null ? null : Math.floor(batch.expiresInMs / 1000),
			input_tokens: batch.inputTokens,
			held_usd: batch.worstUsd,
			cancelling: batch.isCancelling,
			stalled: batch.isStalled,
			trouble: batch.trouble === '' ? null : batch.trouble,
			retry_at: batch.retryAt === null ? null : new Date(batch.retryAt).toISOString(),
		})),
		batch_totals: {
			open: batches.length,
			submitted: totals.batches.submitted,
			collected: totals.batches.collected,
			aside: {...totals.aside},
			duplicates: totals.duplicates,
		},
		unpushed: {
			shards: unpushed.length,
			requests: sum(unpushed, 'remaining'),
			input_tokens: sum(unpushed, 'input'),
			bytes: sum(unpushed, 'bytes'),
		},
		remote: {
			batches: remote.length,
			requests: sum(remote, 'remaining'),
			input_tokens: sum(remote, 'input'),
			bytes: sum(remote, 'bytes'),
		},
		cost_by_lane: {direct: usd(totals.cost.direct), batch: usd(totals.cost.batch)},
		held_by_batches_usd: usd(held.costPico),
		this_session: {number: session.number, attempts: session.attempts, tokens: session.tokens},
		ceilings: settings === null ? [] : ceilingsOf(state, settings.limits),
		guard: {tripped: guard.tripped, bad_passes: guard.badPasses},
		limit_reached: limitReached && {...limitReached},
		force_direct: state.forceDirect,
		queues: state.queues.map(({info, done, failed, access, failure, inFlight, ...queue}) => ({
			queue: info.key,
			done,
			failed,
			in_flight: inFlight,
			access,
			failure: failure && {kind: failure.kind, status: failure.status, message: failure.message},
			enqueued_limit: queue.enqueuedLimit,
			submit_at: queue.submitAt > now ? new Date(queue.submitAt).toISOString() : null,
			completion_ratio: learnedCompletion(queue.completion),
		})),
	};
}
