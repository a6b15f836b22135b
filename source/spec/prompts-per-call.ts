import type {Endpoint} from '../domain/request.ts';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';

/** Only the completions endpoint takes several prompts at once. */
export function promptsPerCallOf(
	{prompts_per_call: given = 1}: SpecInput,
	endpoint: Endpoint,
	source: SpecSource,
): number {
	if (given > 1 && endpoint !== 'completions') {
		throw specError(
			source.where(['prompts_per_call']),
			`\`prompts_per_call\` works on the completions endpoint only, and this spec uses ${endpoint}`,
			'Remove it, or write `endpoint: completions`.',
		);
	}

	return given;
}
