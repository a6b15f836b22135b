import {stringify} from 'yaml';
import type * as z from 'zod';
import type {UserError} from '../domain/user-error.ts';
import {describeValue, orList, pathText} from './describe-value.ts';
import {placeInfo} from './json-schema.ts';
import {nearest, similar} from './nearest.ts';
import {specError} from './spec-error.ts';
import type {SpecSource} from './spec-source.ts';
import type {DataPath} from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

/** A key that holds the name of a secret may hold the secret itself by mistake: never show it. */
const hiddenKeys = new Set(['api_key_env']);

const mostKeysListed = 12;

/** The first thing that is wrong, as a sentence. An unknown key goes first: it explains a missing one. */
export function issueError(issues: readonly Issue[], source: SpecSource): UserError {
	const flat = issues.map(flattenUnion);
	const ranked = flat
		.map(issue => ({issue, path: placeOf(issue), part: partOf(issue)}))
		.sort(
			(a, b) =>
				Number(b.issue.code === 'unrecognized_keys') - Number(a.issue.code === 'unrecognized_keys') ||
				source.rank(a.path, a.part) - source.rank(b.path, b.part),
		);
	const {issue, path, part} = ranked[0]!;
	const {problem, fix} = explain(issue, path, valueAt(source.data, path));
	return specError(source.where(path, part), problem, fix);
}

/**
 * A union fails with the issues of every branch. The branch that was meant is the one that got furthest; if none
 * got past the type of the value, all of their types together are what was expected.
 */
function flattenUnion(issue: Issue): Issue {
	if (issue.code !== 'invalid_union') {
		return issue;
	}

	const branches = issue.errors.map(errors => errors.map(flattenUnion));
	const entered = branches.filter(errors => !errors.some(isTypeMismatch));
	const deepest = entered.sort((a, b) => reach(b) - reach(a))[0];
	if (deepest) {
		const first = deepest.find(({code}) => code === 'unrecognized_keys') ?? deepest[0]!;
		return {...first, path: [...issue.path, ...first.path]} as Issue;
	}

	const expected = branches.flatMap(errors =>
		errors.flatMap(error => (error.code === 'invalid_type' ? error.expected.split('|') : [])),
	);
	return {...issue, code: 'invalid_type', expected: [...new Set(expected)].join('|')} as unknown as Issue;
}

function isTypeMismatch(issue: Issue): boolean {
	return issue.code === 'invalid_type' && issue.path.length === 0;
}

function reach(errors: readonly Issue[]): number {
	return Math.max(...errors.map(({path}) => path.length));
}

function placeOf(issue: Issue): DataPath {
	return issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
}

function partOf(issue: Issue): 'key' | 'value' {
	return issue.code === 'unrecognized_keys' ? 'key' : 'value';
}

type Explanation = {readonly problem: string; readonly fix: string};

function explain(issue: Issue, path: DataPath, value: unknown): Explanation {
	const name = path.length === 0 ? 'the spec' : `\`${pathText(path)}\``;
	const found = hiddenKeys.has(String(path.at(-1))) ? 'what is there' : describeValue(value);
	switch (issue.code) {
		case 'unrecognized_keys':
			return unknownKey(path);
		case 'invalid_type':
			return {
				problem:
					value === undefined
						? `${name} is missing`
						: `${name} must be ${orList(issue.expected.split('|').map(typeName))}, not ${found}`,
				fix: issue.expected.includes('string') && isPlain(value) ? quoteFix(value) : exampleFix(path),
			};
		case 'invalid_value': {
			const allowed = issue.values.map(String);
			const meant = typeof value === 'string' ? similar(value, allowed) : null;
			return {
				problem: `${name} must be ${orList(allowed)}, not ${found}`,
				fix: meant ? `Did you mean \`${meant}\`?` : exampleFix(path),
			};
		}
		case 'too_small':
		case 'too_big':
			return {problem: `${name} ${sizeProblem(issue, found)}`, fix: exampleFix(path)};
		default:
			return {problem: `${name}: ${issue.message}`, fix: exampleFix(path)};
	}
}

function unknownKey(path: DataPath): Explanation {
	const key = String(path.at(-1));
	const {keys} = placeInfo(path.slice(0, -1));
	const near = nearest(key, keys);
	const place = path.length === 1 ? 'the spec' : `\`${pathText(path.slice(0, -1))}\``;
	return near === null
		? {problem: `\`${key}\` is not a key of ${place}`, fix: 'Remove it.'}
		: {
				problem: `\`${key}\` is not a key of ${place}; the nearest known key is \`${near}\``,
				fix: `Rename it to \`${near}\`, or remove it.${keys.length > mostKeysListed ? '' : ` Known here: ${keys.join(', ')}.`}`,
			};
}

function sizeProblem(issue: Issue & {code: 'too_small' | 'too_big'}, found: string): string {
	if (issue.code === 'too_small') {
		if (issue.origin === 'number' || issue.origin === 'int') {
			const bound = issue.inclusive ? `at least ${issue.minimum}` : `above ${issue.minimum}`;
			return `must be ${bound}, not ${found}`;
		}

		return issue.origin === 'array' ? 'is an empty list' : 'is empty';
	}

	return `must be at most ${issue.maximum}, not ${found}`;
}

function typeName(type: string): string {
	switch (type) {
		case 'string':
			return 'text';
		case 'number':
			return 'a number';
		case 'int':
			return 'a whole number';
		case 'boolean':
			return 'true or false';
		case 'array':
			return 'a list';
		case 'object':
		case 'record':
			return 'a map';
		default:
			return type;
	}
}

function isPlain(value: unknown): boolean {
	return typeof value === 'number' || typeof value === 'boolean';
}

function quoteFix(value: unknown): string {
	return `Quotes make it text: '${String(value)}'`;
}

function exampleFix(path: DataPath): string {
	const key = path.findLast(step => typeof step === 'string');
	const {example} = placeInfo(path);
	if (example === undefined || key === undefined) {
		return 'Give it a value of that kind, or remove it.';
	}

	const written = stringify(example, {collectionStyle: 'flow', lineWidth: 0}).trim();
	return `For example: \`${String(key)}: ${written}\``;
}

function valueAt(data: unknown, path: DataPath): unknown {
	return path.reduce<unknown>(
		(value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
		data,
	);
}
