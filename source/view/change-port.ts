import type {AddedQueue} from '../domain/command.ts';
import type {ParamChange} from '../domain/param-change.ts';

/** What a change of parameters would mean for some requests, before it is made. */
export type ChangePlan = {
	/** Where they go: the key of the changed model's queue; null: each stays in its own. */
	readonly queueKey: string | null;
	/** Set where that queue does not exist yet. */
	readonly added: AddedQueue | null;
	/** Expected cost of one attempt each, with the change and without it; null where a price is unknown. */
	readonly costUsd: number | null;
	readonly beforeUsd: number | null;
	/** Why it cannot be done: an unknown price under a ceiling, a key that is missing; null: it can. */
	readonly problem: string | null;
};

/** Looks a change up: prices and tokenizers may have to be loaded for it. */
export type ChangePort = (indexes: ArrayLike<number>, change: ParamChange) => Promise<ChangePlan>;
