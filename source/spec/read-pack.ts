import {wrapperLevels, wrapperProperties} from '../domain/pack-schema.ts';
import type {JsonObject} from '../domain/request.ts';
import {showPlaceholder} from './check-args.ts';
import {nearest} from './nearest.ts';
import type {loneFields, PackRules, VoteRules} from './pack-rules.ts';
import {isPerMessage, type Prompt, templatesOf} from './prompt.ts';
import {mostOfSchema, sizeOfSchema} from './schema-size.ts';
import {shareOf} from './share.ts';
import type {ArgsAxis, Axis} from './spec.ts';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import type {DataPath} from './yaml-source.ts';

const defaultItems = 25;
const defaultMinAgreement = 0.8;

/** Fields of a body that mean one answer to one question, with what stands against them in a pack. */
const loneParams: {readonly [F in (typeof loneFields)[number] | 'response_format']: string} = {
	tools: 'a pack is answered with one text for all of its items, and not with calls',
	functions: 'a pack is answered with one text for all of its items, and not with calls',
	stop: 'it would cut off the answers behind it',
	logprobs: 'they would be those of the whole pack',
	top_logprobs: 'they would be those of the whole pack',
	modalities: 'a pack is answered with text',
	response_format: 'a pack has a format of its own',
};

/** The keys `pack` and `vote`; null where requests go alone. */
export function readPack(
	input: SpecInput,
	{prompts, args, schema}: {prompts: Axis<Prompt>; args: ArgsAxis; schema: JsonObject | null},
	source: SpecSource,
): PackRules | null {
	const {pack, vote} = input;
	if (pack === undefined) {
		refuseLoneVote(input, source);
		return null;
	}

	refuseRequests(input, source);
	refuseEndpoint(input, source);
	refuseParams(input, source);
	refuseArgsPerMessage(args, source);
	refuseOpinions(input, source);
	refuseTurns(prompts, source);
	const textOf = new Map(
		prompts.items.map((prompt, i) => [
			prompt,
			textArg(prompt, prompts.isList ? ['prompts', i] : ['prompts'], input, source),
		]),
	);
	refuseLargeSchema(schema, source);
	return {
		tokens: pack.tokens ?? null,
		items: pack.items ?? defaultItems,
		textOf,
		audit: auditShare(input, source),
		minAgreement: pack.min_agreement ?? defaultMinAgreement,
		label: labelField(input, schema, source),
		vote: vote === undefined || vote.rounds === 1 ? null : voteRules(vote),
	};
}

function voteRules({rounds, early_stop}: NonNullable<SpecInput['vote']>): VoteRules {
	return {rounds, stopsEarly: early_stop ?? true};
}

function auditShare({pack}: SpecInput, source: SpecSource): number {
	const share = shareOf(pack?.audit ?? 0);
	if (share > 1) {
		throw specError(
			source.where(['pack', 'audit']),
			`\`pack.audit\` is ${pack?.audit}, more than all items`,
			'For example: `audit: 5%`',
		);
	}

	return share;
}

/** `vote` is about packs; opinions ask a request alone. */
function refuseLoneVote({vote}: SpecInput, source: SpecSource): void {
	if (vote !== undefined) {
		throw specError(
			source.where(['vote'], 'key'),
			'`vote` asks packs several times, and the spec packs nothing',
			'Add `pack: {tokens: 2000}`, or use `opinions` to ask single requests several times.',
		);
	}
}

function refuseRequests({requests}: SpecInput, source: SpecSource): void {
	if (requests !== undefined) {
		throw specError(
			source.where(['pack'], 'key'),
			'`pack` needs a template that says what is asked of every item, and a requests file has none',
			'Write `prompts` and `args` instead of `requests`, or remove `pack`.',
		);
	}
}

function refuseEndpoint({endpoint = 'chat'}: SpecInput, source: SpecSource): void {
	if (endpoint !== 'chat' && endpoint !== 'responses') {
		throw specError(
			source.where(['pack'], 'key'),
			`\`pack\` needs answers that hold a list, which the ${endpoint} endpoint does not give`,
			endpoint === 'completions'
				? 'Use `prompts_per_call`, or `endpoint: chat`.'
				: 'Remove `pack`, or use `endpoint: chat`.',
		);
	}
}

