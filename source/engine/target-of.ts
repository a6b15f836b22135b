import type {BatchState} from '../domain/batch.ts';
import type {BatchTarget} from '../domain/batch-ports.ts';
import type {BatchLaneOptions} from './batch-lane.ts';

/** Where the calls about a batch go: its queue's provider, with its model's key. */
export function targetOf(
	{queue}: Pick<BatchState, 'queue'>,
	{state}: Pick<BatchLaneOptions, 'state'>,
): BatchTarget {
	const {provider, model} = state.queues[queue]!.info;
	return {provider, model};
}
