import {indexesOf} from './batch.ts';
import {boundsOutput, type KeptChange, mergeFields} from './param-change.ts';
import type {QueueInfo} from './request.ts';
import {addFailed, setStatus} from './set-status.ts';
import {type RunState, statusCode} from './state.ts';
import type {TriageEvent} from './triage-event.ts';

/** A change on top of an earlier one contains it: each request holds one number, whatever came before. */
export function changeParams(
	state: RunState,
	{indexes, change, queueKey, failedByQueue}: Extract<TriageEvent, {type: 'params-changed'}>,
	since: number,
): void {
	const numbers = new Map<number | null, number>();
	// With a new bound, an answer that was cut short doubles from there.
	const isBounded = boundsOutput(change.body);
	for (const index of indexesOf(indexes)) {
		const base = state.changed.get(index) ?? null;
		let number = numbers.get(base);
		if (number === undefined) {
			const before = base === null ? null : state.changes[base]!;
			const next: KeptChange = {
				model: change.model ?? before?.model ?? null,
				body: mergeFields(before?.body ?? {}, change.body),
				queueKey: queueKey ?? before?.queueKey ?? null,
				since,
				base,
			};
			number = state.changes.push(next) - 1;
			numbers.set(base, number);
		}

		state.changed.set(index, number);
		if (isBounded) {
			state.truncated.delete(index);
		}

		// What it waited for was said by the model that it was sent to before.
		if (queueKey !== null && state.columns.status[index] === statusCode.waiting) {
			setStatus(state, index, 'queued');
			state.waiting.delete(index);
		}
	}

	const target = state.queues.find(({info}) => info.key === queueKey);
	for (const [number, count] of target ? failedByQueue.entries() : []) {
		addFailed(state.queues[number]!, -count);
		addFailed(target!, count);
	}
}

/** A model at a provider that left the spec cannot be called any more: its requests go to their own again. */
export function lapseModels(
	{changed, changes, queues}: RunState,
	named: readonly QueueInfo[],
	since: number,
): void {
	const providers = new Map(queues.map(({info}) => [info.key, info.provider]));
	const isCallable = (key: string) => named.some(({provider}) => provider === providers.get(key));
	const lapsed = new Map<number, number>();
	for (const [index, base] of changed) {
		const change = changes[base]!;
		if (change.queueKey === null || isCallable(change.queueKey)) {
			continue;
		}

		const number =
			lapsed.get(base) ?? changes.push({...change, model: null, queueKey: null, since, base}) - 1;
		lapsed.set(base, number);
		changed.set(index, number);
	}
}

/** The change that an attempt of a request was made with, whose journal line begins at `offset`; null: none. */
export function changeAt(
	{changed, changes}: Pick<RunState, 'changed' | 'changes'>,
	index: number,
	offset: number,
): KeptChange | null {
	let number = changed.get(index) ?? null;
	while (number !== null && changes[number]!.since > offset) {
		number = changes[number]!.base;
	}

	return number === null ? null : changes[number]!;
}
