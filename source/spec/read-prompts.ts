import type {Endpoint, JsonObject} from '../domain/request.ts';
import {imageOf} from './images.ts';
import type {ChatMessage, PartTemplate, Prompt} from './prompt.ts';
import type {Axis, SpecFile} from './spec.ts';
import {specError} from './spec-error.ts';
import {findFile} from './spec-files.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import {compileTemplate, type Template, type TemplateSyntax} from './template.ts';
import {plainText} from './text-file.ts';
import type {DataPath} from './yaml-source.ts';

/** Where an offset of a template's text lies. */
type Where = (offset: number) => string;

export type ReadPrompts = {
	readonly prompts: Axis<Prompt>;
	/** By prompt, then by message or turn. */
	readonly places: readonly (readonly Where[])[];
	readonly warnings: readonly string[];
};

/** `{{two words}}`, which people write for a column of that name, and which is plain text. */
const almostPlaceholder = /\{\{[ \t]*[\p{L}_][\p{L}\p{N}_-]*(?: +[\p{L}\p{N}_-]+)+[ \t]*\}\}/u;

export function readPrompts(input: SpecInput, files: readonly SpecFile[], source: SpecSource): ReadPrompts {
	const syntax = input.template ?? 'braces';
	const isList = Array.isArray(input.prompts);
	const warnings: string[] = [];
	const items: Prompt[] = [];
	const places: Where[][] = [];
	for (const [i, written] of [input.prompts ?? []].flat().entries()) {
		const path: DataPath = isList ? ['prompts', i] : ['prompts'];
		const here: Where = () => source.where(path);
		const compile = (raw: string, where: Where) => compileAt(raw, syntax, where, warnings);
		if (typeof written === 'string') {
			items.push({kind: 'text', raw: written, template: compile(written, here)});
			places.push([here]);
		} else if ('file' in written) {
			const {raw, where} = promptFile(findFile(files, written.file), source.where([...path, 'file']));
			items.push({kind: 'text', raw, template: compile(raw, where)});
			places.push([where]);
		} else if ('turns' in written) {
			refuseTurns(input.endpoint ?? 'chat', source.where(path));
			const wheres = written.turns.map(
				(_, k): Where =>
					() =>
						source.where([...path, 'turns', k]),
			);
			const templates = written.turns.map((turn, k) => compile(turn, wheres[k]!));
			items.push({kind: 'turns', raw: written.turns, templates});
			places.push(wheres);
		} else {
			refuseChat(input.endpoint ?? 'chat', source.where(path));
			const wheres = written.messages.map(
				(_, k): Where =>
					() =>
						source.where([...path, 'messages', k, 'content']),
			);
			const messages = written.messages.map((message, k) =>
				chatMessage(message, text => compile(text, wheres[k]!)),
			);
			items.push({kind: 'chat', raw: written.messages, messages});
			places.push(wheres);
		}
	}

	return {prompts: {items, isList}, places, warnings};
}

/** A prompt's own file: its text without the line break that editors put at the end. */
function promptFile(file: SpecFile, asked: string): {raw: string; where: Where} {
	const raw = plainText(file.bytes!).replace(/\n$/, '');
	if (raw === '') {
		throw specError(asked, `${file.display} is empty`, 'Write the prompt into it.');
	}

	const where: Where = offset => {
		const before = raw.slice(0, offset).split('\n');
		return `${file.display}:${before.length}:${before.at(-1)!.length + 1}`;
	};

	return {raw, where};
}

function chatMessage(message: JsonObject, compile: (raw: string) => Template): ChatMessage {
	const {content} = message;
	const parts = Array.isArray(content)
		? (content as readonly JsonObject[]).map(part => partTemplate(part, compile))
		: null;
	return {raw: message, content: typeof content === 'string' ? compile(content) : null, parts};
}

function partTemplate(part: JsonObject, compile: (raw: string) => Template): PartTemplate | null {
	const image = imageOf(part);
	if (image !== null) {
		return {holds: 'image', template: compile(image)};
	}

	return typeof part.text === 'string' ? {holds: 'text', template: compile(part.text)} : null;
}

function compileAt(raw: string, syntax: TemplateSyntax, where: Where, warnings: string[]): Template {
	const compiled = compileTemplate(raw, syntax);
	if (compiled.kind === 'bad') {
		throw specError(where(compiled.offset), compiled.problem, compiled.fix);
	}

	const almost = syntax === 'braces' ? almostPlaceholder.exec(raw) : null;
	if (almost) {
		warnings.push(`${where(almost.index)}: \`${almost[0]}\` is sent as plain text: a name holds no spaces.`);
	}

	return compiled.template;
}

function refuseTurns(endpoint: Endpoint, where: string): void {
	if (endpoint !== 'chat' && endpoint !== 'responses') {
		throw specError(
			where,
			`a prompt of several turns is a conversation, which cannot go to the ${endpoint} endpoint`,
			'Write the prompt as text, or use `endpoint: chat`.',
		);
	}
}

function refuseChat(endpoint: Endpoint, where: string): void {
	if (endpoint !== 'chat' && endpoint !== 'responses') {
		throw specError(
			where,
			`a prompt with messages cannot go to the ${endpoint} endpoint`,
			'Write the prompt as text, or use `endpoint: chat`.',
		);
	}
}