function refuseParams({params}: SpecInput, source: SpecSource): void {
	const isList = Array.isArray(params);
	for (const [i, item] of (params === undefined ? [] : [params].flat()).entries()) {
		const path: DataPath = isList ? ['params', i] : ['params'];
		if (typeof item.n === 'number' && item.n > 1) {
			throw specError(
				source.where([...path, 'n']),
				`\`pack\` takes one answer for each item, not \`n: ${item.n}\``,
				'Remove `n`, or use `vote: {rounds: 3}` to ask several times.',
			);
		}

		const key = Object.keys(item).find((name): name is keyof typeof loneParams =>
			Object.hasOwn(loneParams, name),
		);
		const format = (item.text as JsonObject | undefined)?.format === undefined ? null : 'text.format';
		if (key !== undefined || format !== null) {
			throw specError(
				source.where([...path, key ?? 'text'], 'key'),
				`\`params.${key ?? format}\` does not go with \`pack\`: ${loneParams[key ?? 'response_format']}`,
				key === undefined || key === 'response_format' ? 'Use the key `schema`.' : 'Remove one of them.',
			);
		}
	}
}

function refuseArgsPerMessage(args: ArgsAxis, source: SpecSource): void {
	const position = args.kind === 'inline' ? args.items.findIndex(item => isPerMessage(item.args)) : -1;
	if (position >= 0) {
		throw specError(
			source.where(args.isList ? ['args', position] : ['args']),
			'`pack` cannot tell which message of these args holds the item',
			'Write one dict of args for the whole conversation.',
		);
	}
}

function refuseOpinions({opinions}: SpecInput, source: SpecSource): void {
	if (opinions !== undefined) {
		throw specError(
			source.where(['opinions'], 'key'),
			'`opinions` asks each request for itself, and `pack` several together',
			'Use `vote: {rounds: 3}`, or remove `pack`.',
		);
	}
}

function refuseTurns({items, isList}: Axis<Prompt>, source: SpecSource): void {
	const position = items.findIndex(({kind}) => kind === 'turns');
	if (position >= 0) {
		throw specError(
			source.where(isList ? ['prompts', position] : ['prompts']),
			'a prompt of several turns cannot be packed: each turn needs the answer to the one before',
			'Write it as `messages`, or remove `pack`.',
		);
	}
}

/** The placeholder of a template that holds the item. */
function textArg(prompt: Prompt, place: DataPath, input: SpecInput, source: SpecSource): string {
	const names = [
		...new Set(templatesOf(prompt).flatMap(({template}) => template.placeholders.map(({name}) => name))),
	];
	const show = (name: string) => showPlaceholder(name, input.template ?? 'braces');
	const asked = input.pack?.text;
	if (names.length === 0) {
		throw specError(
			source.where(place),
			'`pack` puts many items into one prompt, and this prompt has no placeholder for one',
			`Write ${show('text')} where the item stands, or remove \`pack\`.`,
		);
	}

	if (asked === undefined) {
		if (names.length > 1) {
			throw specError(
				source.where(['pack'], 'key'),
				`\`pack\` does not say which of ${names.map(show).join(' and ')} holds the item`,
				`Add \`text: ${names[0]}\` to it.`,
			);
		}

		return names[0]!;
	}

	if (!names.includes(asked)) {
		throw specError(
			source.where(['pack', 'text']),
			`\`pack.text\` is \`${asked}\`, and no placeholder of the prompt at ${source.where(place)} is called that`,
			`The nearest is \`${nearest(asked, names)}\`.`,
		);
	}

	return asked;
}

function refuseLargeSchema(schema: JsonObject | null, source: SpecSource): void {
	if (schema === null) {
		return;
	}

	const size = sizeOfSchema(schema);
	const counted = [
		{have: size.properties + wrapperProperties, most: mostOfSchema.properties, what: 'properties'},
		{have: size.levels + wrapperLevels, most: mostOfSchema.levels, what: 'levels of objects and lists'},
		{have: size.enumValues, most: mostOfSchema.enumValues, what: 'values of enums'},
		{have: size.characters, most: mostOfSchema.characters, what: 'characters in names and enums'},
	];
	const over = counted.find(({have, most}) => have > most);
	if (over) {
		throw specError(
			source.where(['schema']),
			`the schema is too large for a pack: with what the pack adds it has ${over.have} ${over.what}, and an API takes ${over.most}`,
			'Make it smaller, or remove `pack`.',
		);
	}
}

function labelField({pack}: SpecInput, schema: JsonObject | null, source: SpecSource): string | null {
	const label = pack?.label ?? null;
	if (label === null) {
		return null;
	}

	if (schema === null) {
		throw specError(
			source.where(['pack', 'label'], 'key'),
			'`pack.label` names a field of the answer, and without a `schema` the answer is text',
			'Add a schema, or remove `label`.',
		);
	}

	const known = Object.keys((schema.properties as JsonObject | undefined) ?? {});
	if (known.length > 0 && !known.includes(label.split('.')[0]!)) {
		throw specError(
			source.where(['pack', 'label']),
			`the schema has no property \`${label}\``,
			`The nearest is \`${nearest(label, known)}\`.`,
		);
	}

	return label;
}
