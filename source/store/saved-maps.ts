import type {InFlight} from '../domain/state.ts';

/** Of a run whose requests were all changed or moved, ten times as fast as `[...entries].flat()`: the engine waits. */
export function flat(entries: ReadonlyMap<number, number>): readonly number[] {
	const numbers: number[] = [];
	for (const [index, value] of entries) {
		numbers.push(index, value);
	}

	return numbers;
}

export function pairs(numbers: readonly number[]): Map<number, number> {
	const entries = new Map<number, number>();
	for (let at = 0; at + 1 < numbers.length; at += 2) {
		entries.set(numbers[at]!, numbers[at + 1]!);
	}

	return entries;
}

export function restoreInFlight(flat: readonly number[], shared: readonly number[]): Map<number, InFlight> {
	const entries = new Map<number, InFlight>();
	const leads = pairs(shared);
	for (let at = 0; at + 3 < flat.length; at += 4) {
		const index = flat[at]!;
		const lead = leads.get(index) ?? index;
		entries.set(index, {startedAt: flat[at + 1]!, queue: flat[at + 2]!, attempt: flat[at + 3]!, lead});
	}

	return entries;
}

export function countLeads(inFlight: ReadonlyMap<number, InFlight>): number {
	let count = 0;
	for (const [index, {lead}] of inFlight) {
		count += lead === index ? 1 : 0;
	}

	return count;
}

export function saveInFlight(inFlight: ReadonlyMap<number, InFlight>): readonly number[] {
	return [...inFlight].flatMap(([index, {startedAt, queue, attempt}]) => [index, startedAt, queue, attempt]);
}

/** Of those that share the call of another. */
export function saveLeads(inFlight: ReadonlyMap<number, InFlight>): readonly number[] {
	return [...inFlight].flatMap(([index, {lead}]) => (lead === index ? [] : [index, lead]));
}
