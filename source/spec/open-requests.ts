import type {JsonObject, Request} from '../domain/request.ts';
import {createImageLoader} from './image-loader.ts';
import {loadImages} from './images.ts';
import type {InputFolder} from './input-folder.ts';
import {openRowRequests} from './open-row-requests.ts';
import {isPerMessage, type PromptArgs, renderPrompt, showsImages} from './prompt.ts';
import {createRowSplitter} from './row-split.ts';
import {openRowStore} from './row-store.ts';
import type {ArgsItem, RowsAxis, Spec} from './spec.ts';
import {axesOf} from './spec-axes.ts';
import type {SpecRequests} from './spec-requests.ts';

/** One variant of the args: what fills the templates, what names the request, what is carried along. */
type Variant = {readonly args: PromptArgs; readonly id: string | null; readonly input: JsonObject};

/** The args of a spec by position, wherever they are kept. */
type Variants = {
	readonly count: number;
	readonly hasIds: boolean;
	at(position: number): Variant;
	close(): void;
};

type Split = (row: JsonObject) => Variant;

/** Those that are asked as they stand: none where only what is made of them is. */
export function openRequests(spec: Spec, inputs: InputFolder): SpecRequests {
	const originals = openOriginals(spec, inputs);
	return spec.rephrasing?.keepsOriginals === false ? {...originals, count: 0, originals} : originals;
}

/** `inputs`: what `prepareInputs` made of the same spec. Nothing is expanded before it is asked for. */
export function openOriginals(spec: Spec, inputs: InputFolder): SpecRequests {
	if (spec.requests !== null && spec.args.kind === 'file') {
		return openRowRequests(spec, spec.requests, spec.args, inputs);
	}

	const {endpoint, prompts, models, params, queues} = spec;
	const split = createRowSplitter(prompts.items, axesOf(spec, 1).takesIds);
	const variants =
		spec.args.kind === 'file'
			? rowVariants(spec.args, inputs, split)
			: inlineVariants(spec.args.items, split);
	const axes = axesOf(spec, variants.count);
	const load = createImageLoader(inputs);
	const haveImages = prompts.items.map(showsImages);
	const ownId = (index: number) => (variants.hasIds ? variants.at(axes.position('args', index)).id : null);
	return {
		count: axes.count,
		queues,
		axes,
		hasIds: variants.hasIds,
		ownId,
		queueOf: index => models.items[axes.position('model', index)]!.queue,
		id: index => ownId(index) ?? String(index),
		expand(index): Request {
			const {provider, model, queue} = models.items[axes.position('model', index)]!;
			const {args, id, input} = variants.at(axes.position('args', index));
			const fields = params.items[axes.position('params', index)]!.body;
			const prompt = axes.position('prompts', index);
			const {field, value, asked, turns} = renderPrompt(prompts.items[prompt]!, args, endpoint);
			return {
				id: id ?? String(index),
				index,
				queue,
				endpoint,
				provider,
				model,
				modelArgs: fields,
				body: {model, [field]: haveImages[prompt] ? loadImages(value, load) : value, ...fields},
				asked,
				...(turns === undefined ? null : {turns}),
				input,
			};
		},
		close: variants.close,
	};
}

function inlineVariants(items: readonly ArgsItem[], split: Split): Variants {
	const variants = items.map(
		({args}): Variant => (isPerMessage(args) ? {args, id: null, input: {}} : split(args)),
	);
	return {
		count: items.length,
		hasIds: variants.some(({id}) => id !== null),
		at: position => variants[position]!,
		close: () => {},
	};
}

/** The last one is kept, as inner axes ask for it again. */
function rowVariants(axis: RowsAxis, inputs: InputFolder, split: Split): Variants {
	const store = openRowStore(axis, inputs);
	let lastPosition = -1;
	let last: Variant | null = null;
	return {
		count: store.count,
		hasIds: store.hasIds,
		at(position) {
			if (last === null || position !== lastPosition) {
				last = split(store.row(position));
				lastPosition = position;
			}

			return last;
		},
		close: store.close,
	};
}
