import type {ImageFiles} from './image-files.ts';
import {type Prompt, type PromptArgs, renderPrompt, showsImages} from './prompt.ts';
import type {ArgsItem, Spec} from './spec.ts';

/** The images of one prompt with these args. `where`: the place of the args, which name them unless the prompt does. */
export function notePrompt(
	images: ImageFiles,
	spec: Spec,
	position: number,
	args: PromptArgs,
	where: string,
): void {
	const {prompts, endpoint} = spec;
	const prompt = prompts.items[position]!;
	if (showsImages(prompt)) {
		const place = areFixed(prompt) ? spec.where(prompts.isList ? ['prompts', position] : ['prompts']) : where;
		images.note(renderPrompt(prompt, args, endpoint).value, place);
	}
}

/** The images that the args of the spec itself lead to. */
export function noteInline(images: ImageFiles, spec: Spec, items: readonly ArgsItem[]): void {
	const {prompts, combine, args} = spec;
	for (const position of prompts.items.keys()) {
		const arePaired = combine === 'zip' && prompts.isList && args.isList;
		for (const item of arePaired ? items.slice(position, position + 1) : items) {
			notePrompt(images, spec, position, item.args, item.where);
		}
	}
}

function areFixed(prompt: Prompt): boolean {
	return (
		prompt.kind === 'chat' &&
		prompt.messages.every(
			({parts}) =>
				parts?.every(part => part?.holds !== 'image' || part.template.placeholders.length === 0) ?? true,
		)
	);
}
