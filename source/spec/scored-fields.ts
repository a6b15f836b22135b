import type {Placeholder} from './template.ts';

/** What scorers read of a row beside the answer. A module may read anything, so its spec has no arg too many. */
export type ScoreFields = {
	readonly named: readonly {readonly placeholder: Placeholder; readonly where: string}[];
	readonly readsAll: boolean;
};
