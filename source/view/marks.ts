import {grown} from '../domain/grown.ts';

/** Which requests are marked: one byte each, from the first mark on. */
export type Marks = {
	size(): number;
	has(index: number): boolean;
	add(index: number): void;
	/** Null: every request. */
	addAll(indexes: Int32Array | null): void;
	toggle(index: number): void;
	clear(): void;
	/** Ascending. */
	indexes(): Int32Array;
};

export function createMarks(state: {readonly count: number}): Marks {
	let marked: Uint8Array | null = null;
	let size = 0;

	function set(index: number, isMarked: boolean): void {
		if (index < 0 || index >= state.count) {
			return;
		}

		marked = grown(marked ?? new Uint8Array(), state.count);
		size += Number(isMarked) - marked[index]!;
		marked[index] = Number(isMarked);
	}

	return {
		size: () => size,
		has: index => marked?.[index] === 1,
		add: index => set(index, true),
		addAll(indexes) {
			for (let at = 0; at < (indexes?.length ?? state.count); at++) {
				set(indexes ? indexes[at]! : at, true);
			}
		},
		toggle: index => set(index, marked?.[index] !== 1),
		clear() {
			marked = null;
			size = 0;
		},
		indexes() {
			const indexes = new Int32Array(size);
			let index = -1;
			for (let at = 0; at < size; at++) {
				index = marked!.indexOf(1, index + 1);
				indexes[at] = index;
			}

			return indexes;
		},
	};
}
