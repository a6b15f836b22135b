import type {Asked, Endpoint, JsonObject} from '../domain/request.ts';
import {firstTurn} from '../domain/turns.ts';
import {withImage} from './images.ts';
import {missingPlaceholder, type Placeholder, renderTemplate, type Template} from './template.ts';

/** One dict for a whole prompt, or one dict for each of its messages or turns by position. */
export type PromptArgs = JsonObject | readonly JsonObject[];

export type ChatMessage = {
	/** As written in the spec. */
	readonly raw: JsonObject;
	/** The template of a text content. */
	readonly content: Template | null;
	/** By position: the template of a content part, null for a part that goes out untouched. */
	readonly parts: readonly (PartTemplate | null)[] | null;
};

/** A part is a text, or shows an image of which the path or address is a template. */
export type PartTemplate = {readonly holds: 'text' | 'image'; readonly template: Template};

/** A template, ready to be asked. */
export type Prompt =
	| {readonly kind: 'text'; readonly raw: string; readonly template: Template}
	/** User turns that are sent one by one, each with what was answered before. */
	| {readonly kind: 'turns'; readonly raw: readonly string[]; readonly templates: readonly Template[]}
	| {readonly kind: 'chat'; readonly raw: readonly JsonObject[]; readonly messages: readonly ChatMessage[]};

/** The body field of the prompt, and the prompt in the words of the result file. */
export type Rendered = {
	readonly field: 'messages' | 'prompt' | 'input';
	readonly value: unknown;
	readonly asked: Asked;
	readonly turns?: readonly string[];
};

export function renderPrompt(prompt: Prompt, args: PromptArgs, endpoint: Endpoint): Rendered {
	const field = endpoint === 'chat' ? 'messages' : endpoint === 'completions' ? 'prompt' : 'input';
	if (prompt.kind === 'chat') {
		const messages = prompt.messages.map((message, i) => renderMessage(message, argsAt(args, i)));
		const asked = {messages, messages_raw: prompt.raw, messages_args: args};
		return {field, value: messages, asked};
	}

	if (prompt.kind === 'turns') {
		const turns = prompt.templates.map((template, i) => renderTemplate(template, argsAt(args, i)));
		const asked = {prompt: turns, prompt_raw: prompt.raw, prompt_args: args};
		return {...firstTurn(endpoint, turns), asked, turns};
	}

	const text = renderTemplate(prompt.template, args as JsonObject);
	const asked = {prompt: text, prompt_raw: prompt.raw, prompt_args: args};
	return {field, value: endpoint === 'chat' ? [{role: 'user', content: text}] : text, asked};
}

/** Every template of a prompt with the position of its message or turn (0 for a text). */
export function templatesOf(
	prompt: Prompt,
): readonly {readonly message: number; readonly template: Template}[] {
	if (prompt.kind === 'text') {
		return [{message: 0, template: prompt.template}];
	}

	if (prompt.kind === 'turns') {
		return prompt.templates.map((template, message) => ({message, template}));
	}

	return prompt.messages.flatMap(({content, parts}, message) =>
		[content, ...(parts ?? []).map(part => part?.template)].flatMap(template =>
			template ? [{message, template}] : [],
		),
	);
}

/** Whether a prompt may show images that lie on this machine. */
export function showsImages(prompt: Prompt): boolean {
	return (
		prompt.kind === 'chat' &&
		prompt.messages.some(({parts}) => parts?.some(part => part?.holds === 'image') ?? false)
	);
}

/** The first placeholder of a prompt that the args give no value. */
export function missingFrom(prompt: Prompt, args: PromptArgs): Placeholder | null {
	for (const {message, template} of templatesOf(prompt)) {
		const missing = missingPlaceholder(template, argsAt(args, message));
		if (missing) {
			return missing;
		}
	}

	return null;
}

function argsAt(args: PromptArgs, message: number): JsonObject {
	return isPerMessage(args) ? args[message]! : args;
}

export function isPerMessage(args: PromptArgs): args is readonly JsonObject[] {
	return Array.isArray(args);
}

function renderMessage({raw, content, parts}: ChatMessage, args: JsonObject): JsonObject {
	if (content) {
		return {...raw, content: renderTemplate(content, args)};
	}

	if (!parts) {
		return raw;
	}

	const rendered = (raw.content as readonly JsonObject[]).map((part, i) =>
		renderPart(part, parts[i] ?? null, args),
	);
	return {...raw, content: rendered};
}

function renderPart(part: JsonObject, compiled: PartTemplate | null, args: JsonObject): JsonObject {
	if (compiled === null) {
		return part;
	}

	const text = renderTemplate(compiled.template, args);
	return compiled.holds === 'text' ? {...part, text} : withImage(part, text);
}
