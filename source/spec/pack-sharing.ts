import {outputLimitOf, outputLimits} from '../domain/estimate.ts';
import {outputPerItem, packAllowance} from '../domain/pack-allowance.ts';
import {createPackGauge, type PackSize} from '../domain/pack-gauge.ts';
import {itemBlock, itemMark, packEnding, packPreamble, packText} from '../domain/pack-prompt.ts';
import {packSchema} from '../domain/pack-schema.ts';
import {splitPack} from '../domain/pack-split.ts';
import type {TokenCounter} from '../domain/queue-rules.ts';
import type {JsonObject, Request} from '../domain/request.ts';
import type {Sharing} from '../domain/sharing.ts';
import {schemaFields, schemaName} from './answer-schema.ts';
import {appendItems, createTakeApart} from './pack-parts.ts';
import {loneFields} from './pack-rules.ts';
import {packIds, packSecret, roundOrder} from './pack-secret.ts';
import type {Spec} from './spec.ts';

export type PackSharingOptions = {
	readonly spec: Pick<Spec, 'prompts' | 'endpoint' | 'schema' | 'schemaCheck' | 'pack'>;
	readonly runId: string;
	readonly countTokens: TokenCounter;
	/** Output tokens that the model of a queue can write; null: nobody knows. */
	readonly maxOutputOf: (queue: number) => number | null;
	/** Packing has gone off for a queue. */
	readonly isStopped: (queue: number) => boolean;
};

/** Stands in for the number of items, where they are not known yet. */
const anyCount = 99;

/** Args that differ from row to row make a base each. */
const mostBases = 1000;

export type PackSharing = Sharing & {
	/** Input tokens of a call, as the greedy rule counts them. */
	tokensOf(members: readonly Request[]): number;
};

/** Requests that ask the same of different texts share a call: each text an item of its own. */
export function createPackSharing({
	spec: {prompts, endpoint, schema, schemaCheck, pack},
	runId,
	countTokens,
	maxOutputOf,
	isStopped,
}: PackSharingOptions): PackSharing {
	const rules = pack!;
	const takeApart = createTakeApart(prompts.items, rules, endpoint);
	const secret = packSecret(runId);
	const asksConfidence = rules.vote !== null;
	const wrapper = packSchema(schema, asksConfidence);
	const numberOf = createNumbers();
	const field = endpoint === 'chat' ? 'messages' : 'input';
	/** By key: what all packs take beside their items, and what each request takes beside its text. */
	const bases = new Map<string, {readonly pack: PackSize; readonly lone: number}>();

	function keyOf(request: Request): string | null {
		const goesAlone = request.goesAlone || request.stage !== undefined || asksMore(request.body);
		const parts = goesAlone || isStopped(request.queue) ? null : takeApart(request);
		if (parts === null) {
			return null;
		}

		const {prompt, others} = parts;
		const limit = outputLimitOf(request.body) ?? '';
		return `${prompt}/${numberOf(request.modelArgs)}/${limit}/${request.round ?? 0}/${others}`;
	}

	function baseOf(request: Request): {readonly pack: PackSize; readonly lone: number} {
		const {prompt, others, promptWith} = takeApart(request)!;
		const {queue} = request;
		const key = `${queue}/${prompt}/${numberOf(request.modelArgs)}/${others}`;
		const known = bases.get(key);
		if (known) {
			return known;
		}

		const body = packBody(request, packPreamble(asksConfidence) + packEnding(anyCount), 0);
		const pack = {tokens: countTokens(queue, body), output: packAllowance(0, 0)};
		const base = {pack, lone: countTokens(queue, {...request.body, [field]: promptWith('')})};
		if (bases.size === mostBases) {
			bases.clear();
		}

		bases.set(key, base);
		return base;
	}

	/** To count its whole body would take longer than all else that is done for an answer. */
	function aloneTokens(request: Request): number {
		const {text, times} = takeApart(request)!;
		return baseOf(request).lone + times * countTokens(request.queue, {prompt: text});
	}

	/** Where the body bounds no output, no pack is too large for it. */
	function sizeOf(request: Request): PackSize {
		const {text} = takeApart(request)!;
		const [id] = packIds([text], secret);
		const limit = outputLimitOf(request.body);
		return {
			tokens: countTokens(request.queue, {prompt: itemBlock({id: id!, text})}),
			output: limit === null ? 0 : limit + outputPerItem,
		};
	}

	function packBody(lead: Request, text: string, members: number): JsonObject {
		const {response_format: _, ...body} = lead.body;
		const limit = outputLimits.find(name => outputLimitOf({[name]: body[name]}) !== null);
		return {
			...body,
			[field]: appendItems(takeApart(lead)!.promptWith(itemMark), text),
			...(limit === undefined ? null : {[limit]: packAllowance(body[limit] as number, members)}),
			...schemaFields(wrapper, endpoint, body, schemaName(schema ?? {})),
		};
	}

	return {
		keyOf,
		begin(lead, most) {
			const limits = {
				items: Math.min(most, rules.items),
				tokens: rules.tokens,
				output: outputLimitOf(lead.body) === null ? null : maxOutputOf(lead.queue),
			};
			const gauge = createPackGauge(limits, baseOf(lead).pack, sizeOf(lead));
			return {add: request => gauge.add(sizeOf(request))};
		},
		tokensOf: members =>
			members.reduce((sum, member) => sum + sizeOf(member).tokens, baseOf(members[0]!).pack.tokens),
		bodyOf(members) {
			const texts = members.map(member => takeApart(member)!.text);
			const ids = packIds(texts, secret) as readonly string[];
			const order = roundOrder(ids, members[0]!.round ?? 0, secret);
			const items = order.map(position => ({id: ids[position]!, text: texts[position]!}));
			return packBody(members[0]!, packText(items, asksConfidence), members.length);
		},
		split(members, body) {
			const texts = members.map(member => member && (takeApart(member)?.text ?? null));
			return splitPack({
				members,
				ids: packIds(texts, secret),
				body,
				endpoint,
				check: schema && schemaCheck,
				aloneTokens,
			});
		},
	};
}

/** A person may have changed its parameters to what a pack cannot ask. */
function asksMore(body: JsonObject): boolean {
	return (typeof body.n === 'number' && body.n > 1) || loneFields.some(name => Object.hasOwn(body, name));
}

/** Numbers for the fields of bodies: mostly one object for all requests, else told by what is in it. */
function createNumbers(): (fields: JsonObject) => number {
	const byObject = new WeakMap<JsonObject, number>();
	const byContent = new Map<string, number>();
	return fields => {
		const known = byObject.get(fields);
		if (known !== undefined) {
			return known;
		}

		const content = JSON.stringify(fields);
		const number = byContent.get(content) ?? byContent.size;
		byContent.set(content, number);
		byObject.set(fields, number);
		return number;
	};
}
