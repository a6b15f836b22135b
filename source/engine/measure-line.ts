import {completionOf} from '../domain/completion.ts';
import {allowedOutput, demandOf, unknownOutput} from '../domain/demand.ts';
import {customIdOf} from '../domain/reconcile.ts';
import type {Request} from '../domain/request.ts';
import {batchPaths, embeddingInputsOf, type LineSize} from '../domain/shard.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';
import {callBody} from './prepare-call.ts';

/** A line of a batch file, and what it adds to it. */
export type ShardLine = {readonly text: string; readonly size: LineSize};

/** The line of a request, or of those that share it, at a position, counted from 0, of a shard. */
export function shardLine(
	members: readonly Request[],
	shard: number,
	position: number,
	{state, settings, queueRules, countTokens, rules}: BatchLaneOptions,
): ShardLine {
	const {queue: number, endpoint} = members[0]!;
	const queue = state.queues[number]!;
	const {maxOutput} = queueRules[number]!;
	const body = callBody(members, rules.sharing);
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
