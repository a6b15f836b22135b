import type {WayPlan} from '../view/plan-preview.ts';
import type {RunPlan} from './plan-preview.ts';

/** A plan as `check --json` and `--dry-run --json` print it. Unknown is null. */
export function planJson({estimate, completionFrom, queues, preview}: RunPlan) {
	return {
		requests: queues.reduce((sum, {requests}) => sum + requests, 0),
		completion_ratio: {value: estimate.completion.ratio, from: completionFrom},
		queues: queues.map(({key, requests, choice, shards, ...queue}) => ({
			queue: key,
			requests,
			lane: choice.lane,
			why: choice.why,
			input_tokens: queue.inputTokens,
			output_tokens: queue.outputTokens,
			max_output_tokens: queue.maxOutputTokens,
			has_batch: queue.hasBatch,
			price: queue.priceSource,
			shards: shards.map(({bytes, input, worst}) => ({
				requests: worst.requests,
				bytes: Math.round(bytes),
				input_tokens: Math.round(input),
			})),
		})),
		plan: {
			direct: wayJson(preview.direct),
			batch: preview.batch && wayJson(preview.batch),
			auto: wayJson(preview.auto),
			...(preview.packed && {packed: wayJson(preview.packed)}),
		},
	};
}

function wayJson(way: WayPlan) {
	return {
		calls: way.calls,
		files: way.files,
		bytes: Math.round(way.bytes),
		input_tokens: way.inputTokens,
		output_tokens: way.outputTokens,
		max_output_tokens: way.maxOutputTokens,
		cost_usd: way.usd,
		max_cost_usd: way.maxUsd,
		direct_seconds: way.directSeconds,
		batch_hours_at_most: way.waves * 24,
		enqueued_tokens: way.enqueuedTokens,
		most_enqueued_tokens: way.mostEnqueuedTokens,
	};
}
