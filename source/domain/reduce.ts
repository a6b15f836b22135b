import type {BatchEvent} from './batch-event.ts';
import {endAttempt, startCalls} from './calls-out.ts';
import {createAdded, createColumns, createQueue} from './create-state.ts';
import type {RunEvent} from './event.ts';
import {chargeStage, payMaybe} from './pay.ts';
import {reduceAdded} from './reduce-added.ts';
import {takeAnswer, takeDuplicate, takeFailure} from './reduce-attempt.ts';
import {excuseRejected, reduceBatch} from './reduce-batch.ts';
import {changeSpec} from './reduce-spec-change.ts';
import {reduceTriage} from './reduce-triage.ts';
import {takeShared} from './reduce-twins.ts';
import {reduceSample} from './sample.ts';
import {setBack} from './set-back.ts';
import {type RunState, statusCode} from './state.ts';

/**
 * The only way the state changes, live and on replay alike: no clock, no chance, no effects. `offset` is where
 * the event's line stands in the journal.
 */
export function reduce(state: RunState, event: RunEvent, offset: number): void {
	if (event.type === 'session-started' && event.at < state.latestAt) {
		setBack(state, state.latestAt - event.at);
	}

	state.latestAt = Math.max(state.latestAt, event.at);
	switch (event.type) {
		case 'run-created':
			state.runId = event.runId;
			state.createdAt = event.at;
			state.toolVersion = event.toolVersion;
			state.specDigest = event.specDigest;
			state.simulated = event.simulated;
			state.seeds = event.seeds ?? null;
			state.count = event.count;
			state.columns = createColumns(event.count);
			Object.assign(state.added, createAdded(event.count));
			state.queues = event.queues.map((info, position) => ({
				...createQueue(info),
				price: event.prices?.[position] ?? null,
			}));
			state.totals.status[statusCode.queued] = event.count;
			state.epochs.push({startsAt: offset, kept: []});
			return;
		case 'session-started':
			state.session.number = event.session;
			state.session.startedAt = event.at;
			Object.assign(state.session, {
				finished: 0,
				attempts: 0,
				calls: 0,
				tokens: 0,
				cost: 0n,
				maybeBilled: 0n,
				maybeBilledTokens: 0,
				failedBatches: 0,
			});
			state.limitReached = null;
			state.stageFailure = null;
			state.concurrency = event.concurrency;
			for (const [position, queue] of state.queues.entries()) {
				queue.price = event.prices[position] ?? null;
			}

			for (const provider of state.providers.values()) {
				provider.connectionFailures = 0;
			}

			probeHeldQueues(state);
			return;
		case 'session-ended':
			return;
		case 'spec-changed':
			changeSpec(state, event, offset);
			return;
		case 'attempt-started':
			startCalls(state, event);
			return;
		case 'attempt-answered':
			takeAnswer(state, event, offset);
			return;
		case 'attempt-failed':
			takeFailure(state, event, offset);
			return;
		case 'attempts-lost':
			for (const index of event.indexes) {
				endAttempt(state, index, 'queued');
				chargeStage(state, index, {
					tokens: Math.ceil((event.maybeBilledTokens ?? 0) / event.indexes.length),
					pico: event.maybeBilledPico / event.indexes.length,
				});
			}

			payMaybe(state, {
				calls: event.maybeBilledCalls,
				tokens: event.maybeBilledTokens,
				pico: event.maybeBilledPico,
			});
			return;
		case 'answers-shared':
			takeShared(state, event);
			return;
		case 'duplicate-answered':
			takeDuplicate(state, event);
			return;
		case 'paused':
			state.paused = true;
			return;
		case 'resumed':
			state.paused = false;
			if (state.sample?.step === 'paused') {
				state.sample.step = 'past';
			}

			state.limitReached = null;
			state.stageFailure = null;
			excuseRejected(state);
			state.guard.tripped = null;
			state.guard.badPasses = 0;
			probeHeldQueues(state);
			return;
		case 'queue-held': {
			const queue = state.queues[event.queue]!;
			queue.access = 'held';
			queue.failure = event.failure;
			return;
		}

		case 'packing-stopped':
			state.queues[event.queue]!.packing.isStopped = true;
			return;
		case 'concurrency-changed':
			state.concurrency = event.concurrency;
			return;
		case 'journal-mended':
			// Live, the state is the one that it holds; whoever reads a journal takes it from the line.
			return;
		case 'run-finished':
			state.finishedAt = event.at;
			return;
		case 'results-written':
			state.resultsWritten = true;
			state.results = {...(event.parts && {parts: event.parts}), ...(event.scores && {scores: event.scores})};
			return;
		case 'requests-retried':
		case 'requests-unwanted':
		case 'requests-given-up':
		case 'requests-restored':
		case 'requests-moved':
		case 'queue-added':
		case 'params-changed':
			reduceTriage(state, event, offset);
			return;
		case 'request-added':
		case 'stage-opened':
		case 'stage-closed':
		case 'stage-failed':
		case 'answer-accepted':
		case 'answer-refused':
			reduceAdded(state, event, offset);
			return;
		case 'sample-begun':
		case 'sample-done':
			reduceSample(state, event);
			return;
		default:
			reduceBatch(state, event satisfies BatchEvent);
	}
}

function probeHeldQueues(state: RunState): void {
	for (const queue of state.queues) {
		if (queue.access === 'held') {
			queue.access = 'probing';
		}
	}
}
