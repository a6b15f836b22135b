import {describeValue} from './describe-value.ts';
import {overrideSpec} from './overrides.ts';
import {refusePromptTraps} from './prompt-traps.ts';
import {specError} from './spec-error.ts';
import {issueError} from './spec-issues.ts';
import {type SpecInput, specSchema} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import {readYaml, type YamlSource} from './yaml-source.ts';

export type ParsedSpec = {
	readonly input: SpecInput;
	readonly source: SpecSource;
	readonly yaml: YamlSource;
};

/** The text of a spec with the overrides laid over it, every key checked by itself. */
export function parseSpec(text: string, display: string, sets: readonly string[]): ParsedSpec {
	const yaml = readYaml(text.replace(/^\uFEFF/, ''), display);
	refuseNoMap(yaml);
	const source = overrideSpec(yaml, sets);
	refusePromptTraps(yaml, source);
	const result = specSchema.safeParse(source.data);
	if (!result.success) {
		throw issueError(result.error.issues, source);
	}

	// What is written, not what zod made of it: zod brings keys into the schema's order.
	const input = source.data as SpecInput;
	if (input.requests !== undefined && input.task !== undefined) {
		throw specError(
			source.where(['task'], 'key'),
			'`task` makes requests of its own and cannot stand beside `requests`',
			'Remove one of the two; a task can read the file itself.',
		);
	}

	if (input.requests === undefined) {
		requireKey(input, 'model', 'model: gpt-4o-mini', source);
	}

	if (input.requests === undefined && input.task === undefined) {
		requireKey(input, 'prompts', 'prompts: I like {{food}}', source);
	}

	return {input, source, yaml};
}

function refuseNoMap(yaml: YamlSource): void {
	if (yaml.data === null) {
		throw specError(
			`${yaml.display}:1:1`,
			'the spec is empty',
			`\`promptbatch-tui init ${yaml.display}\` writes a commented starter.`,
		);
	}

	if (typeof yaml.data !== 'object' || Array.isArray(yaml.data)) {
		throw specError(
			yaml.where(yaml.offset([], 'value')),
			`a spec must be a map of keys, not ${describeValue(yaml.data)}`,
			'It begins, for example, with `model: gpt-4o-mini`.',
		);
	}
}

function requireKey(input: SpecInput, key: keyof SpecInput, example: string, source: SpecSource): void {
	if (input[key] === undefined) {
		throw specError(source.where([]), `the spec has no \`${key}\``, `Add, for example, \`${example}\`.`);
	}
}
