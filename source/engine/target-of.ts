import type {BatchState} from '../domain/batch.ts';
import type {BatchTarget} from '../domain/batch-ports.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';

/** Where the calls about a batch go: its queue's provider, with its model's key, in the spec or no more. */
export function targetOf(
	{queue, formerQueue}: Pick<BatchState, 'queue' | 'formerQueue'>,
	{state}: Pick<BatchLaneOptions, 'state'>,
): BatchTarget {
	const {provider, model} = (state.queues[queue] ?? formerQueue)!.info;
	return {provider, model};
}
