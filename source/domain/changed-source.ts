import {changeFields, type KeptChange} from './param-change.ts';
import type {QueueInfo, Request, RequestSource} from './request.ts';
import type {RunState} from './state.ts';

/**
 * The requests of a spec as a person changed them: the queue and the body of their next attempt. Follows the state,
 * so that whoever holds it sees every change at once. While nothing is changed it costs one look at a size.
 */
export function changedSource(
	source: RequestSource,
	state: Pick<RunState, 'changed' | 'changes' | 'queues'>,
): RequestSource {
	const {changed, changes} = state;
	let known = state.queues;
	let infos: readonly QueueInfo[] = [];
	let numbers = new Map<string, number>();

	/** Queues are only ever added, or all replaced with a changed spec. */
	function learnQueues(): void {
		if (known !== state.queues || infos.length !== known.length) {
			known = state.queues;
			infos = known.map(({info}) => info);
			numbers = new Map(infos.map(({key}, number) => [key, number]));
		}
	}

	function changeOf(index: number): KeptChange | null {
		const number = changed.get(index);
		return number === undefined ? null : (changes[number] ?? null);
	}

	function queueOf(index: number): number {
		const key = changed.size === 0 ? null : (changeOf(index)?.queueKey ?? null);
		if (key === null) {
			return source.queueOf(index);
		}

		learnQueues();
		return numbers.get(key) ?? source.queueOf(index);
	}

	return {
		get count() {
			return source.count;
		},
		get queues() {
			learnQueues();
			return infos;
		},
		queueOf,
		id: index => source.id(index),
		expand(index) {
			const request = source.expand(index);
			const change = changed.size === 0 ? null : changeOf(index);
			if (change === null) {
				return request;
			}

			const queue = queueOf(index);
			const info = state.queues[queue]?.info ?? null;
			return {...changeRequest(request, change, info), queue};
		},
		close: () => source.close(),
	};
}

/** A request as it is sent with a change, to `info` where that names the model. */
export function changeRequest(request: Request, change: KeptChange, info: QueueInfo | null): Request {
	const model = change.model ?? request.model;
	return {
		...request,
		provider: info !== null && info.key === change.queueKey ? info.provider : request.provider,
		model,
		modelArgs: changeFields(request.modelArgs, change),
		body: changeFields({...request.body, model}, change),
	};
}
