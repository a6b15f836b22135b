import type {ResultRow} from '../domain/result.ts';
import type {Score} from '../domain/score.ts';
import type {ScoreValue} from '../domain/scored.ts';
import {parseJson} from '../domain/verdict.ts';
import {canonicalJson} from './canonical-json.ts';
import {type ScorePath, valueAt} from './score-path.ts';
import {missingPlaceholder, rawValue, renderTemplate, type Template} from './template.ts';

/** One scorer: a value, or several by name. May throw: the sentence becomes the row's score error. */
export type Scorer = {
	readonly name: string;
	readonly score: (row: ResultRow) => unknown;
};

/** How a built-in scorer compares what is there with what is expected. */
export type Comparison = 'match' | 'includes' | 'regex';

/** Compares the answer's text, or the value at a path of it, with a template over the row. */
export function comparingScorer(
	name: string,
	comparison: Comparison,
	template: Template,
	path: ScorePath | null,
): Scorer {
	const isFixed = comparison === 'regex' && template.placeholders.length === 0;
	const fixed = isFixed ? compilePattern(template.raw) : null;
	return {
		name,
		score(row) {
			const fields = rowFields(row);
			const missing = missingPlaceholder(template, fields);
			if (missing) {
				throw new Error(`the row has no value for {{${missing.name}}}`);
			}

			const actual = path === null ? row.text : valueAt(jsonOf(row), path);
			// A refusal, a path that leads nowhere: whatever was expected, it is not this.
			if (actual === undefined || actual === null) {
				return false;
			}

			const text = textOf(actual);
			switch (comparison) {
				case 'match':
					return isSame(actual, text, rawValue(template, fields));
				case 'includes':
					return text.includes(renderTemplate(template, fields));
				case 'regex':
					return (fixed ?? compilePattern(renderTemplate(template, fields, escapePattern))).test(text);
			}
		},
	};
}

/** `/yes|no/i` or the bare pattern. Throws a SyntaxError. */
export function compilePattern(source: string): RegExp {
	const parts = /^\/(.*)\/([a-z]*)$/s.exec(source);
	// Neither: they make one pattern remember where it stopped in another answer.
	return parts ? new RegExp(parts[1]!, parts[2]!.replaceAll(/[gy]/g, '')) : new RegExp(source);
}

/** Runs them all; whatever one of them does, the others score and the answer stays. */
export function scoreOf(scorers: readonly Scorer[]): Score {
	return row => {
		const scores: {[name: string]: ScoreValue} = {};
		const errors: {[name: string]: string} = {};
		for (const {name, score} of scorers) {
			try {
				Object.assign(scores, named(name, score(row)));
			} catch (error) {
				scores[name] = null;
				errors[name] = error instanceof Error ? error.message : String(error);
			}
		}

		return {scores, errors};
	};
}

function named(name: string, value: unknown): {readonly [name: string]: ScoreValue} {
	if (value instanceof Promise) {
		value.catch(() => {});
		throw new Error('it returned a promise; a scorer must return its value at once');
	}

	if (typeof value !== 'object' || value === null) {
		return {[name]: scoreValue(value)};
	}

	return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, scoreValue(part)]));
}

function scoreValue(value: unknown): ScoreValue {
	switch (typeof value) {
		case 'undefined':
			return null;
		case 'boolean':
		case 'string':
			return value;
		case 'number':
			if (Number.isFinite(value)) {
				return value;
			}
	}

	if (value === null) {
		return null;
	}

	throw new Error(`it returned ${String(value)}; a score is a finite number, true or false, a text or null`);
}

/** The columns of the input row, whether a template uses them or not. */
function rowFields(row: ResultRow): {readonly [key: string]: unknown} {
	const args = row.prompt_args ?? row.messages_args;
	return Object.assign({}, row.input, ...(Array.isArray(args) ? args : [args]));
}

/** What a path looks into: the checked object, the text read as JSON, or where there is no text the API's object. */
export function jsonOf({parsed, text, choice}: ResultRow): unknown {
	if (parsed !== undefined && parsed !== null) {
		return parsed;
	}

	return text === null ? choice : parseJson(text.replace(/^\s*```(?:json)?\s*\n([\s\S]*)\n\s*```\s*$/, '$1'));
}

/** Cells of a CSV are text: `5` in one is the number 5 in an answer. */
function isSame(actual: unknown, text: string, expected: unknown): boolean {
	return canonicalJson(actual) === canonicalJson(expected) || text === textOf(expected);
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : canonicalJson(value);
}

function escapePattern(text: string): string {
	return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
