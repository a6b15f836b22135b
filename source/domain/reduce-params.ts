import {indexesOf} from './batch.ts';
import type {KeptChange} from './param-change.ts';
import {setStatus} from './set-status.ts';
import {type RunState, statusCode} from './state.ts';
import type {TriageEvent} from './triage-event.ts';

/** Fields that bound an output: with a new bound, an answer that was cut short doubles from there. */
const outputBounds = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'];

/** A change on top of an earlier one contains it: each request holds one number, whatever came before. */
export function changeParams(
	state: RunState,
	{indexes, change, queueKey, failedByQueue}: Extract<TriageEvent, {type: 'params-changed'}>,
	since: number,
): void {
	const numbers = new Map<number | null, number>();
	const isBounded = outputBounds.some(field => Object.hasOwn(change.body, field));
	for (const index of indexesOf(indexes)) {
		const base = state.changed.get(index) ?? null;
		let number = numbers.get(base);
		if (number === undefined) {
			const before = base === null ? null : state.changes[base]!;
			const next: KeptChange = {
				model: change.model ?? before?.model ?? null,
				body: {...before?.body, ...change.body},
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
		state.queues[number]!.failed -= count;
		target!.failed += count;
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
