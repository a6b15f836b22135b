import {hash} from 'node:crypto';
import {emptyMoments, type Moments, noteNumber} from '../domain/mean-interval.ts';
import type {ResultRow} from '../domain/result.ts';
import type {RowReader} from './row-reader.ts';

/** What at least two models answered to one prompt. */
export type ComparedRow = {
	/** A row of the prompt, for what was asked. */
	readonly asked: ResultRow;
	/** By position in `models`; null where that model has no answer. */
	readonly answers: readonly (ResultRow | null)[];
	/** All that answered say the same; null where fewer than two did. */
	readonly isAgreed: boolean | null;
};

/** How often two models said the same, of the prompts that both answered. */
export type Agreement = {readonly one: string; readonly other: string; readonly moments: Moments};

export type Comparison = {
	/** `provider/model`, in the order in which they first answered. */
	readonly models: readonly string[];
	/** Reads the rows once more, in the order of their prompts. */
	rows(): Generator<ComparedRow>;
	/** After `rows`: prompts that one model alone has answered. */
	alone(): number;
	/** After `rows`: of every pair. */
	agreements(): readonly Agreement[];
};

/**
 * Puts the answers to the same prompt side by side. The same is told by what was sent as prompt and by the place
 * among its equals with that model, so that two params, choices or repeated rows meet in their order. `wordOf` says
 * what of an answer is compared. Memory: a hash and a few numbers a row.
 */
export function compareModels(rows: RowReader, wordOf: (row: ResultRow) => string | null): Comparison {
	const models: string[] = [];
	const groups = new Map<string, number>();
	const seen = new Map<string, number>();
	/** By model: the request and the row that stand for a group; -1 where there is none. */
	const cells: {readonly index: number[]; readonly row: number[]}[] = [];

	for (let index = 0; index < rows.count; index++) {
		for (const [position, row] of resultsOf(rows, index).entries()) {
			const model = placeOf(row);
			const prompt = promptKey(row);
			const ordinal = seen.get(`${prompt} ${model}`) ?? 0;
			seen.set(`${prompt} ${model}`, ordinal + 1);
			const key = `${prompt} ${ordinal}`;
			const group = groups.get(key) ?? groups.size;
			groups.set(key, group);
			cells[model]!.index[group] = index;
			cells[model]!.row[group] = position;
		}
	}

	seen.clear();
	let alone = 0;
	const pairs = models.flatMap((_, one) =>
		models.slice(one + 1).map((__, step) => ({one, other: one + 1 + step, moments: emptyMoments()})),
	);

	function placeOf({provider, model}: ResultRow): number {
		const name = `${provider}/${model}`;
		const known = models.indexOf(name);
		if (known >= 0) {
			return known;
		}

		cells.push({index: [], row: []});
		return models.push(name) - 1;
	}

	function compared(group: number): ComparedRow | null {
		const answers = cells.map(({index, row}) =>
			index[group] === undefined ? null : (resultsOf(rows, index[group])[row[group]!] ?? null),
		);
		const words = answers.map(answer => (answer ? wordOf(answer) : null));
		for (const {one, other, moments} of pairs) {
			if (words[one] !== null && words[other] !== null) {
				noteNumber(moments, Number(words[one] === words[other]));
			}
		}

		const said = words.filter(word => word !== null);
		const given = answers.filter(answer => answer !== null);
		return given.length < 2
			? null
			: {asked: given[0]!, answers, isAgreed: said.length < 2 ? null : new Set(said).size === 1};
	}

	return {
		models,
		*rows() {
			for (let group = 0; group < groups.size; group++) {
				const row = compared(group);
				if (row) {
					yield row;
				} else {
					alone++;
				}
			}
		},
		alone: () => alone,
		agreements: () =>
			pairs.map(({one, other, moments}) => ({one: models[one]!, other: models[other]!, moments})),
	};
}

function resultsOf(rows: RowReader, index: number): readonly ResultRow[] {
	const read = rows.read(index);
	return read.kind === 'result' ? read.rows : [];
}

function promptKey({prompt, messages}: ResultRow): string {
	return hash('sha1', JSON.stringify(prompt ?? messages ?? null), 'base64');
}
