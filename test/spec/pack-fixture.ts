import type {JsonObject, Request} from '../../source/domain/request.ts';
import type {Sharing} from '../../source/domain/sharing.ts';
import {memoryInputs} from '../../source/spec/memory-inputs.ts';
import {openRequests} from '../../source/spec/open-requests.ts';
import {createPackSharing} from '../../source/spec/pack-sharing.ts';
import {specOf} from './spec-folder.ts';

/** One token a character, so that a pack can be measured with a ruler. */
const count = (_: number, {prompt, ...body}: JsonObject) =>
	typeof prompt === 'string' ? prompt.length : JSON.stringify(body).length;

export type Opened = {readonly sharing: Sharing; readonly requests: readonly Request[]};

export async function openPacks(
	yaml: string,
	runId = 'run',
	maxOutput: number | null = null,
): Promise<Opened> {
	const spec = await specOf(yaml);
	const source = openRequests(spec, await memoryInputs(spec));
	const requests = Array.from({length: source.count}, (_, index) => source.expand(index));
	source.close();
	const sharing = createPackSharing({
		spec,
		runId,
		countTokens: count,
		maxOutputOf: () => maxOutput,
		isStopped: () => false,
	});
	return {sharing, requests};
}

/** The calls that all requests make, in their order. */
export function callsOf(
	{sharing, requests}: Opened,
	most = Number.POSITIVE_INFINITY,
): readonly (readonly Request[])[] {
	const calls: Request[][] = [];
	let draft: {add(request: Request): boolean} | null = null;
	for (const request of requests) {
		if (draft?.add(request)) {
			calls.at(-1)!.push(request);
		} else {
			calls.push([request]);
			draft = sharing.begin(request, most);
		}
	}

	return calls;
}

export const packSpec = (texts: readonly string[], more = 'pack: {}') =>
	`model: m\nprompts: 'Which topic? {{text}}'\nargs: ${JSON.stringify(texts.map(text => ({text})))}\n${more}\n`;
export const numbered = (length: number) => Array.from({length}, (_, i) => `text ${i}`);

export const textOf = (body: JsonObject) => (body.messages as {content: string}[]).at(-1)!.content;
export const idsIn = (body: JsonObject) =>
	[...textOf(body).matchAll(/<item-(\w+)>/g)].map(([, id]) => id!).slice(1);
export const wholeBody = ({sharing, requests}: Opened) => sharing.bodyOf(requests);

/** What a server answers to a pack. */
export const reply = (content: unknown, message: object = {}, finish_reason = 'stop'): JsonObject => ({
	id: 'c1',
	object: 'chat.completion',
	model: 'm',
	choices: [
		{
			index: 0,
			message: {
				role: 'assistant',
				content: typeof content === 'string' ? content : JSON.stringify(content),
				...message,
			},
			finish_reason,
		},
	],
	usage: {prompt_tokens: 10, completion_tokens: 5},
});

/** The text of a chat answer. */
export function contentOf(body: JsonObject): string {
	return (body.choices as {message: {content: string}}[])[0]!.message.content;
}
