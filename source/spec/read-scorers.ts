import path from 'node:path';
import type {Endpoint} from '../domain/request.ts';
import type {Score} from '../domain/score.ts';
import {loadOwnModule, placeInModule} from './own-module.ts';
import {noScoreFields} from './score-fields.ts';
import {parseScorePath, type ScorePath} from './score-path.ts';
import type {ScoreFields} from './scored-fields.ts';
import {type Comparison, comparingScorer, compilePattern, type Scorer, scoreOf} from './scorers.ts';
import type {SpecFile} from './spec.ts';
import {specError} from './spec-error.ts';
import {findFile} from './spec-files.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import {compileTemplate} from './template.ts';

type ScoreInput = NonNullable<SpecInput['score']>[number];
type ScorerMap = Exclude<ScoreInput, string>;

/** What prompto calls the answer that is expected. */
const defaultExpected = '{{expected_response}}';

const comparisons = ['match', 'includes', 'regex'] as const satisfies readonly Comparison[];
const noText: ReadonlySet<Endpoint> = new Set<Endpoint>(['embeddings', 'moderations']);

/** The scorers of a spec, checked and ready. */
export async function readScorers(
	input: SpecInput,
	files: readonly SpecFile[],
	source: SpecSource,
): Promise<{readonly score: Score | null; readonly fields: ScoreFields}> {
	if (input.score === undefined) {
		return {score: null, fields: noScoreFields};
	}

	const scorers: Scorer[] = [];
	const named: ScoreFields['named'][number][] = [];
	let readsAll = false;
	for (const [position, item] of input.score.entries()) {
		const map = typeof item === 'string' ? {[item]: null} : item;
		const where = (...steps: readonly string[]) => source.where(['score', position, ...steps]);
		const what = kindOf(map, where());
		const name = nameOf(map, what, scorers, where('name'));
		if (what === 'module') {
			scorers.push(await moduleScorer(name, findFile(files, map.module!), where('module')));
			readsAll = true;
		} else {
			const {scorer, placeholders} = comparing(map, what, name, input.endpoint ?? 'chat', where);
			scorers.push(scorer);
			named.push(...placeholders.map(placeholder => ({placeholder, where: where(what)})));
		}
	}

	return {score: scoreOf(scorers), fields: {named, readsAll}};
}

function kindOf(map: ScorerMap, where: string): Comparison | 'module' {
	const kinds = ([...comparisons, 'module'] as const).filter(kind => map[kind] !== undefined);
	if (kinds.length > 1) {
		throw specError(
			where,
			`a scorer has one way to compare, and this one has ${kinds.map(kind => `\`${kind}\``).join(' and ')}`,
			'Make a scorer of each.',
		);
	}

	if (kinds.length === 0 && map.path === undefined) {
		throw specError(
			where,
			'the scorer does not say how to compare',
			"Write `match`, `includes`, `regex`, `path` or `module`, e.g. `- match: '{{expected}}'`.",
		);
	}

	if (kinds[0] === 'module' && map.path !== undefined) {
		throw specError(
			where,
			'`path` says nothing to a module',
			'Let the module look into `row.parsed` itself.',
		);
	}

	// A path alone compares what is there for equality.
	return kinds[0] ?? 'match';
}

function nameOf(
	map: ScorerMap,
	what: Comparison | 'module',
	others: readonly Scorer[],
	where: string,
): string {
	const isTaken = (name: string) => others.some(other => other.name === name);
	if (map.name !== undefined) {
		if (isTaken(map.name)) {
			throw specError(where, `another scorer is called \`${map.name}\``, 'Give each its own name.');
		}

		return map.name;
	}

	const base = map.module === undefined ? what : path.parse(map.module).name;
	const name = map.path === undefined ? base : map.path.replace(/^\$\.?/, '') || base;
	for (let number = 1; ; number++) {
		const numbered = number === 1 ? name : `${name}_${number}`;
		if (!isTaken(numbered)) {
			return numbered;
		}
	}
}

function comparing(
	map: ScorerMap,
	what: Comparison,
	name: string,
	endpoint: Endpoint,
	where: (...steps: readonly string[]) => string,
) {
	const scorePath = pathOf(map, where);
	if (scorePath === null && noText.has(endpoint)) {
		throw specError(
			where(what),
			`the ${endpoint} endpoint has no text to score`,
			'Say with `path` what to look at in its result, or use a module.',
		);
	}

	// Always in double braces: a pattern is full of single ones, whatever the prompts use.
	const compiled = compileTemplate(String(map[what] ?? defaultExpected), 'braces');
	if (compiled.kind === 'bad') {
		throw specError(where(what), compiled.problem, compiled.fix);
	}

	const {template} = compiled;
	try {
		if (what === 'regex') {
			compilePattern(template.literals.join('x'));
		}
	} catch (error) {
		throw specError(where('regex'), (error as Error).message, 'Correct the pattern.');
	}

	return {
		scorer: comparingScorer(name, what, template, scorePath),
		placeholders: template.placeholders,
	};
}

function pathOf(map: ScorerMap, where: (...steps: readonly string[]) => string): ScorePath | null {
	const scorePath = map.path === undefined ? null : parseScorePath(map.path);
	if (map.path !== undefined && scorePath === null) {
		throw specError(
			where('path'),
			`\`${map.path}\` is not a path`,
			'Write names and positions, e.g. `label`, `items[0].name` or `$["two words"]`.',
		);
	}

	return scorePath;
}

async function moduleScorer(name: string, file: SpecFile, where: string): Promise<Scorer> {
	const module = await loadOwnModule(file, where);
	const score = module.default ?? module.score;
	if (typeof score !== 'function') {
		throw specError(
			where,
			`${file.display} exports no scorer`,
			'Write `export default row => row.text === row.input.expected;`.',
		);
	}

	return {
		name,
		score(row) {
			try {
				// A copy: whatever it does with it, the row is written as it is.
				return score(structuredClone(row));
			} catch (error) {
				const place = placeInModule(error, file.path);
				const message = error instanceof Error ? error.message : String(error);
				throw new Error(place === null ? message : `${message} (${place})`);
			}
		},
	};
}
