/** What becomes of the entries of a pack's answer. */
export type PackHabits = {
	/** They come in another order. */
	readonly shuffle: boolean;
	/** So many are left out of each answer, but never the last one. */
	readonly drop: number;
	/** So many of nobody are added to each answer. */
	readonly add: number;
	/** Percent that differ from what the item would get alone. */
	readonly wrongPercent: number;
};
