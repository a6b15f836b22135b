import type {JsonObject} from '../domain/request.ts';
import type {ApiError} from './api-error.ts';
import {contextLengthExceeded, invalidRequest} from './api-error.ts';
import {checkWhole, wholeOf} from './model-body.ts';
import type {ModelCall, ModelRoute} from './model-route.ts';
import {createRandom, hashText} from './random.ts';
import {countInputTokens, inputText, isInputs, readTextInputs, textInputsOf} from './text-inputs.ts';

const mostInputs = 2048;
const maxInputTokens = 8192;
const largeDimensions = 3072;
const dimensions = 1536;

export const embeddings: ModelRoute = {
	path: '/embeddings',
	promptParameter: 'input',
	maxPromptTokens: 300_000,
	validate,
	promptTokens: body =>
		textInputsOf(body.input, 'input').reduce((sum, input) => sum + countInputTokens(input), 0),
	answer,
};

function validate(body: JsonObject): ApiError | null {
	const inputs = readTextInputs(body.input, 'input');
	if (!isInputs(inputs)) {
		return inputs;
	}

	if (inputs.length > mostInputs) {
		return invalidRequest(
			`Invalid 'input': at most ${mostInputs} inputs.`,
			'input',
			'array_above_max_length',
		);
	}

	if (inputs.some(input => input.length === 0)) {
		return invalidRequest("Invalid 'input': input cannot be an empty string.", 'input');
	}

	const longest = inputs.reduce((most, input) => Math.max(most, countInputTokens(input)), 0);
	if (longest > maxInputTokens) {
		return contextLengthExceeded(maxInputTokens, longest, 'input');
	}

	if (!['float', 'base64', undefined, null].includes(body.encoding_format as string | null | undefined)) {
		return invalidRequest(
			"Invalid 'encoding_format': 'float' or 'base64'.",
			'encoding_format',
			'invalid_value',
		);
	}

	return checkWhole(body, 'dimensions', 1, largeDimensions);
}

/** The same text has the same vector, wherever it stands and however often it comes. */
function answer({body, arrival, promptTokens}: ModelCall): JsonObject {
	const model = String(body.model);
	const length = wholeOf(body, 'dimensions', /large/.test(model) ? largeDimensions : dimensions);
	const data = textInputsOf(body.input, 'input').map((input, index) => {
		const vector = unitVector(hashText(`${model}\n${inputText(input)}`, arrival.seed), length);
		return {
			object: 'embedding',
			index,
			// The SDK asks for base64 unless told otherwise: 32-bit floats, little-endian.
			embedding:
				body.encoding_format === 'base64'
					? Buffer.from(vector.buffer).toString('base64')
					: Array.from(vector),
		};
	});
	return {
		object: 'list',
		data,
		model,
		usage: {prompt_tokens: promptTokens, total_tokens: promptTokens},
	};
}

function unitVector(hash: number, length: number): Float32Array {
	const random = createRandom(hash);
	const vector = new Float32Array(length);
	let squares = 0;
	for (let at = 0; at < length; at++) {
		const value = random() - 0.5;
		vector[at] = value;
		squares += value * value;
	}

	const norm = Math.sqrt(squares) || 1;
	return vector.map(value => value / norm);
}
