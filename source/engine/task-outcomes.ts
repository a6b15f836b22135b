import type {RunEvent} from '../domain/event.ts';
import {failureIn} from '../domain/request-line.ts';
import {statusCode} from '../domain/state.ts';
import type {Outcome} from '../domain/task.ts';
import type {TaskStageOptions} from './task-options.ts';

/** Who waits for the outcome of which request. */
export type Outcomes = {
	of(id: string): Promise<Outcome>;
	observe(event: RunEvent): void;
	/** An id that somebody waits for, and that no request has; null: none. */
	unknown(): string | null;
};

export function createOutcomes(
	{state, source, readEvent}: Pick<TaskStageOptions, 'state' | 'source' | 'readEvent'>,
	ids: ReadonlyMap<string, number>,
): Outcomes {
	const waiting = new Map<string, ((outcome: Outcome) => void)[]>();

	/** Null while there is none. */
	function read(index: number): Outcome | null {
		const event = (body: boolean) => readEvent(state.columns.offset[index]!, body);
		switch (state.columns.status[index]) {
			case statusCode.done: {
				const accepted = event(true);
				return {status: 'done', value: accepted?.type === 'answer-accepted' ? accepted.value : null};
			}

			case statusCode.failed: {
				const {kind, message} = failureIn(event(false)) ?? {kind: 'missing', message: 'its line is damaged'};
				return {status: 'failed', error: {kind, message}};
			}

			default:
				return null;
		}
	}

	function tell(index: number): void {
		const id = waiting.size === 0 ? '' : source.id(index);
		const waiters = waiting.get(id);
		const outcome = waiters ? read(index) : null;
		if (waiters && outcome) {
			waiting.delete(id);
			for (const resolve of waiters) {
				resolve(outcome);
			}
		}
	}

	return {
		async of(id) {
			const index = ids.get(id);
			const outcome = index === undefined ? null : read(index);
			return (
				outcome ??
				new Promise(resolve => {
					waiting.set(id, [...(waiting.get(id) ?? []), resolve]);
				})
			);
		},
		observe(event) {
			switch (event.type) {
				case 'answer-accepted':
				case 'answer-refused':
				case 'attempt-failed':
					tell(event.index);
					return;
				case 'requests-given-up':
					event.indexes.forEach(tell);
					return;
				default:
			}
		},
		unknown: () => [...waiting.keys()].find(id => !ids.has(id)) ?? null,
	};
}
