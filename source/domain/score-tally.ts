import {emptyMoments, noteNumber} from './mean-interval.ts';
import type {ResultRow} from './result.ts';
import type {TalliedScore} from './tallied-score.ts';

export type ScoreTally = {
	/** The rows of one request. */
	add(rows: readonly ResultRow[]): void;
	/** By model and scorer in the order in which they came, each followed by its groups. */
	sum(): readonly TalliedScore[];
};

/** More groups than that are no groups; the others are taken together. */
const mostGroups = 100;
const otherGroups = '(others)';

/** A request counts once, with the mean of its choices: they are not independent of each other. */
export function createScoreTally(): ScoreTally {
	const all = new Map<string, {readonly whole: TalliedScore; readonly groups: Map<string, TalliedScore>}>();

	function tallyOf(row: ResultRow, name: string) {
		const key = JSON.stringify([row.provider, row.model, name]);
		let tally = all.get(key);
		if (!tally) {
			tally = {whole: emptyTally(row, name, null), groups: new Map()};
			all.set(key, tally);
		}

		return tally;
	}

	function groupOf(groups: Map<string, TalliedScore>, row: ResultRow, name: string): TalliedScore | null {
		const own = groupName(row);
		if (own === null) {
			return null;
		}

		const group = groups.has(own) || groups.size < mostGroups ? own : otherGroups;
		const tally = groups.get(group) ?? emptyTally(row, name, group);
		groups.set(group, tally);
		return tally;
	}

	return {
		add(rows) {
			const first = rows[0];
			if (!first?.scores) {
				return;
			}

			const names = new Set(
				rows.flatMap(({scores, score_errors: errors}) => Object.keys({...scores, ...errors})),
			);
			for (const name of names) {
				const {whole, groups} = tallyOf(first, name);
				const group = groupOf(groups, first, name);
				const numbers = rows.flatMap(({scores}) => numberOf(scores?.[name]) ?? []);
				const hasError = rows.some(
					({score_errors: errors}) => errors !== undefined && Object.hasOwn(errors, name),
				);
				for (const tally of group ? [whole, group] : [whole]) {
					tally.errors += hasError ? 1 : 0;
					if (numbers.length > 0) {
						noteNumber(tally, numbers.reduce((sum, value) => sum + value, 0) / numbers.length);
					}
				}
			}
		},
		sum: () =>
			[...all.values()]
				.flatMap(({whole, groups}) => [whole, ...groups.values()])
				.filter(({count, errors}) => count + errors > 0),
	};
}

function emptyTally({provider, model}: ResultRow, name: string, group: string | null): TalliedScore {
	return {name, provider, model, group, errors: 0, ...emptyMoments()};
}

/** A label says nothing to a mean. */
function numberOf(value: unknown): number | null {
	return typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : null;
}

/** The column `group` of the row, as prompto has it. */
function groupName({input, prompt_args: args}: ResultRow): string | null {
	const group = input.group ?? (args as {readonly group?: unknown} | undefined)?.group;
	return typeof group === 'string' || typeof group === 'number' ? String(group) : null;
}
