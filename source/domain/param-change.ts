import type {JsonObject} from './request.ts';

/** What a person changed about the bodies of some requests. */
export type ParamChange = {
	/** Another model at the same provider; null: as it was. */
	readonly model: string | null;
	/** Fields of the body; `null` takes a field out. */
	readonly body: JsonObject;
};

/** A change as the state keeps it: a request holds the number of its newest one. */
export type KeptChange = ParamChange & {
	/** The key of the queue that it sends to; null: the request's own. */
	readonly queueKey: string | null;
	/** Journal offset at which it began: an attempt before it was made with `base`. */
	readonly since: number;
	/** The change that it was made on top of, which it contains; null: none. */
	readonly base: number | null;
};
