/**
 * The types of a task: a module of your own that makes the requests of a run and takes their answers.
 *
 *     // task.mjs, named in the spec as `task: ./task.mjs`
 *     import {defineTask} from 'promptbatch-tui/task';
 *
 *     export default defineTask({
 *       *requests() {
 *         yield {id: 'a', prompt: 'Say a number below ten.'};
 *       },
 *       accept(answer) {
 *         const number = Number(answer.text);
 *         return number < 10 ? {value: number} : {retry: 'not a number below ten'};
 *       },
 *     });
 */

/** One request. What JSON cannot hold cannot stand in it. */
export type TaskRequest = {
	/** Its name for ever: what is on record under this id already is not asked again. */
	readonly id: string | number;
	/** A text, sent as one user message on the chat endpoint. Either this or `messages`. */
	readonly prompt?: string;
	/** A whole conversation, on the chat and responses endpoints. */
	readonly messages?: readonly TaskMessage[];
	/** One of the spec's models. Default: its first. */
	readonly model?: string;
	/** Fields of the body, laid over the spec's `params`. */
	readonly params?: {readonly [field: string]: unknown};
	/** Anything that `accept` or a reader of the results shall have again. */
	readonly input?: {readonly [key: string]: unknown};
};

export type TaskMessage = {
	readonly role: string;
	readonly content?: unknown;
	readonly [field: string]: unknown;
};

/** A request as `accept` gets it back: from the journal, perhaps in another session. */
export type AskedRequest = {
	readonly id: string;
	readonly prompt: string | null;
	readonly messages: readonly TaskMessage[] | null;
	readonly model: string;
	readonly params: {readonly [field: string]: unknown};
	readonly input: {readonly [key: string]: unknown};
	/** Id of the request whose follow-up it is; null: `requests()` gave it. */
	readonly parent: string | null;
	/** How often it was sent. */
	readonly attempts: number;
};

export type TaskAnswer = {
	/** Of the first choice; null where it has none. */
	readonly text: string | null;
	/** The object or list in the text, if it is JSON (and satisfies the spec's `schema`, if there is one); else null. */
	readonly parsed: unknown;
	readonly finishReason: string | null;
	/** All choices, where `n` is above 1. */
	readonly choices: readonly {readonly text: string | null; readonly finishReason: string | null}[];
	readonly usage: {readonly input: number; readonly cached: number; readonly output: number};
	/** Null where the price is unknown. */
	readonly costUsd: number | null;
	/** The response as the API sent it. */
	readonly body: {readonly [key: string]: unknown};
};

/** What becomes of an answer. */
export type Verdict<Value = unknown> =
	/** Done. The value goes into the result row. Follow-ups go out as soon as there is room for them. */
	| {readonly value?: Value; readonly followUps?: Iterable<TaskRequest>}
	/** Asked again, which uses up one of `retry.max_retries`; the reason stands in the history. */
	| {readonly retry: string}
	/** Failed for good. */
	| {readonly fail: string};

/** What a request came to. */
export type Outcome<Value = unknown> =
	| {readonly status: 'done'; readonly value: Value}
	| {readonly status: 'failed'; readonly error: TaskError};

export type TaskError = {readonly kind: string; readonly message: string};

/** The run, as a task sees it. */
export type TaskRun<Value = unknown> = {
	/**
	 * Resolves when a request has its outcome: at once where it has it already, from this session or an earlier one. So
	 * requests can depend on answers, and a run that was killed goes on where it was.
	 */
	outcome(id: string | number): Promise<Outcome<Value>>;
	/** Says something in the log of the run; `console.log` does the same. */
	log(text: string): void;
};

type Awaitable<Data> = Data | Promise<Data>;

export type Task<Value = unknown> = {
	/**
	 * The requests of the run, one after the other: a list, a generator, an async generator. It is begun anew in every
	 * session, and must then give the same ids: those on record are passed over.
	 */
	requests(run: TaskRun<Value>): Awaitable<Iterable<TaskRequest> | AsyncIterable<TaskRequest>>;
	/**
	 * Says what becomes of an answer. The answer is on record before. If this throws, the run pauses, and the same answer
	 * comes again when it goes on: nothing is asked twice.
	 */
	accept(answer: TaskAnswer, request: AskedRequest, run: TaskRun<Value>): Awaitable<Verdict<Value>>;
	/** Optional: a request failed for good. May ask for something else instead. Called anew in every session. */
	failed?(
		error: TaskError,
		request: AskedRequest,
		run: TaskRun<Value>,
	): Awaitable<{readonly followUps?: Iterable<TaskRequest>} | undefined>;
};

/** Gives an editor the types; at run time it hands back what it was given. */
export function defineTask<Value = unknown>(task: Task<Value>): Task<Value> {
	return task;
}
