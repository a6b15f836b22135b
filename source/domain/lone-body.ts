import type {JsonObject, Request} from './request.ts';

/** An item's part of the answer of a pack. */
export type LoneAnswer = {
	readonly content: string;
	/** What the model said of it; null where it was not asked. */
	readonly isConfident: boolean | null;
};

/**
 * The body that a request would have got had it been asked alone, made from the body of the call that it shared.
 * What a response repeats of its request is the request's own.
 */
export function loneBody(
	{endpoint, body: asked}: Request,
	shared: JsonObject,
	answer: LoneAnswer,
): JsonObject {
	const {content} = answer;
	const confidence = answer.isConfident === null ? null : {confident: answer.isConfident};
	if (endpoint === 'responses') {
		const {output: _, ...envelope} = shared;
		return {
			...envelope,
			...repeated(envelope, asked),
			output: [
				{
					id: messageId(shared),
					type: 'message',
					status: 'completed',
					role: 'assistant',
					content: [{type: 'output_text', text: content, annotations: []}],
					...confidence,
				},
			],
		};
	}

	const {choices: _, ...envelope} = shared;
	return {
		...envelope,
		choices: [
			{
				index: 0,
				message: {role: 'assistant', content, refusal: null},
				logprobs: null,
				finish_reason: 'stop',
				...confidence,
			},
		],
	};
}

/** Fields of a response that say again what was asked, and differ between a pack and a request of its own. */
const repeatedFields = ['text', 'max_output_tokens'] as const;

function repeated(envelope: JsonObject, asked: JsonObject): JsonObject {
	const fields = repeatedFields.filter(name => envelope[name] !== undefined);
	return Object.fromEntries(fields.map(name => [name, asked[name] ?? null]));
}

function messageId({output}: JsonObject): unknown {
	const items = Array.isArray(output) ? (output as readonly JsonObject[]) : [];
	return items.find(({type}) => type === 'message')?.id ?? null;
}

/** Whether the model was sure of the answer, by what `loneBody` made of it; null where nothing says so. */
export function confidenceOf(rawChoice: unknown): boolean | null {
	const {confident, output} = (rawChoice ?? {}) as {confident?: unknown; output?: unknown};
	const first = Array.isArray(output)
		? (output[0] as {confident?: unknown} | undefined)?.confident
		: confident;
	return typeof first === 'boolean' ? first : null;
}
