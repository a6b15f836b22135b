/** A binary min-heap of `[key, value]` number pairs, flat in one array. Of equal keys the smaller value comes first. */
export type Heap = {readonly items: number[]};

export function createHeap(): Heap {
	return {items: []};
}

export function peekKey({items}: Heap): number | undefined {
	return items[0];
}

export function peekValue({items}: Heap): number | undefined {
	return items[1];
}

export function push({items}: Heap, key: number, value: number): void {
	let at = items.length;
	items.push(key, value);
	while (at > 0) {
		const parent = ((at / 2 - 1) >> 1) * 2;
		if (!isBefore(key, value, items, parent)) {
			break;
		}

		items[at] = items[parent]!;
		items[at + 1] = items[parent + 1]!;
		at = parent;
	}

	items[at] = key;
	items[at + 1] = value;
}

export function pop({items}: Heap): void {
	const value = items.pop();
	const key = items.pop();
	if (key === undefined || value === undefined || items.length === 0) {
		return;
	}

	let at = 0;
	for (;;) {
		let child = at * 2 + 2;
		if (child >= items.length) {
			break;
		}

		if (child + 2 < items.length && isBefore(items[child + 2]!, items[child + 3]!, items, child)) {
			child += 2;
		}

		if (isBefore(key, value, items, child)) {
			break;
		}

		items[at] = items[child]!;
		items[at + 1] = items[child + 1]!;
		at = child;
	}

	items[at] = key;
	items[at + 1] = value;
}

/** Whether an entry comes before the one at a place. */
function isBefore(key: number, value: number, items: readonly number[], at: number): boolean {
	const other = items[at]!;
	return key < other || (key === other && value < items[at + 1]!);
}
