/** A worst case, in tokens of input and output and in picodollars. Older journals have no tokens. */
export type MaybeBilled = {
	readonly calls: number;
	readonly tokens?: number | undefined;
	readonly pico: number;
};
