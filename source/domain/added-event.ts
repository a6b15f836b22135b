import type {Failure} from './failure.ts';
import type {Lane, Usage} from './price.ts';
import type {Asked, JsonObject} from './request.ts';

/** What is on record of a request that the spec does not have: all that is needed to send it and to tell of it. */
export type AddedRequest = {
	readonly id: string;
	readonly body: JsonObject;
	readonly asked: Asked;
	readonly modelArgs: JsonObject;
	readonly input: JsonObject;
};

/** A request came into being while the run went on. Its index is the next free one. */
export type RequestAdded = {
	readonly type: 'request-added';
	readonly at: number;
	readonly index: number;
	readonly queue: number;
	/** Which stage of the run asked for it. */
	readonly stage: string;
	/** Id of the request from whose answer it follows; null: from none. */
	readonly parent: string | null;
	/** Null where the line was read without its body; the id stands in the head. */
	readonly request: AddedRequest | null;
	readonly id: string;
};

/** Facts of stages: they add requests while the run goes on, and some judge the answers. */
export type StageEvent =
	| RequestAdded
	/** From now on it may add requests. */
	| {readonly type: 'stage-opened'; readonly at: number; readonly stage: string}
	/** It has nothing more to add. */
	| {readonly type: 'stage-closed'; readonly at: number; readonly stage: string}
	/** Nothing new starts until a person goes on, or the next session begins. */
	| {readonly type: 'stage-failed'; readonly at: number; readonly stage: string; readonly reason: string}
	| AnswerAccepted
	| AnswerRefused;

/** Of the answer that is judged, so that a verdict alone tells what there is to tell of its request. */
type JudgedAnswer = {
	readonly at: number;
	readonly index: number;
	readonly queue: number;
	readonly lane: Lane;
	readonly startedAt: number;
	readonly usage: Usage;
	readonly costPico: number | null;
	/** Offset of the answer's line. */
	readonly previous: number;
};

/** The verdict on an answer that was put on record unjudged: its request is done. */
export type AnswerAccepted = JudgedAnswer & {
	readonly type: 'answer-accepted';
	/** What was made of it, any JSON value; null where the line was read without its body. */
	readonly value: unknown;
};

/** The other verdict: asked again at `retryAt`, which uses up a retry, or failed for good. */
export type AnswerRefused = JudgedAnswer & {
	readonly type: 'answer-refused';
	readonly failure: Failure;
	readonly sequel: 'retry' | 'fail';
	readonly retryAt: number | null;
};
