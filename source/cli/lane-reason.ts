import {laneOf} from '../domain/lane-choice.ts';
import {isOpen} from '../domain/open-count.ts';
import type {QueueRules} from '../domain/queue-rules.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import type {TwinTable} from '../domain/twin-table.ts';

/** Which way the requests go at the start of a session and why: `mode auto: batch, as openai/gpt-4o has …`. */
export function laneReason(
	state: RunState,
	source: RequestSource,
	rules: readonly QueueRules[],
	settings: RunSettings,
	onlyProcess: boolean,
	twins: TwinTable | null,
): string {
	const mode = `mode ${settings.mode}`;
	if (onlyProcess) {
		return `${mode}: what is remote is collected, nothing new is sent`;
	}

	const open = openByQueue(state, source, twins);
	const reasons = state.queues.flatMap(({info}, queue) => {
		const {lane, why} = laneOf(state, queue, rules[queue]!, open[queue]!, settings);
		// Where their number decides, the reason begins with it.
		const because = /^\d/.test(why) ? `${info.key} has ${why}` : why;
		return open[queue] === 0 ? [] : [why === mode ? lane : `${lane}, as ${because}`];
	});
	return `${mode}: ${[...new Set(reasons)].join('; ') || restOf(state)}`;
}

function restOf({totals}: RunState): string {
	const batched = totals.status[statusCode.batched]!;
	return batched === 0 ? 'nothing is left to send' : `nothing is left to send, ${batched} are in batches`;
}

/** Requests that are queued or waiting; of those that ask the same, one. */
function openByQueue(state: RunState, source: RequestSource, twins: TwinTable | null): readonly number[] {
	const open = state.queues.map(() => 0);
	for (let index = 0; index < state.count; index++) {
		const first = twins?.first[index] ?? -1;
		if (isOpen(state, index) && (first < 0 || first === index)) {
			open[source.queueOf(index)]!++;
		}
	}

	return open;
}
