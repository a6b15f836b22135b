/** The ceilings by name, as a person writes them in `limits`. */

export const limitNames = [
	'task.requests',
	'task.ktokens',
	'task.cost',
	'session.requests',
	'session.ktokens',
	'session.cost',
] as const;

export type StageLimit = `stage:${string}.${'requests' | 'ktokens' | 'cost'}`;
export type LimitName = (typeof limitNames)[number] | StageLimit;

/** Null: no ceiling. Requests count every call and every line of a batch, retries included; one that is shared counts once. */
export type Ceiling = {
	readonly requests: number | null;
	/** Input and output. */
	readonly tokens: number | null;
	readonly costPico: bigint | null;
};

export const noCeiling: Ceiling = {requests: null, tokens: null, costPico: null};
