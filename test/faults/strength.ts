import process from 'node:process';

/** `npm run test:faults`: the scenarios at their full size. Else the short form, which is part of `npm test`. */
export const full = process.env.PROMPTBATCH_FAULTS === 'full';

/** How often, how many, how long: by the form of the suite that runs. */
export function times(short: number, atFullStrength: number): number {
	return full ? atFullStrength : short;
}
