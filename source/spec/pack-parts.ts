import type {Endpoint, JsonObject, Request} from '../domain/request.ts';
import type {PackRules} from './pack-rules.ts';
import {type Prompt, renderPrompt, templatesOf} from './prompt.ts';
import {placeholderText} from './template.ts';

/** A request taken apart: what it says of its item, and what it shares with others. */
export type PackParts = {
	/** Position of its prompt in the spec. */
	readonly prompt: number;
	/** The item's text. */
	readonly text: string;
	/** What else fills its prompt; equal for all items of a pack. */
	readonly others: string;
	/** How often the text stands in its prompt. */
	readonly times: number;
	/** The prompt as it is sent, with something else in the item's place. Rendered when it is asked for. */
	promptWith(text: string): unknown;
};

/** Null for a request that no prompt of the spec asks. */
export type TakeApart = (request: Request) => PackParts | null;

export function createTakeApart(
	prompts: readonly Prompt[],
	{textOf}: Pick<PackRules, 'textOf'>,
	endpoint: Endpoint,
): TakeApart {
	const entries = prompts.map((prompt, number) => {
		const name = textOf.get(prompt)!;
		const placeholders = templatesOf(prompt).flatMap(({template}) => template.placeholders);
		const own = placeholders.find(placeholder => placeholder.name === name)!;
		const others = placeholders.filter(placeholder => placeholder.name !== name);
		return {prompt, number, name, own, others, times: placeholders.length - others.length};
	});
	const byRaw = new Map<unknown, (typeof entries)[number]>(entries.map(entry => [entry.prompt.raw, entry]));
	return ({asked}) => {
		const [raw, args] =
			'prompt_raw' in asked
				? [asked.prompt_raw, asked.prompt_args as JsonObject]
				: [asked.messages_raw, asked.messages_args as JsonObject];
		const entry = byRaw.get(raw);
		if (!entry) {
			return null;
		}

		const {prompt, number, name, own, others, times} = entry;
		return {
			prompt: number,
			text: placeholderText(own, args),
			others: others.length === 0 ? '' : JSON.stringify(others.map(other => placeholderText(other, args))),
			times,
			promptWith: text => renderPrompt(prompt, {...args, [name]: text}, endpoint).value,
		};
	};
}

/** The prompt of a pack: its instruction, and the items at the end of what the user says last. */
export function appendItems(instruction: unknown, items: string): unknown {
	if (!Array.isArray(instruction)) {
		return `${String(instruction)}${items}`;
	}

	const messages = instruction as readonly JsonObject[];
	const last = messages.findLastIndex(({role}) => role === 'user');
	const content = messages[last]?.content;
	return typeof content === 'string'
		? messages.with(last, {...messages[last], content: `${content}${items}`})
		: [...messages, {role: 'user', content: items.trimStart()}];
}
