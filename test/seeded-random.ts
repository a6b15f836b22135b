/** Repeatable chance for tests (mulberry32): print the seed, and a failure can be run again. */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** A seed from the environment, else a fresh one; in either case it is printed. */
export function testSeed(name: string): number {
	const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 1e9));
	console.log(`${name}: TEST_SEED=${seed}`);
	return seed;
}
