import type {JsonObject} from '../domain/request.ts';
import type {Author} from './answer-text.ts';
import {asList, asObject} from './json-value.ts';
import {pick} from './random.ts';
import {sampleSchema} from './schema-sample.ts';

export type ToolCall = {readonly name: string; readonly arguments: string};

/** A call of a function when `tool_choice` demands one; null when the model may answer in words. */
export function writeToolCall(body: JsonObject, author: Author): ToolCall | null {
	const functions = asList(body.tools)
		.map(readFunction)
		.filter(found => found !== null);
	const choice = asObject(body.tool_choice);
	const forced = asObject(choice?.function)?.name ?? choice?.name;
	const wanted =
		body.tool_choice === 'required' && functions.length > 0
			? pick(author.random, functions)
			: functions.find(({name}) => name === forced);
	return wanted
		? {name: wanted.name, arguments: JSON.stringify(sampleSchema(wanted.parameters, author))}
		: null;
}

/** Chat puts the function into a `function` object; responses does not. */
function readFunction(tool: unknown): {readonly name: string; readonly parameters: unknown} | null {
	const holder = asObject(asObject(tool)?.function) ?? asObject(tool);
	return typeof holder?.name === 'string'
		? {name: holder.name, parameters: holder.parameters ?? {type: 'object'}}
		: null;
}
