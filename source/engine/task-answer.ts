import {readAnswer} from '../domain/answer.ts';
import type {AttemptAnswered} from '../domain/event.ts';
import {usd} from '../domain/money.ts';
import type {SchemaCheck} from '../domain/ports.ts';
import type {JsonObject, Request} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import type {AskedRequest, TaskAnswer, TaskMessage} from '../domain/task.ts';
import {parseJson} from '../domain/verdict.ts';

/** A request as the user's code gets it back. */
export function askedRequest(request: Request, {columns}: RunState): AskedRequest {
	const {id, asked, model, modelArgs, input, parent = null} = request;
	return {
		id,
		prompt: 'prompt' in asked ? (asked.prompt as string) : null,
		messages: 'messages' in asked ? (asked.messages as readonly TaskMessage[]) : null,
		model,
		params: modelArgs,
		input,
		parent,
		attempts: columns.attempts[request.index]!,
	};
}

/** An answer that is on record, as the user's code gets it. */
export function taskAnswer(
	{endpoint}: Request,
	{raw, usage, costPico}: AttemptAnswered,
	check: SchemaCheck | null,
): TaskAnswer {
	const body = (parseJson(raw) ?? {}) as JsonObject;
	const {choices} = readAnswer(endpoint, body);
	const [first] = choices;
	const text = first?.text ?? null;
	return {
		text,
		parsed: structureIn(text, check),
		finishReason: first?.finishReason ?? null,
		choices: choices.map(choice => ({text: choice.text, finishReason: choice.finishReason})),
		usage,
		costUsd: costPico === null ? null : usd(BigInt(costPico)),
		body,
	};
}

/** A number or a word is JSON too, and yet no structure. */
function structureIn(text: string | null, check: SchemaCheck | null): unknown {
	const value = text === null ? undefined : parseJson(text);
	return typeof value === 'object' && value !== null && (check === null || check(value) === null)
		? value
		: null;
}
