import {laneOf} from '../domain/lane-choice.ts';
import type {QueueRules} from '../domain/queue-rules.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import {type RunState, statusCode} from '../domain/state.ts';

/** Which way the requests go at the start of a session and why: `mode auto: batch, as openai/gpt-4o has …`. */
export function laneReason(
	state: RunState,
	source: RequestSource,
	rules: readonly QueueRules[],
	settings: RunSettings,
	onlyProcess: boolean,
): string {
	const mode = `mode ${settings.mode}`;
	if (onlyProcess) {
		return `${mode}: what is remote is collected, nothing new is sent`;
	}

	const open = openByQueue(state, source);
	const choices = state.queues.flatMap(({info}, queue) =>
		open[queue] === 0
			? []
			: [{key: info.key, ...laneOf(state, queue, rules[queue]!, open[queue]!, settings)}],
	);
	const [first] = choices;
	if (!first) {
		return `${mode}: nothing is left to send`;
	}

	if (choices.every(({lane, why}) => lane === first.lane && why === first.why)) {
		return first.why === mode ? `${mode}: ${first.lane}` : `${mode}: ${first.lane}, as ${first.why}`;
	}

	return `${mode}: ${choices.map(({key, lane, why}) => `${key} ${lane}, as ${why}`).join('; ')}`;
}

/** Requests that are queued or waiting. */
function openByQueue({columns, count, queues}: RunState, source: RequestSource): readonly number[] {
	const open = queues.map(() => 0);
	for (let index = 0; index < count; index++) {
		const status = columns.status[index];
		if (status === statusCode.queued || status === statusCode.waiting) {
			open[source.queueOf(index)]!++;
		}
	}

	return open;
}
