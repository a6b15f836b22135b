import type {RunEvent} from './event.ts';
import type {PlannedStart} from './plan.ts';

/** What goes on record before the calls leave: one line a queue, however many they are. */
export function startedEvents(starts: readonly PlannedStart[], at: number): RunEvent[] {
	const byQueue = new Map<number, {readonly indexes: number[]; readonly sizes: number[]; tokens: number}>();
	for (const {index, others, queue, start} of starts) {
		const line = byQueue.get(queue) ?? {indexes: [], sizes: [], tokens: 0};
		byQueue.set(queue, line);
		line.indexes.push(index, ...others);
		line.sizes.push(1 + others.length);
		line.tokens += start.tokens;
	}

	return [...byQueue].map(([queue, {indexes, sizes, tokens}]) => ({
		type: 'attempt-started',
		at,
		queue,
		indexes,
		...(sizes.length < indexes.length ? {sizes} : null),
		...(tokens > 0 ? {tokens} : null),
	}));
}
