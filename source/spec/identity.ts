import type {JsonObject, QueueInfo} from '../domain/request.ts';
import {operationalKeys, type SpecInput} from './spec-schema.ts';

/** What holds where the spec is silent. A default that is written out is not a change. */
const defaults: Partial<SpecInput> = {
	provider: 'openai',
	endpoint: 'chat',
	template: 'braces',
	combine: 'product',
	on_refusal: 'fail',
	on_content_filter: 'fail',
};

const neutral: SpecInput = {dedupe: false, prompts_per_call: 1};

/**
 * The part of a spec that makes it this one: two specs with the same identity, and the same content of the files
 * that they read, ask the same. The name that follows from the file's name is not in it.
 */
export function identityOf(input: SpecInput): JsonObject {
	const written = Object.entries(input).filter(
		([key, value]) =>
			value !== undefined &&
			!(operationalKeys as readonly string[]).includes(key) &&
			neutral[key as keyof SpecInput] !== value,
	);
	const all: SpecInput = {
		...defaults,
		on_truncated: input.schema === undefined ? 'keep' : 'retry',
		...Object.fromEntries(written),
	};
	const {limits: _, ...judge} = input.judge ?? {};
	const asked = input.judge === undefined ? all : {...all, judge};
	return input.combine === 'zip' ? asked : {...asked, ...singles(all)};
}

/**
 * Groups of rows with a limit of their own have queues of their own, which are part of a run: the limits may change at
 * any time, but which groups have one changes the spec, though nothing that it asks.
 */
export function groupIdentity(queues: readonly QueueInfo[]): JsonObject {
	const groups = [...new Set(queues.flatMap(({group}) => group ?? []))].sort();
	return groups.length > 0 ? {[groupsKey]: groups} : {};
}

export const groupsKey = 'limited groups';

/** In a product a list of one item is that item. */
function singles(input: SpecInput): JsonObject {
	const axes = {prompts: input.prompts, args: input.args, model: input.model, params: input.params};
	return Object.fromEntries(
		Object.entries(axes).flatMap(([key, value]) => {
			if (value === undefined) {
				return [];
			}

			const isSingle = Array.isArray(value) && value.length === 1 && !staysList(key, value[0]);
			return [[key, isSingle ? value[0] : value]];
		}),
	);
}

/** As the only item it would mean something else outside of its list: a file of rows, several dicts. */
function staysList(key: string, item: unknown): boolean {
	return (
		key === 'args' && typeof item === 'object' && item !== null && ('file' in item || Array.isArray(item))
	);
}
