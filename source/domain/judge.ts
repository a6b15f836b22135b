import type {Endpoint, JsonObject, Request} from './request.ts';
import type {NewRequest} from './stage.ts';

/** The stage of their answers. */
export const judgeStageName = 'judge';

/** Models that say what they think of every answer, each with every template. */
export type Judging = {
	readonly judges: readonly Judge[];
	readonly templates: readonly JudgeTemplate[];
};

export type Judge = {
	readonly name: string;
	/** Position in the queues of the spec. */
	readonly queue: number;
	readonly model: string;
	readonly params: JsonObject;
};

/** `{INPUT_PROMPT}` and `{OUTPUT_RESPONSE}` are filled in; any other brace is text. */
export type JudgeTemplate = {readonly name: string; readonly text: string};

/** One answer of a request; `choice` counts them from 0. */
export type JudgedText = {readonly choice: number; readonly text: string};

/** What is asked about the answers of one request: judges by templates by answers. */
export function judgeRequests(
	{judges, templates}: Judging,
	request: Request,
	answers: readonly JudgedText[],
	endpoint: Endpoint,
): readonly NewRequest[] {
	const prompt = promptOf(request);
	return judges.flatMap(judge =>
		templates.flatMap(template =>
			answers.map(({choice, text}): NewRequest => {
				const args = {INPUT_PROMPT: prompt, OUTPUT_RESPONSE: text};
				const asked = fillIn(template.text, args);
				const more = choice === 0 ? '' : `-${choice}`;
				return {
					id: `judge-${judge.name}-${template.name}-${request.id}${more}`,
					queue: judge.queue,
					parent: request.id,
					body: {model: judge.model, ...promptField(asked, endpoint), ...judge.params},
					asked: {prompt: asked, prompt_raw: template.text, prompt_args: args},
					modelArgs: judge.params,
					input: {
						...carried(request),
						'input-response': text,
						judge: judge.name,
						template: template.name,
					},
				};
			}),
		),
	);
}

/** What the request was, under names that say so. */
function carried({id, asked, provider, model, modelArgs, input}: Request): JsonObject {
	const rest = Object.entries(input).map(([key, value]) => [`input-${key}`, value] as const);
	return {
		...Object.fromEntries(rest),
		'input-id': id,
		'input-prompt': 'prompt' in asked ? asked.prompt : asked.messages,
		'input-provider': provider,
		'input-model': model,
		'input-model_args': modelArgs,
	};
}

/** In one pass: what is filled in may hold the name of the other. */
export function fillIn(template: string, values: {readonly [name: string]: string}): string {
	return template.replaceAll(/\{([A-Z_]+)\}/g, (whole, name: string) => values[name] ?? whole);
}

export function promptField(text: string, endpoint: Endpoint): JsonObject {
	switch (endpoint) {
		case 'chat':
			return {messages: [{role: 'user', content: text}]};
		case 'completions':
			return {prompt: text};
		default:
			return {input: text};
	}
}

/** A prompt as one text: of a chat, who says what. */
export function promptOf({asked}: Pick<Request, 'asked'>): string {
	const prompt: unknown = 'prompt' in asked ? asked.prompt : asked.messages;
	if (typeof prompt === 'string') {
		return prompt;
	}

	return Array.isArray(prompt) ? prompt.map(messageText).join('\n') : JSON.stringify(prompt);
}

function messageText(message: unknown): string {
	const {role, content} = (typeof message === 'object' && message !== null ? message : {}) as {
		readonly role?: unknown;
		readonly content?: unknown;
	};
	if (typeof message === 'string') {
		return message;
	}

	const text = typeof content === 'string' ? content : JSON.stringify(content ?? message);
	return typeof role === 'string' ? `${role}: ${text}` : text;
}
