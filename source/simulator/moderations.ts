import type {JsonObject} from '../domain/request.ts';
import type {ApiError} from './api-error.ts';
import {invalidType, missingParameter} from './api-error.ts';
import {contentText} from './content-text.ts';
import {asObject} from './json-value.ts';
import type {ModelCall, ModelRoute} from './model-route.ts';
import type {Random} from './random.ts';
import {arrivalId, randomFor} from './random.ts';
import {countContentTokens} from './usage.ts';

/** Words that put a text into a category, so that flagged answers can be had on purpose. */
const categories: {readonly [name: string]: RegExp | null} = {
	harassment: /\b(?:idiot|moron|loser)s?\b/i,
	'harassment/threatening': null,
	hate: /\b(?:vermin|subhuman)\b/i,
	'hate/threatening': null,
	illicit: /\b(?:steal|counterfeit|launder)/i,
	'illicit/violent': /\bbomb/i,
	'self-harm': /\bsuicid|\bhurt myself/i,
	'self-harm/intent': null,
	'self-harm/instructions': null,
	sexual: /\bporn/i,
	'sexual/minors': null,
	violence: /\b(?:kill|murder|stab)/i,
	'violence/graphic': /\bgore\b|\bgory\b/i,
};

export const moderations: ModelRoute = {
	path: '/moderations',
	promptParameter: 'input',
	maxPromptTokens: 128_000,
	validate,
	promptTokens: body =>
		inputsOf(body.input).reduce<number>((sum, input) => sum + countContentTokens(input), 0),
	answer,
};

function validate(body: JsonObject): ApiError | null {
	const {input} = body;
	if (input === undefined || input === null) {
		return missingParameter('input');
	}

	const isPart = (item: unknown) => typeof item === 'string' || asObject(item) !== null;
	return typeof input === 'string' || (Array.isArray(input) && input.length > 0 && input.every(isPart))
		? null
		: invalidType('input', 'a string, an array of strings or an array of parts');
}

/** A list of texts is judged one by one, a list of parts as one message. */
function inputsOf(input: unknown): readonly unknown[] {
	return Array.isArray(input) && input.every(item => typeof item === 'string') ? input : [input];
}

function answer({body, arrival}: ModelCall): JsonObject {
	const random = randomFor(arrival, 'answer');
	return {
		id: `modr-${arrivalId(arrival)}`,
		model: body.model,
		results: inputsOf(body.input).map(input => moderate(contentText(input), random)),
	};
}

function moderate(text: string, random: Random): JsonObject {
	const scores = Object.entries(categories).map(([name, words]) => {
		const score = words?.test(text) ? 0.8 + 0.19 * random() : 0.01 * random();
		return [name, Math.round(score * 1e6) / 1e6] as const;
	});
	const flags = scores.map(([name, score]) => [name, score > 0.5] as const);
	return {
		flagged: flags.some(([, flagged]) => flagged),
		categories: Object.fromEntries(flags),
		category_scores: Object.fromEntries(scores),
		category_applied_input_types: Object.fromEntries(
			flags.map(([name, flagged]) => [name, flagged ? ['text'] : []]),
		),
	};
}
