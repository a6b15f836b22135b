import {promptSharing} from '../../source/domain/prompt-sharing.ts';
import type {Sharing} from '../../source/domain/sharing.ts';

/** Prompts that are numbers, so many a call. Bodies of the fixture tell their requests apart by a field of their own. */
export function sharingOf(each: number): Sharing {
	const sharing = promptSharing(each);
	return {
		...sharing,
		keyOf: request => sharing.keyOf({...request, body: {...request.body, index: 0}}),
	};
}

/** The prompts of a body, as numbers. */
export function promptsOf(body: {readonly [key: string]: unknown}): readonly number[] {
	return [body.prompt].flat().map(Number);
}

/** Each prompt is answered with itself. The choices come in another order. */
export function answerBody(prompts: readonly number[]): {readonly [key: string]: unknown} {
	const choices = prompts.map((prompt, index) => ({index, text: `to ${prompt}`, finish_reason: 'stop'}));
	return {
		object: 'text_completion',
		choices: choices.reverse(),
		usage: {prompt_tokens: 10 * prompts.length, completion_tokens: 5 * prompts.length},
	};
}
