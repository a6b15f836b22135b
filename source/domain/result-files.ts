import type {TalliedScore} from './tallied-score.ts';

/** How results.jsonl is split: a part is full when it has so many lines, or one more would make it larger. */
export type PartLimits = {readonly maxEntries: number | null; readonly maxBytes: number | null};

/** Result files that were split, and by which limits. */
export type ResultParts = PartLimits & {readonly count: number};

/** What is known of result files once they are written, and would have to be read out of them otherwise. */
export type ResultFacts = {
	/** Absent: they are not split. */
	readonly parts?: ResultParts;
	/** Absent: the spec has no scorers. */
	readonly scores?: readonly TalliedScore[];
};

/** Names of parts, of whatever number. */
export const partName = /^results-part\d{3,}of\d{3,}\.jsonl$/;

export function partNameOf(number: number, count: number): string {
	return `results-part${threeDigits(number)}of${threeDigits(count)}.jsonl`;
}

/** All names of the results, in order. */
export function resultNames(parts: ResultParts | null): readonly string[] {
	return parts === null
		? ['results.jsonl']
		: Array.from({length: parts.count}, (_, number) => partNameOf(number + 1, parts.count));
}

/** The same in one word, for people and shells. */
export function resultPattern(parts: ResultParts | null): string {
	return parts === null ? 'results.jsonl' : `results-part*of${threeDigits(parts.count)}.jsonl`;
}

function threeDigits(number: number): string {
	return String(number).padStart(3, '0');
}
