import type {JsonObject} from '../domain/request.ts';
import type {ApiError} from './api-error.ts';
import type {AnswerFault} from './fault.ts';
import type {PackHabits} from './pack-habits.ts';
import type {Arrival} from './random.ts';

/** One call that a model answers, from the direct API or from a line of a batch. */
export type ModelCall = {
	readonly body: JsonObject;
	readonly arrival: Arrival;
	readonly promptTokens: number;
	/** Ignored where the endpoint knows no such thing. */
	readonly fault: AnswerFault | null;
	/** How packs are answered. */
	readonly packs: PackHabits;
};

/** An endpoint that answers a JSON body from the body alone. */
export type ModelRoute = {
	/** Without the version: `/chat/completions`. */
	readonly path: string;
	/** Null when the body can be answered. Comes after the check that it names a model. */
	readonly validate: (body: JsonObject) => ApiError | null;
	/** Of a valid body. */
	readonly promptTokens: (body: JsonObject) => number;
	/** The parameter that holds the prompt, for errors about its length. */
	readonly promptParameter: string;
	/** The longest prompt that it takes. */
	readonly maxPromptTokens: number;
	/** The body of the 200 answer. */
	readonly answer: (call: ModelCall) => JsonObject;
};
