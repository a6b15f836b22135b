import {outputLimits} from '../domain/estimate.ts';
import {loneAllowance} from '../domain/pack-allowance.ts';
import {itemMark, packRules} from '../domain/pack-prompt.ts';
import {ownAnswerPlace} from '../domain/pack-schema.ts';
import type {JsonObject} from '../domain/request.ts';
import {asObject} from './json-value.ts';

/** A prompt that asks for many items at once, as promptbatch-tui writes it. */
export type PackRequest = {
	readonly items: readonly {readonly id: string; readonly text: string}[];
	/** The user's own schema; null: the answers are texts. */
	readonly schema: JsonObject | null;
	readonly asksConfidence: boolean;
	/** What comes before the items in the last question. */
	readonly instruction: string;
};

const itemPattern = /<item-(\w+)>([\s\S]*?)<\/item-\1>\n/g;
const rule = /(\n\n)?---\n$/;

/** Null where the question is none of a pack, or the schema none of its answer. */
export function readPackRequest(question: string, schema: unknown): PackRequest | null {
	const at = question.indexOf(packRules);
	const entry = entryOf(schema);
	const items = at < 0 ? [] : [...question.slice(at + packRules.length).matchAll(itemPattern)];
	if (entry === null || items.length === 0) {
		return null;
	}

	return {
		items: items.map(([, id, text]) => ({id: id!, text: text!})),
		schema: ownSchema(asObject(schema)!, asObject(entry.answer)!),
		asksConfidence: entry.confident !== undefined,
		instruction: question.slice(0, at).replace(rule, ''),
	};
}

function entryOf(schema: unknown): JsonObject | null {
	const answers = asObject(asObject(asObject(schema)?.properties)?.answers);
	const entry = asObject(asObject(answers?.items)?.properties);
	return asObject(entry?.id) && asObject(entry?.answer) ? entry : null;
}

/** The schema as it was before it was wrapped, so that the item is answered as if it came alone. */
function ownSchema(wrapper: JsonObject, answer: JsonObject): JsonObject | null {
	const {[ownAnswerPlace]: own, ...defs} = asObject(wrapper.$defs) ?? {};
	const {$schema, definitions} = wrapper;
	const schema = {
		...(asObject(own) ?? answer),
		...($schema === undefined ? null : {$schema}),
		...(Object.keys(defs).length > 0 ? {$defs: defs} : null),
		...(definitions === undefined ? null : {definitions}),
	};
	return JSON.stringify(schema) === '{"type":"string"}' ? null : (moveBack(schema) as JsonObject);
}

function moveBack(value: unknown): unknown {
	return JSON.parse(JSON.stringify(value).replaceAll(`"#/$defs/${ownAnswerPlace}`, '"#'));
}

/** The body that would ask for one item alone: what an answer is drawn from. */
export function loneRequest(body: JsonObject, pack: PackRequest, text: string): JsonObject {
	const {response_format: format, messages, input, text: form, ...rest} = body;
	const limit = outputLimits.find(name => typeof body[name] === 'number');
	return {
		...rest,
		...(messages === undefined
			? {input: loneContent(input, pack, text)}
			: {messages: loneContent(messages, pack, text)}),
		...(limit === undefined ? null : {[limit]: loneAllowance(body[limit] as number, pack.items.length)}),
		...(pack.schema === null || !asObject(format)
			? null
			: {
					response_format: {
						...asObject(format),
						json_schema: {...asObject(asObject(format)?.json_schema), schema: pack.schema},
					},
				}),
		...loneForm(form, pack),
	};
}

/** Of the responses endpoint. */
function loneForm(text: unknown, {schema}: PackRequest): JsonObject | null {
	const {format, ...others} = asObject(text) ?? {};
	if (format === undefined) {
		return null;
	}

	const lone = schema === null ? others : {...others, format: {...asObject(format), schema}};
	return Object.keys(lone).length === 0 ? null : {text: lone};
}

/** The mark gives way to the text, in whatever message it stands; the items go. */
function loneContent(content: unknown, pack: PackRequest, text: string): unknown {
	if (typeof content === 'string') {
		const at = content.indexOf(packRules);
		const own = at < 0 ? content : content.slice(0, at).replace(rule, '');
		return own.replaceAll(itemMark, () => text);
	}

	if (Array.isArray(content)) {
		return content.map(inner => loneContent(inner, pack, text));
	}

	const message = asObject(content);
	return message ? {...message, content: loneContent(message.content, pack, text)} : content;
}
