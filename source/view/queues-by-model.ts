import {addLatencies} from '../domain/latency.ts';
import type {QueueState} from '../domain/state.ts';

/** What is told of a model. */
export type ModelQueue = Pick<
	QueueState,
	'info' | 'price' | 'done' | 'failed' | 'tokens' | 'cost' | 'latencies'
>;

/** The queues of a run by model: groups with a limit of their own have several of one, which are one to a reader. */
export function queuesByModel(queues: readonly QueueState[]): readonly ModelQueue[] {
	const models = new Map<string, ModelQueue>();
	for (const queue of queues) {
		const {provider, model} = queue.info;
		const key = `${provider}/${model}`;
		const other = models.get(key);
		models.set(key, other ? together(other, queue) : queue);
	}

	return [...models.values()];
}

function together(one: ModelQueue, other: ModelQueue): ModelQueue {
	const latencies = [...one.latencies];
	addLatencies(latencies, other.latencies);
	return {
		info: one.info,
		price: one.price,
		done: one.done + other.done,
		failed: one.failed + other.failed,
		tokens: {
			input: one.tokens.input + other.tokens.input,
			cached: one.tokens.cached + other.tokens.cached,
			output: one.tokens.output + other.tokens.output,
		},
		cost: {direct: one.cost.direct + other.cost.direct, batch: one.cost.batch + other.cost.batch},
		latencies,
	};
}
