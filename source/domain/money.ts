/**
 * Money inside the program: integer picodollars (10^-12 USD), never floats. A price of 0.0025 USD per million
 * tokens, the smallest seen, is 2,500 of them a token, so every product of tokens and price is exact.
 */
export type Picodollars = bigint;

const picodollarsPerUsd = 1e12;

/** USD as a person writes it, to the nearest picodollar. */
export function picodollars(usd: number): Picodollars {
	return BigInt(Math.round(usd * picodollarsPerUsd));
}

/** For output only: the one place where money becomes a float. */
export function usd(amount: Picodollars): number {
	const sign = amount < 0n ? -1 : 1;
	const absolute = amount < 0n ? -amount : amount;
	const whole = absolute / 1_000_000_000_000n;
	return sign * Number(`${whole}.${String(absolute % 1_000_000_000_000n).padStart(12, '0')}`);
}
