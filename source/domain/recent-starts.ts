/**
 * The starts of about a second. A queue's slices of the last minute let its rate limits hold over a restart, and a
 * million starts cost no more than ten.
 */
export type StartSlice = {
	readonly from: number;
	/** The last of them; with it the slice leaves the window. */
	to: number;
	calls: number;
	/** Tokens that were set aside for them; 0 where tokens are not limited. */
	reserved: number;
	/** Those of which the usage is known, and what it was. */
	settled: number;
	used: number;
};

/** 60 s, and a little for calls that took longer to reach the server than later ones did. */
export const windowMs = 60_250;
const sliceMs = 1000;

/** Oldest first. What has left the window is dropped. */
export function addStarts(slices: StartSlice[], at: number, calls: number, reserved: number): void {
	while (slices[0] && slices[0].to <= at - windowMs) {
		slices.shift();
	}

	const last = slices.at(-1);
	if (last && at - last.from < sliceMs) {
		last.to = Math.max(last.to, at);
		last.calls += calls;
		last.reserved += reserved;
	} else {
		slices.push({from: at, to: at, calls, reserved, settled: 0, used: 0});
	}
}

/** A start's usage takes the place of what was set aside for it. */
export function settleSlice(slices: readonly StartSlice[], startedAt: number, tokens: number): void {
	const slice = slices.findLast(({from}) => from <= startedAt);
	if (slice && startedAt <= slice.to && slice.reserved > 0) {
		slice.settled++;
		slice.used += tokens;
	}
}

/** What each start of a slice counts for, on average. */
export function tokensEach({calls, reserved, settled, used}: StartSlice): number {
	return Math.ceil((used + (reserved * Math.max(0, calls - settled)) / calls) / calls);
}
