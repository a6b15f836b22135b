import * as z from 'zod';
import type {JsonObject} from '../domain/request.ts';
import {specSchema} from './spec-schema.ts';
import type {DataPath} from './yaml-source.ts';

/** The JSON Schema of a spec, for editors. */
export function specJsonSchema(): JsonObject {
	const schema = z.toJSONSchema(specSchema, {io: 'input'}) as {[key: string]: unknown};
	return {
		...schema,
		anyOf: [{required: ['model', 'prompts']}, {required: ['requests']}],
	};
}

/** What the schema knows of a place: the keys that may stand there, and an example of its value. */
export type PlaceInfo = {readonly keys: readonly string[]; readonly example: unknown};

export function placeInfo(path: DataPath): PlaceInfo {
	let nodes: readonly JsonObject[] = [specJsonSchema()];
	for (const step of path) {
		nodes = nodes.flatMap(node => childrenOf(node, step));
	}

	const branches = nodes.flatMap(branchesOf);
	const keys = branches.flatMap(branch => Object.keys((branch.properties as JsonObject | undefined) ?? {}));
	const examples = branches.flatMap(branch => (branch.examples as readonly unknown[] | undefined) ?? []);
	return {keys: [...new Set(keys)], example: examples[0]};
}

function childrenOf(node: JsonObject, step: PropertyKey): readonly JsonObject[] {
	return branchesOf(node).flatMap(branch => {
		const properties = branch.properties as {readonly [key: string]: JsonObject} | undefined;
		const child =
			typeof step === 'number' ? branch.items : (properties?.[String(step)] ?? branch.additionalProperties);
		return typeof child === 'object' && child !== null ? [child as JsonObject] : [];
	});
}

/** The node itself and the alternatives in it. */
function branchesOf(node: JsonObject): readonly JsonObject[] {
	const alternatives = (node.anyOf as readonly JsonObject[] | undefined) ?? [];
	return [node, ...alternatives.flatMap(branchesOf)];
}
