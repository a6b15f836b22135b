import {completionOf} from '../domain/completion.ts';
import {allowedOutput, demandOf, unknownOutput} from '../domain/demand.ts';
import {customIdOf} from '../domain/reconcile.ts';
import {batchPaths, embeddingInputsOf, type LineSize} from '../domain/shard.ts';
import {bodyOf} from './attempt.ts';
import type {BatchLaneOptions} from './batch-lane.ts';

/** A line of a batch file, and what it adds to it. */
export type ShardLine = {readonly text: string; readonly size: LineSize};

/** The line of a request's next attempt at a position, counted from 0, of a shard. */
export function shardLine(
	index: number,
	shard: number,
	position: number,
	{source, state, settings, queueRules, countTokens}: BatchLaneOptions,
): ShardLine {
	const request = source.expand(index);
	const {queue: number, endpoint} = request;
	const queue = state.queues[number]!;
	const {maxOutput} = queueRules[number]!;
	const body = bodyOf(request, state);
	const text = JSON.stringify({
		custom_id: customIdOf(shard, position),
		method: 'POST',
		url: batchPaths[endpoint],
		body,
	});
	const input = countTokens(number, body);
	const allowed = allowedOutput(body, endpoint, maxOutput ?? unknownOutput) ?? 0;
	return {
		text,
		size: {
			bytes: Buffer.byteLength(text) + 1,
			input,
			output: Math.ceil(allowed * completionOf(settings.completionRatio, queue.completion)),
			embeddingInputs: embeddingInputsOf(body, endpoint),
			worst: demandOf(body, endpoint, maxOutput, input, queue.price, 'batch'),
		},
	};
}
