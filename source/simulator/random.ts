/**
 * 53 bits in two 32-bit lanes (cyrb53, public domain, by bryc). Not for secrets: it only has to be cheap and keep
 * a million bodies apart (a collision has a chance of 1 in 18,000).
 */
export function hashText(text: string, seed = 0): number {
	let low = 0xdeadbeef ^ seed;
	let high = 0x41c6ce57 ^ seed;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		low = Math.imul(low ^ code, 2_654_435_761);
		high = Math.imul(high ^ code, 1_597_334_677);
	}

	low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
	high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
	return 4_294_967_296 * (high & 2_097_151) + (low >>> 0);
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** One body coming in: everything an answer may depend on. */
export type Arrival = {
	readonly seed: number;
	/** Of the canonical body. */
	readonly hash: number;
	/** How often this body has come, this time included. */
	readonly count: number;
};

/** A stream for each purpose, so that a change of the faults leaves the answers as they were. */
export function randomFor({seed, hash, count}: Arrival, purpose: string): Random {
	return createRandom(hashText(`${purpose}/${hash}/${count}`, seed));
}

/** mulberry32 (public domain, by Tommy Ettinger). */
export function createRandom(seed: number): Random {
	let state = (seed ^ (seed / 4_294_967_296)) | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** A whole number from `low` to `high`, both included. */
export function wholeBetween(random: Random, low: number, high: number): number {
	return low + Math.floor(random() * (high - low + 1));
}

export function pick<T>(random: Random, items: readonly T[]): T {
	return items[Math.floor(random() * items.length)]!;
}

/** A name for answers to this arrival: the same in every run. */
export function arrivalId({hash, count}: Arrival): string {
	return `${hash.toString(36).padStart(11, '0')}${count}`;
}
