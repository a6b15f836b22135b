/** An episode of refusals, which slowed its queue once. */
export type Cut = {
	readonly at: number;
	/** The cause of the refusal, e.g. `rate_limit 429`. */
	readonly reason: string;
	/** Calls a minute that left before. */
	readonly fromPerMinute: number;
	/** The pace that the queue went on at; null while it waits or tries. */
	readonly toPerMinute: number | null;
};

/** More than a person looks back on. */
const mostKept = 20;

/** Lists are replaced, not changed: snapshots hold them. */
export function addCut(cuts: readonly Cut[], at: number, reason: string, perSecond: number): readonly Cut[] {
	const cut = {at, reason, fromPerMinute: perMinute(perSecond), toPerMinute: null};
	return [...cuts.slice(1 - mostKept), cut];
}

/** The last one is over: the queue goes on. */
export function endCut(cuts: readonly Cut[], perSecond: number): readonly Cut[] {
	const last = cuts.at(-1);
	return last && last.toPerMinute === null
		? [...cuts.slice(0, -1), {...last, toPerMinute: perMinute(perSecond)}]
		: cuts;
}

export function perMinute(perSecond: number): number {
	return Math.max(1, Math.round(perSecond * 60));
}
