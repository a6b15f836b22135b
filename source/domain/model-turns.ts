import type {Agenda} from './queue-agenda.ts';
import type {QueueRules} from './queue-rules.ts';
import {isSampling} from './sample.ts';
import type {RunState} from './state.ts';

/**
 * Whether a queue waits for another model of its provider. A server such as Ollama has room for one model and takes
 * long to load another, so its models have their turns, in the order of the spec: the next one begins when nothing of
 * the one before is open or out. A held queue gives up its turn.
 */
export function waitsForModel(
	state: RunState,
	agenda: Agenda,
	rules: readonly Pick<QueueRules, 'holdsOneModel'>[],
	queue: number,
): boolean {
	// A sample takes some of each model, and nothing else starts meanwhile.
	if (rules[queue]?.holdsOneModel !== true || isSampling(state)) {
		return false;
	}

	const {provider, model} = state.queues[queue]!.info;
	const siblings = [...state.queues.entries()].filter(([, {info}]) => info.provider === provider);
	const current =
		siblings.find(([, {inFlight}]) => inFlight > 0) ??
		siblings.find(([number, {access}]) => access !== 'held' && openOf(agenda, number) > 0);
	return current !== undefined && current[1].info.model !== model;
}

function openOf({queues, pulled}: Agenda, queue: number): number {
	return queues[queue]!.open + pulled[queue]!.open;
}
