import type {Status} from '../domain/state.ts';

/** One request opened up. Texts are raw: `safeText` is for the face. */
export type RequestDetail = {
	readonly index: number;
	readonly id: string;
	readonly status: Status;
	readonly provider: string;
	readonly model: string;
	/** What a person changed for this request, as they type it: `max_tokens=512 model=gpt-4o`; null: nothing. */
	readonly changed: string | null;
	/** As readable text: the prompt, or the messages one after the other with their roles. */
	readonly prompt: string;
	/** The request body as indented JSON, long base64 shortened. */
	readonly body: string;
	/** The text of each choice, or of each round; empty without an answer. */
	readonly answers: readonly string[];
	/** Set where it is asked several times, and was at least once: what the rounds came to, in a few words. */
	readonly rounds?: {readonly summary: string | null};
	readonly finishReason: string | null;
	readonly warnings: readonly string[];
	readonly usage: {
		readonly input: number;
		readonly cached: number;
		readonly output: number;
	} | null;
	readonly costUsd: number | null;
	/** The last failure: kind, status, code, message. */
	readonly error: string | null;
	/** Oldest first. */
	readonly attempts: readonly AttemptView[];
};

export type AttemptView = {
	readonly at: number;
	readonly lane: string;
	readonly outcome: string;
	readonly status: number | null;
	readonly message: string;
	readonly requestId: string | null;
	readonly latencyMs: number | null;
	readonly costUsd: number | null;
	readonly maybeBilled: boolean;
	/** Counts from 1; absent where the request is asked once. */
	readonly round?: number;
};
