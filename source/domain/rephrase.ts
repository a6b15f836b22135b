import {fillIn, promptField, promptOf} from './judge.ts';
import type {Endpoint, JsonObject, Request} from './request.ts';
import type {NewRequest} from './stage.ts';

/** Models that say the prompts in other words, before these are asked. */
export type Rephrasing = {
	readonly models: readonly {
		readonly name: string;
		readonly queue: number;
		readonly model: string;
		readonly params: JsonObject;
	}[];
	/** `{INPUT_PROMPT}` is filled in. */
	readonly templates: readonly string[];
	/** How one answer becomes several prompts; null: it is one. */
	readonly parser: 'split_numbered_list' | null;
	/** False: only what was rephrased is asked. */
	readonly keepsOriginals: boolean;
};

/** What is asked for one prompt: models by templates. */
export function rephraseRequests(
	{models, templates}: Rephrasing,
	original: Request,
	endpoint: Endpoint,
): readonly NewRequest[] {
	return models.flatMap(({name, queue, model, params}) =>
		templates.map((template, number): NewRequest => {
			const args = {INPUT_PROMPT: promptOf(original)};
			const asked = fillIn(template, args);
			return {
				id: `rephrase-${name}-${number}-${original.id}`,
				queue,
				parent: original.id,
				body: {model, ...promptField(asked, endpoint), ...params},
				asked: {prompt: asked, prompt_raw: template, prompt_args: args},
				modelArgs: params,
				input: {'input-id': original.id, 'input-index': original.index, 'input-prompt': args.INPUT_PROMPT},
			};
		}),
	);
}

/** The original with its prompt in the words of an answer; model, params and columns are its own. */
export function rephrasedRequests(
	{parser}: Rephrasing,
	original: Request,
	asked: Pick<Request, 'id'>,
	answer: string,
	endpoint: Endpoint,
): readonly NewRequest[] {
	const prompts = parser === null ? [answer.trim()] : splitNumberedList(answer);
	return prompts.map(
		(prompt, number): NewRequest => ({
			id: `${asked.id}-${number}`,
			queue: original.queue,
			parent: asked.id,
			body: {...original.body, ...promptField(prompt, endpoint)},
			asked: {prompt, prompt_raw: prompt, prompt_args: {}},
			modelArgs: original.modelArgs,
			input: {...original.input, 'input-id': original.id, 'input-prompt': promptOf(original)},
		}),
	);
}

/** `1. one`, `2) "two"`, `[3] three`: without numbers, brackets and outer quotes. Lines before the first are talk. */
export function splitNumberedList(text: string): readonly string[] {
	const items: string[] = [];
	for (const line of text.split('\n')) {
		const item = /^\s*(?:\[\d+\]|\(\d+\)|\d+\s*[.):])\s*(.*)$/.exec(line);
		if (item) {
			items.push(item[1]!);
		} else if (items.length > 0 && line.trim() !== '') {
			items.push(`${items.pop()}\n${line}`);
		}
	}

	return items.map(item => bare(item.trim())).filter(item => item !== '');
}

const pairs: readonly (readonly [open: string, close: string])[] = [
	['"', '"'],
	["'", "'"],
	['“', '”'],
	['[', ']'],
];

function bare(item: string): string {
	const pair = pairs.find(
		([open, close]) => item.length > 1 && item.startsWith(open) && item.endsWith(close),
	);
	return pair ? bare(item.slice(1, -1).trim()) : item;
}
