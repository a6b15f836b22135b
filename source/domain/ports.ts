import type {Failure} from './failure.ts';
import type {Endpoint, JsonObject} from './request.ts';

/** Time as the engine sees it. `now` never runs backwards within a session. */
export type Clock = {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Calls back once after `delayMs`; returns the cancel. */
	after(delayMs: number, callback: () => void): () => void;
	/** Calls back after the input that is waiting now has been taken in, so that a turn handles it together. */
	soon(callback: () => void): void;
};

/** The part of an AbortSignal that a call needs; it has one listener. */
export type CallSignal = {
	readonly aborted: boolean;
	addEventListener(type: 'abort', listener: AbortListener): void;
	removeEventListener(type: 'abort', listener: AbortListener): void;
};

export type AbortListener = (() => void) | {handleEvent(): void};

/** One call over the direct API. */
export type DirectCall = {
	readonly provider: string;
	readonly endpoint: Endpoint;
	readonly model: string;
	readonly body: JsonObject;
	/** For the whole attempt, body included. */
	readonly timeoutMs: number;
	/** Ends the call early: its outcome is then `aborted`. */
	readonly signal: CallSignal;
};

/** What `x-ratelimit-*` headers said; null where absent, zero-limit, negative or garbled. */
export type RateHeaders = {
	readonly limitRequests: number | null;
	readonly remainingRequests: number | null;
	readonly resetRequestsMs: number | null;
	readonly limitTokens: number | null;
	readonly remainingTokens: number | null;
	readonly resetTokensMs: number | null;
};

/**
 * How a call ended. `answered` means status 2xx with a body of the endpoint's shape; whether the answer is usable
 * is for the domain to judge. `maybeBilled`: the request may have been processed although no answer was kept.
 */
export type CallOutcome =
	| {
			readonly kind: 'answered';
			/** The body as JSON text on one line, as received where possible. */
			readonly raw: string;
			readonly body: JsonObject;
			readonly requestId: string | null;
			readonly headers: RateHeaders | null;
	  }
	| {
			readonly kind: 'failed';
			readonly failure: Failure;
			/** The server's retry hint (`retry-after-ms`, `retry-after` in seconds or as a date). */
			readonly retryHintMs: number | null;
			readonly requestId: string | null;
			readonly maybeBilled: boolean;
			/** The body of a 2xx answer that could not be used, kept because it may have been paid for. */
			readonly raw: string | null;
			readonly headers: RateHeaders | null;
	  }
	| {readonly kind: 'aborted'; readonly maybeBilled: boolean};

/** The direct lane's way out. Never rejects for what a server or a network can do. */
export type Transport = {
	send(call: DirectCall): Promise<CallOutcome>;
	/** Ends every call and closes the connections. */
	close(): Promise<void>;
};

/**
 * The append-only record of a run. Lines are gathered and handed to the operating system together by `flush`;
 * fdatasync follows in groups of at most 50 ms.
 */
export type Journal = {
	/** Byte offset where the next line will begin. */
	readonly end: number;
	/** Bytes that a power cut could take now. */
	readonly unsynced: number;
	/** Queues one line (no line break in it) and returns its byte offset. */
	append(line: string): number;
	/** Writes what was appended. Throws when the disk refuses; nothing is dropped and the next flush tries again. */
	flush(): void;
	/** Resolves when everything flushed so far is on the disk. */
	synced(): Promise<void>;
	/** The line at an offset, also one not yet flushed, without its line break. */
	read(offset: number): string;
	close(): Promise<void>;
};

/** Checks the parsed answer against the spec's schema: null when it satisfies it, else what is wrong. */
export type SchemaCheck = (value: unknown) => string | null;
