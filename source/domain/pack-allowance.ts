/** What an entry takes of the output beside its answer: `{"id":"481516234","answer":…,"confident":false},`. */
export const outputPerItem = 24;
const outputPerPack = 16;

/** Output tokens of a pack whose items would be allowed `lone` each on their own. */
export function packAllowance(lone: number, items: number): number {
	return (lone + outputPerItem) * items + outputPerPack;
}

/** The other way round. */
export function loneAllowance(pack: number, items: number): number {
	return (pack - outputPerPack) / items - outputPerItem;
}
