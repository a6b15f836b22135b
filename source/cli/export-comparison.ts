import process from 'node:process';
import type {ResultRow} from '../domain/result.ts';
import {UserError} from '../domain/user-error.ts';
import {canonicalJson} from '../spec/canonical-json.ts';
import {parseScorePath, valueAt} from '../spec/score-path.ts';
import {jsonOf} from '../spec/scorers.ts';
import {type ComparedRow, type Comparison, compareModels} from '../store/comparison.ts';
import {csvLine} from '../store/csv.ts';
import type {RowReader} from '../store/row-reader.ts';
import {agreementData, agreementText, tableLine} from '../view/agreement-words.ts';
import {plural} from '../view/format.ts';

export type ComparisonFormat = 'jsonl' | 'csv' | 'table';

const tableColumns = 100;

/**
 * `export --compare[=PATH]`: what each model answered to a prompt, side by side, and how often two of them agree.
 * `say` gets the agreement where the format has no place for it.
 */
export function* exportComparison(
	rows: RowReader,
	{
		path,
		format,
		say,
	}: {readonly path: string; readonly format: ComparisonFormat; readonly say: (line: string) => void},
): Generator<string, void> {
	const wordOf = wordBy(path);
	const comparison = compareModels(rows, row => textOf(wordOf(row)));
	refuseOne(comparison);
	const columns = process.stdout.columns || tableColumns;
	yield* headOf(comparison, format, columns);
	for (const row of comparison.rows()) {
		yield lineOf(row, comparison.models, wordOf, format, columns);
	}

	const alone = comparison.alone();
	if (alone > 0) {
		say(`Left out: ${plural(alone, 'prompt')} that one model alone has answered.`);
	}

	const agreements = comparison.agreements();
	if (format === 'jsonl') {
		yield `${JSON.stringify({agreement: agreements.map(agreementData)})}\n`;
	}

	for (const agreement of agreements) {
		say(agreementText(agreement));
	}
}

function refuseOne({models}: Comparison): void {
	if (models.length < 2) {
		throw new UserError(
			models.length === 0 ? 'There is no answer to compare yet.' : `Only ${models[0]} has answered so far.`,
			'Ask the same prompts of a list of models, e.g. `model: [gpt-4o, gpt-4o-mini]`.',
		);
	}
}

/** What of an answer is compared: a value of a JSON answer, the checked object, or its text without blanks around. */
function wordBy(path: string): (row: ResultRow) => unknown {
	const steps = path === '' ? null : parseScorePath(path);
	if (path !== '' && steps === null) {
		throw new UserError(
			`--compare: “${path}” is not a path.`,
			'Write e.g. --compare=label or --compare=items[0].name.',
		);
	}

	return row =>
		steps === null ? (row.parsed ?? row.text?.trim() ?? null) : (valueAt(jsonOf(row), steps) ?? null);
}

function textOf(word: unknown): string | null {
	return word === null ? null : typeof word === 'string' ? word : canonicalJson(word);
}

function* headOf({models}: Comparison, format: ComparisonFormat, columns: number): Generator<string> {
	if (format === 'csv') {
		yield csvLine(['prompt', 'input', 'choice_index', ...models, 'agree']);
	} else if (format === 'table') {
		yield `${tableLine(' ', ['prompt', ...models], columns)}\n`;
	}
}

function lineOf(
	{asked, answers, isAgreed}: ComparedRow,
	models: readonly string[],
	wordOf: (row: ResultRow) => unknown,
	format: ComparisonFormat,
	columns: number,
): string {
	const words = answers.map(answer => (answer ? wordOf(answer) : null));
	const prompt = asked.prompt ?? asked.messages;
	switch (format) {
		case 'csv':
			return csvLine([prompt, asked.input, asked.choice_index, ...words, isAgreed]);
		case 'table': {
			const mark = isAgreed === null ? ' ' : isAgreed ? '=' : '≠';
			const cells = [prompt, ...words].map(cell => textOf(cell ?? null) ?? '-');
			return `${tableLine(mark, cells, columns)}\n`;
		}

		case 'jsonl': {
			const by = (cellOf: (row: ResultRow) => unknown) =>
				Object.fromEntries(
					models.map((model, place) => [model, answers[place] ? cellOf(answers[place]) : null]),
				);
			const head = asked.messages === undefined ? {prompt} : {messages: prompt};
			return `${JSON.stringify({
				...head,
				input: asked.input,
				choice_index: asked.choice_index,
				ids: by(({id}) => id),
				answers: by(wordOf),
				...(asked.scores && {scores: by(({scores}) => scores)}),
				agree: isAgreed,
			})}\n`;
		}
	}
}
