import type {Moments} from './mean-interval.ts';

/** What one scorer came to over the answers of a model, or over those of one group of its requests. */
export type TalliedScore = Moments & {
	readonly name: string;
	readonly provider: string;
	readonly model: string;
	/** Null: of all groups. */
	readonly group: string | null;
	/** Requests of which a choice could not be scored. */
	errors: number;
};
