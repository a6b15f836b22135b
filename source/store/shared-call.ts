import type {RunState} from '../domain/state.ts';
import type {TwinTable} from '../domain/twin-table.ts';

/** From here on a group is worth remembering. */
const large = 64;

/** How many requests a line of the journal answers, of those that ask the same as the one given. */
export function createSharedCalls(
	state: RunState,
	{first, next}: TwinTable,
): (index: number, offset: number) => number {
	const known = new Map<number, {readonly offset: number; readonly size: number}>();
	return (index, offset) => {
		const group = first[index] ?? -1;
		const remembered = known.get(group);
		if (group < 0 || remembered?.offset === offset) {
			return remembered?.size ?? 1;
		}

		let size = 0;
		let members = 0;
		for (let member = group; member >= 0; member = next[member]!) {
			members++;
			size += state.columns.offset[member] === offset ? 1 : 0;
		}

		// Some may be about to get it.
		if (members >= large && size === members) {
			known.set(group, {offset, size});
		}

		return size;
	};
}
