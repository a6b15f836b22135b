import type {JsonObject} from '../domain/request.ts';
import {createAuthor, writeText} from './answer-text.ts';
import {answeredAt} from './answered-at.ts';
import type {ApiError} from './api-error.ts';
import {checkTemperature, checkWhole, wholeOf} from './model-body.ts';
import type {ModelCall, ModelRoute} from './model-route.ts';
import {arrivalId, randomFor} from './random.ts';
import {countInputTokens, inputText, isInputs, readTextInputs, textInputsOf} from './text-inputs.ts';
import {completionUsage} from './usage.ts';
import {finishText} from './written-text.ts';

const mostChoices = 128;
/** The API's own default on this endpoint. */
const defaultMaxTokens = 16;

export const completions: ModelRoute = {
	path: '/completions',
	promptParameter: 'prompt',
	maxPromptTokens: 128_000,
	validate,
	promptTokens: body =>
		textInputsOf(body.prompt, 'prompt').reduce((sum, prompt) => sum + countInputTokens(prompt), 0),
	answer,
};

function validate(body: JsonObject): ApiError | null {
	const prompts = readTextInputs(body.prompt, 'prompt');
	return isInputs(prompts)
		? (checkWhole(body, 'n', 1, mostChoices) ??
				checkWhole(body, 'max_tokens', 1, Number.MAX_SAFE_INTEGER) ??
				checkTemperature(body))
		: prompts;
}

/** Choice `index` belongs to prompt `floor(index / n)`. */
function answer({body, arrival, promptTokens, fault}: ModelCall): JsonObject {
	const random = randomFor(arrival, 'answer');
	const prompts = textInputsOf(body.prompt, 'prompt').map(inputText);
	const choicesEach = wholeOf(body, 'n', 1);
	const maxTokens = wholeOf(body, 'max_tokens', defaultMaxTokens);
	let outputTokens = 0;
	const choices = prompts.flatMap((prompt, position) => {
		const author = createAuthor(prompt, {kind: 'prose'}, random);
		return Array.from({length: choicesEach}, (_, choice) => {
			// This endpoint knows no refusals.
			const written = finishText(writeText(author), maxTokens, fault === 'refusal' ? null : fault);
			outputTokens += written.tokens;
			return {
				index: position * choicesEach + choice,
				text: `${body.echo === true ? prompt : ''}${written.text}`,
				logprobs: null,
				finish_reason: written.finishReason,
			};
		});
	});
	return {
		id: `cmpl-${arrivalId(arrival)}`,
		object: 'text_completion',
		created: answeredAt,
		model: body.model,
		choices,
		usage: completionUsage(promptTokens, outputTokens, arrival),
		system_fingerprint: `fp_simulated_${arrival.seed}`,
	};
}
