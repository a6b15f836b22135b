/** Requests with the same body, as they follow each other in the spec. */
export type TwinTable = {
	/** Of each, the first with its body; -1 where no other has it. */
	readonly first: Int32Array;
	/** The next with its body; -1 after the last. */
	readonly next: Int32Array;
	/** How many have a twin before them: so many calls are spared. */
	readonly spared: number;
};

/** `before`: of each, the last one before it with the same body; -1 where there is none. */
export function twinTableOf(before: Int32Array): TwinTable {
	const first = new Int32Array(before.length).fill(-1);
	const next = new Int32Array(before.length).fill(-1);
	let spared = 0;
	for (let index = 0; index < before.length; index++) {
		const known = before[index]!;
		if (known >= 0) {
			spared++;
			next[known] = index;
			first[known] = first[known]! < 0 ? known : first[known]!;
			first[index] = first[known]!;
		}
	}

	return {first, next, spared};
}
