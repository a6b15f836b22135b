import {rangesOf} from '../domain/batch.ts';
import type {RunCommand} from '../domain/command.ts';
import type {RunEvent} from '../domain/event.ts';
import {chosen, countByQueue} from './steer-requests.ts';
import type {SteerSources} from './steer-sources.ts';

/** The facts of a change of parameters. What is in flight or in a batch is left alone: it was sent as it is. */
export function changeFacts(
	{indexes, change, queueKey, added}: Extract<RunCommand, {type: 'change-params'}>,
	{state, queueOf}: Pick<SteerSources, 'state' | 'queueOf'>,
	at: number,
): readonly RunEvent[] {
	const changed = chosen(state, indexes, ['queued', 'waiting', 'failed']);
	const isThere = queueKey === null || state.queues.some(({info}) => info.key === queueKey);
	const isEmpty = change.model === null && Object.keys(change.body).length === 0;
	const isWhole =
		(change.model === null) === (queueKey === null) && (isThere || added?.info.key === queueKey);
	if (changed.length === 0 || isEmpty || !isWhole) {
		return [];
	}

	const failed = queueKey === null ? [] : chosen(state, changed, ['failed']);
	const failedByQueue = queueKey === null ? [] : countByQueue(failed, state, queueOf);

	const adds: readonly RunEvent[] =
		isThere || added === null ? [] : [{type: 'queue-added', at, info: added.info, price: added.price}];
	return [...adds, {type: 'params-changed', at, indexes: rangesOf(changed), change, queueKey, failedByQueue}];
}
