import {indexesOf} from './batch.ts';
import type {RunEvent} from './event.ts';
import {isOpen} from './open-count.ts';
import type {Lane} from './price.ts';
import {type RunState, statusCode} from './state.ts';
import {type AnswersShared, mostShared} from './twin-event.ts';
import type {TwinTable} from './twin-table.ts';

/**
 * Of requests with the same body one is asked, the lead; the others are parked: they are open, and nothing starts
 * them. When the lead is done they get its answer; when it failed for good, or was given up, the next is the lead.
 *
 * It is derived from the state, as the agenda is. What was sent with other parameters, or under an older spec, has
 * another body by now and is no twin.
 */
export type Twins = {
	/** An open request that waits for its lead. */
	readonly isParked: (index: number) => boolean;
	/** After `reduce` took the event in and before the agenda does: who is open again may have a lead. */
	takeOpened(event: RunEvent): void;
	/** After the agenda: those that are not parked any more. */
	takeEnded(event: RunEvent): readonly number[];
	/** Answers that are due to twins, at most so many. `laneAt`: of the answer on a line of the journal. */
	shares(at: number, most: number, laneAt: (offset: number) => Lane): readonly AnswersShared[];
};

export function createTwins(state: RunState, table: TwinTable, queueOf: (index: number) => number): Twins {
	const first = twinsOf(state, table);
	const {next} = table;
	const lead = leadsOf(state, first);
	/** By the first of those that wait for it: who may be the next to get an answer. */
	const due = new Map<number, number>();
	for (let index = 0; index < first.length; index++) {
		if (first[index]! >= 0 && isOpen(state, index) && isDone(state, lead[first[index]!]!)) {
			due.set(first[index]!, first[index]!);
		}
	}

	const groupOf = (index: number) => first[index] ?? -1;

	function isParked(index: number): boolean {
		const group = groupOf(index);
		return group >= 0 && lead[group]! >= 0 && lead[group] !== index;
	}

	function open(index: number): void {
		const group = groupOf(index);
		if (group < 0 || !isOpen(state, index)) {
			return;
		}

		if (lead[group]! < 0) {
			lead[group] = index;
		} else if (isDone(state, lead[group]!)) {
			due.set(group, group);
		}
	}

	/** The next of the group that is open, or out; each is looked at once while they fail one after the other. */
	function elect(group: number): number {
		const before = lead[group]!;
		lead[group] = -1;
		for (const from of [next[before]!, group]) {
			for (let index = from; index >= 0; index = next[index]!) {
				if (first[index] === group && !isOver(state, index)) {
					lead[group] = index;
					return index;
				}
			}
		}

		return -1;
	}

	function end(indexes: Iterable<number>): readonly number[] {
		const freed: number[] = [];
		for (const index of indexes) {
			const group = groupOf(index);
			const isLeadOver =
				group >= 0 && lead[group] === index && state.columns.status[index] === statusCode.failed;
			const elected = isLeadOver ? elect(group) : -1;
			if (elected >= 0 && isOpen(state, elected)) {
				freed.push(elected);
			}
		}

		return freed;
	}

	function answer(index: number): void {
		const group = groupOf(index);
		if (group >= 0) {
			lead[group] = index;
			due.set(group, group);
		}
	}

	/** They are sent with other fields, or to another model, from now on. */
	function leave(indexes: Iterable<number>): readonly number[] {
		const freed: number[] = [];
		for (const index of indexes) {
			const group = groupOf(index);
			if (group < 0) {
				continue;
			}

			const wasParked = isParked(index);
			first[index] = -1;
			const elected = lead[group] === index ? elect(group) : -1;
			freed.push(...[wasParked ? index : -1, elected].filter(one => one >= 0 && isOpen(state, one)));
		}

		return freed;
	}

	return {
		isParked,
		takeOpened(event) {
			switch (event.type) {
				case 'requests-wiped':
				case 'requests-restored':
					for (const index of indexesOf(event.indexes)) {
						open(index);
					}

					return;
				case 'requests-retried':
					for (const index of indexesOf(event.failed)) {
						open(index);
					}

					return;
				default:
			}
		},
		takeEnded(event) {
			switch (event.type) {
				case 'attempt-answered':
				case 'attempt-failed':
					if (!isDone(state, event.index)) {
						return end([event.index]);
					}

					answer(event.index);
					return [];
				case 'requests-given-up':
					return end(event.indexes);
				case 'requests-restored':
					return end(indexesOf(event.indexes));
				case 'params-changed':
					return leave(indexesOf(event.indexes));
				default:
					return [];
			}
		},
		shares(at, most, laneAt) {
			const events: AnswersShared[] = [];
			let left = most;
			for (const [group, from] of due) {
				const answered = lead[group]!;
				const offset = state.columns.offset[answered]!;
				let index = from;
				while (index >= 0 && left > 0) {
					const indexes: number[] = [];
					for (; index >= 0 && indexes.length < Math.min(left, mostShared); index = next[index]!) {
						if (first[index] === group && isOpen(state, index)) {
							indexes.push(index);
						}
					}

					left -= indexes.length;
					if (indexes.length > 0) {
						const about = {offset, lane: laneAt(offset), queue: queueOf(answered)};
						events.push({type: 'answers-shared', at, from: answered, ...about, indexes});
					}
				}

				if (index >= 0) {
					due.set(group, index);
					return events;
				}

				due.delete(group);
			}

			return events;
		},
	};
}

/** Without those that have another body by now. */
function twinsOf({columns, changed, epochs}: RunState, {first}: TwinTable): Int32Array {
	const twins = first.slice();
	const since = epochs.at(-1)?.startsAt ?? 0;
	const hasOlder = epochs.length > 1;
	for (let index = 0; index < twins.length; index++) {
		const status = columns.status[index];
		const isOlder =
			hasOlder &&
			((status === statusCode.done && columns.offset[index]! < since) || status === statusCode.batched);
		if (twins[index]! >= 0 && (isOlder || changed.has(index))) {
			twins[index] = -1;
		}
	}

	return twins;
}

/** By the first of each group: who is done, else who is farthest on the way. */
function leadsOf(state: RunState, first: Int32Array): Int32Array {
	const lead = new Int32Array(first.length).fill(-1);
	for (let index = 0; index < first.length; index++) {
		const group = first[index]!;
		if (group >= 0 && rankOf(state, index) > (lead[group]! < 0 ? 0 : rankOf(state, lead[group]!))) {
			lead[group] = index;
		}
	}

	return lead;
}

/** 0: it failed, and leads nobody. */
function rankOf({columns: {status, attempts}}: RunState, index: number): number {
	switch (status[index]) {
		case statusCode.done:
			return 5;
		case statusCode['in-flight']:
		case statusCode.batched:
			return 4;
		case statusCode.waiting:
			return 3;
		case statusCode.queued:
			return attempts[index]! > 0 ? 2 : 1;
		default:
			return 0;
	}
}

function isDone({columns: {status}}: RunState, index: number): boolean {
	return status[index] === statusCode.done;
}

function isOver({columns: {status}}: RunState, index: number): boolean {
	return status[index] === statusCode.done || status[index] === statusCode.failed;
}
