import {isEnded} from './batch.ts';
import type {QueueRules} from './queue-rules.ts';
import type {RunSettings} from './settings.ts';
import type {RunState} from './state.ts';

/** Which way a queue's open requests go now, and why: a sentence for the person. */
export type LaneChoice = {
	/** `undecided`: results are coming in, and how many requests are left is known only then. */
	readonly lane: 'direct' | 'batch' | 'undecided';
	readonly why: string;
};

/**
 * `open`: requests of the queue that are queued or waiting. Under `mode: auto` enough of them make a batch; fewer
 * go direct, as a batch may take a day.
 */
export function laneOf(
	state: RunState,
	queue: number,
	{hasBatch, noBatch}: QueueRules,
	open: number,
	{mode, batch: {minRequests}}: Pick<RunSettings, 'mode' | 'batch'>,
): LaneChoice {
	if (state.forceDirect) {
		return {lane: 'direct', why: 'direct mode is forced'};
	}

	if (mode === 'direct' || !hasBatch) {
		const {provider} = state.queues[queue]!.info;
		return {
			lane: 'direct',
			why: mode === 'direct' ? 'mode direct' : (noBatch ?? `${provider} has no Batch API`),
		};
	}

	if (mode === 'batch') {
		return {lane: 'batch', why: 'mode batch'};
	}

	for (const batch of state.batches.values()) {
		if (batch.queue === queue && (isEnded(batch) || batch.step === 'rejected')) {
			return {lane: 'undecided', why: `batch ${batch.shard} is being collected`};
		}
	}

	const count = `${grouped(open)} open ${open === 1 ? 'request' : 'requests'}`;
	return open >= minRequests
		? {lane: 'batch', why: `${count}, at least batch.min_requests ${minRequests}`}
		: {lane: 'direct', why: `${count}, fewer than batch.min_requests ${minRequests}`};
}

/** 10,000. */
function grouped(count: number): string {
	return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
