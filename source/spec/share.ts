/** `1%` or 0.01: a part of a whole, as 0 to 1. */
export function shareOf(written: string | number): number {
	return typeof written === 'number' ? written : Number(written.slice(0, -1)) / 100;
}
