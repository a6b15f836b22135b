import {outputLimits} from './estimate.ts';
import type {JsonObject} from './request.ts';

/** What a person changed about the bodies of some requests. */
export type ParamChange = {
	/** Another model at the same provider; null: as it was. */
	readonly model: string | null;
	/** Fields of the body; `null` takes a field out. */
	readonly body: JsonObject;
};

/** A change as the state keeps it: a request holds the number of its newest one. */
export type KeptChange = ParamChange & {
	/** The key of the queue that it sends to; null: the request's own. */
	readonly queueKey: string | null;
	/** Journal offset at which it began: an attempt before it was made with `base`. */
	readonly since: number;
	/** The change that it was made on top of, which it contains; null: none. */
	readonly base: number | null;
};

/** Body fields that are not a person's to change, with the reason. */
const reservedFields: {readonly [name: string]: string} = {
	model: 'it is changed as the model, not as a field',
	messages: 'the prompt is the spec’s',
	prompt: 'the prompt is the spec’s',
	input: 'the prompt is the spec’s',
	stream: 'answers are read whole',
	stream_options: 'answers are read whole',
};

/** Fields that answers are counted and paid by. */
const countedFields: readonly string[] = [...outputLimits, 'n', 'best_of'];

/** Why a field cannot be changed to this; null: it can. */
export function fieldProblem(name: string, value: unknown): string | null {
	if (Object.hasOwn(reservedFields, name)) {
		return `\`${name}\` cannot be changed: ${reservedFields[name]}`;
	}

	const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 1;
	return countedFields.includes(name) && value !== null && !isCount
		? `\`${name}\` must be a whole number of at least 1`
		: null;
}

/** Fields as they are sent. A new bound on the output takes the place of one by another name. */
export function changeFields(fields: JsonObject, {body}: Pick<ParamChange, 'body'>): JsonObject {
	const isBounded = outputLimits.some(name => (body[name] ?? null) !== null);
	const kept = isBounded ? Object.entries(fields).filter(([name]) => !isBound(name)) : Object.entries(fields);
	return Object.fromEntries(
		[...new Map([...kept, ...Object.entries(body)])].filter(
			([name, value]) => value !== null || !Object.hasOwn(body, name),
		),
	);
}

function isBound(name: string): boolean {
	return (outputLimits as readonly string[]).includes(name);
}
