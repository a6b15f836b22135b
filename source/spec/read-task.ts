import path from 'node:path';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';

/** A module that makes the requests, as the spec names it. It is no input: what it made stands in the journal. */
export type TaskFile = {
	readonly path: string;
	/** As messages show it. */
	readonly display: string;
	/** Where the spec names it. */
	readonly where: string;
};

/** Ways to say what is asked, and how often: the task says it. */
const replaced = ['prompts', 'args', 'requests', 'combine', 'rephrase'] as const;
const repeated = ['opinions', 'vote', 'pack', 'prompts_per_call', 'dedupe', 'canary'] as const;

/** Null without one, and in the copy of a spec: a run that is only looked at needs no code. */
export function readTask(
	input: SpecInput,
	specPath: string,
	isCopy: boolean,
	source: SpecSource,
): TaskFile | null {
	const {task} = input;
	if (task === undefined) {
		return null;
	}

	const other = replaced.find(key => input[key] !== undefined);
	if (other !== undefined) {
		throw specError(
			source.where([other], 'key'),
			`\`${other}\` and \`task\` both say what is asked`,
			'Keep one of them.',
		);
	}

	const way = repeated.find(key => input[key] !== undefined && input[key] !== false && input[key] !== 1);
	if (way !== undefined) {
		throw specError(
			source.where([way], 'key'),
			`\`${way}\` does not go with \`task\``,
			'Let the task itself ask again, by follow-ups; or remove it.',
		);
	}

	if (Array.isArray(input.params) && input.params.length > 1) {
		throw specError(
			source.where(['params'], 'key'),
			'a list of `params` makes several requests of each, and with `task` there is nothing to multiply',
			'Write one map; a request of the task may have `params` of its own.',
		);
	}

	const absolute = path.resolve(path.dirname(specPath), task);
	const display = path.isAbsolute(task) ? task : path.join(path.dirname(specPath), task);
	return isCopy ? null : {path: absolute, display, where: source.where(['task'])};
}
