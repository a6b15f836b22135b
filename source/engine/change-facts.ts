import {rangesOf} from '../domain/batch.ts';
import type {RunCommand} from '../domain/command.ts';
import type {RunEvent} from '../domain/event.ts';
import {statusCode} from '../domain/state.ts';
import type {SteerSources} from './steer.ts';

const changeable: ReadonlySet<number> = new Set([statusCode.queued, statusCode.waiting, statusCode.failed]);

/** The facts of a change of parameters. What is in flight or in a batch is left alone: it was sent as it is. */
export function changeFacts(
	{indexes, change, queueKey, added}: Extract<RunCommand, {type: 'change-params'}>,
	{state, queueOf}: Pick<SteerSources, 'state' | 'queueOf'>,
	at: number,
): readonly RunEvent[] {
	const {status} = state.columns;
	const chosen = [...new Set(indexes)]
		.filter(index => changeable.has(status[index] ?? -1))
		.sort((a, b) => a - b);
	const isThere = queueKey === null || state.queues.some(({info}) => info.key === queueKey);
	const isEmpty = change.model === null && Object.keys(change.body).length === 0;
	const isWhole =
		(change.model === null) === (queueKey === null) && (isThere || added?.info.key === queueKey);
	if (chosen.length === 0 || isEmpty || !isWhole) {
		return [];
	}

	const failedByQueue = queueKey === null ? [] : state.queues.map(() => 0);
	for (const index of queueKey === null ? [] : chosen) {
		failedByQueue[queueOf(index)]! += status[index] === statusCode.failed ? 1 : 0;
	}

	const adds: readonly RunEvent[] =
		isThere || added === null ? [] : [{type: 'queue-added', at, info: added.info, price: added.price}];
	return [...adds, {type: 'params-changed', at, indexes: rangesOf(chosen), change, queueKey, failedByQueue}];
}
