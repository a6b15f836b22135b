import type {UserError} from '../domain/user-error.ts';
import {nearest, similar} from './nearest.ts';
import {isPerMessage, missingFrom, type Prompt, type PromptArgs, templatesOf} from './prompt.ts';
import type {ReadPrompts} from './read-prompts.ts';
import {isIdKey, usedKeys} from './row-split.ts';
import {isScored} from './score-fields.ts';
import type {ScoreFields} from './scored-fields.ts';
import type {ArgsAxis, ArgsItem, Axis} from './spec.ts';
import {specError} from './spec-error.ts';
import type {SpecSource} from './spec-source.ts';
import type {Placeholder, TemplateSyntax} from './template.ts';

/**
 * Args that are written in the spec fit its templates exactly: every placeholder has a value, every arg is used.
 * `isZip`: the item at a position goes with the prompt at that position only.
 */
export function checkInlineArgs(
	read: ReadPrompts,
	args: Axis<ArgsItem>,
	isZip: boolean,
	syntax: TemplateSyntax,
	scored: ScoreFields,
	source: SpecSource,
): void {
	const prompts = read.prompts.items;
	for (const [i, item] of args.items.entries()) {
		const place = args.isList ? ['args', i] : ['args'];
		for (const [k, prompt] of prompts.entries()) {
			refuseWrongLength(prompt, item);
			const isPaired = !isZip || !args.isList || !read.prompts.isList || i === k;
			const missing = isPaired ? missingFrom(prompt, item.args) : null;
			if (missing) {
				const isEverywhere = args.items.every(other => missingFrom(prompt, other.args) !== null);
				const where = isEverywhere ? whereIn(read, k, missing) : item.where;
				throw missingValue(where, missing, item.args, syntax);
			}
		}

		refuseUnused(prompts, item.args, place, syntax, scored, source);
	}
}

/** Columns may go unused; if none is used, somebody probably wrote `{text}` for `{{text}}`. */
export function unusedRowsWarning(prompts: readonly Prompt[], args: ArgsAxis): readonly string[] {
	return args.kind === 'file' && usedKeys(prompts).size === 0
		? [`${args.where}: no prompt uses a column of ${args.file.display}: every row asks the same.`]
		: [];
}

/** A placeholder as the templates of this spec write it. */
export function showPlaceholder(name: string, syntax: TemplateSyntax): string {
	return syntax === 'python' ? `{${name}}` : `{{${name}}}`;
}

function missingValue(
	where: string,
	missing: Placeholder,
	args: PromptArgs,
	syntax: TemplateSyntax,
): UserError {
	const shown = showPlaceholder(missing.name, syntax);
	const dicts = isPerMessage(args) ? args : [args];
	if (dicts.some(dict => dict[missing.name] === null)) {
		return specError(where, `${shown} is null in the args`, "Give it a value; '' is an empty text.");
	}

	const known = dicts.flatMap(dict => Object.keys(dict));
	const meant = similar(missing.name, known);
	const hint =
		known.length === 0
			? `Add \`args: {${missing.name}: …}\`, or a file of rows.`
			: meant
				? `Did you mean ${showPlaceholder(meant, syntax)}?`
				: `Known args: ${known.join(', ')}.`;
	return specError(where, `${shown} has no value in the args`, hint);
}

function whereIn(read: ReadPrompts, position: number, missing: Placeholder): string {
	const templates = templatesOf(read.prompts.items[position]!);
	const message = templates.find(({template}) => template.placeholders.includes(missing))?.message ?? 0;
	return read.places[position]![message]!(missing.offset);
}

function refuseWrongLength(prompt: Prompt, {args, where}: ArgsItem): void {
	if (!isPerMessage(args)) {
		return;
	}

	if (prompt.kind === 'text') {
		throw specError(
			where,
			'a list of dicts fills the messages of a chat prompt one by one, but a prompt is text',
			'Write one dict per item of args, or the prompt as {messages: […]}.',
		);
	}

	const [length, what] =
		prompt.kind === 'chat' ? [prompt.messages.length, 'message'] : [prompt.templates.length, 'turn'];
	if (length !== args.length) {
		throw specError(
			where,
			`args for ${args.length} ${what}s, but the prompt has ${length}`,
			`Write one dict for each ${what} ({} where it needs none), or one dict for all.`,
		);
	}
}

function refuseUnused(
	prompts: readonly Prompt[],
	args: PromptArgs,
	place: readonly PropertyKey[],
	syntax: TemplateSyntax,
	scored: ScoreFields,
	source: SpecSource,
): void {
	for (const [message, dict] of (isPerMessage(args) ? args : [args]).entries()) {
		const dictPlace = isPerMessage(args) ? [...place, message] : place;
		const names = prompts
			.flatMap(templatesOf)
			.filter(entry => !isPerMessage(args) || entry.message === message)
			.flatMap(({template}) => template.placeholders);
		const used = new Set(names.flatMap(({name, path}) => [name, path[0]!]));
		for (const key of Object.keys(dict)) {
			if (used.has(key) || isScored(scored, key) || (isIdKey(key) && !isPerMessage(args))) {
				continue;
			}

			const near = nearest(key, new Set(names.map(({name}) => name)));
			throw specError(
				source.where([...dictPlace, key], 'key'),
				`no template uses the arg \`${key}\``,
				near === null
					? 'No template has a placeholder: remove the arg, or use it.'
					: `The nearest placeholder is ${showPlaceholder(near, syntax)}.`,
			);
		}
	}
}
