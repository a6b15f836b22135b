/** The API route a request goes to. */
export type Endpoint = 'chat' | 'completions' | 'responses' | 'embeddings' | 'moderations';

export type JsonObject = {readonly [key: string]: unknown};

/** One queue per provider and model: holds, rate budgets and prices apply to it as a whole. */
export type QueueInfo = {
	/** `provider/model`, shown to people and used as a key in files. */
	readonly key: string;
	readonly provider: string;
	readonly model: string;
	/** The group of the input rows that it is for, where that has a limit of its own. */
	readonly group?: string;
};

/** What was asked, in the words of the result file: as sent, as written, and what filled it in. */
export type Asked =
	| {
			readonly prompt: unknown;
			readonly prompt_raw: unknown;
			readonly prompt_args: unknown;
	  }
	| {
			readonly messages: unknown;
			readonly messages_raw: unknown;
			readonly messages_args: unknown;
	  };

/** One prompt to be answered. Expanded when it is needed and then dropped: a run may hold a million. */
export type Request = {
	/** The row's own id, else `index` in decimal. */
	readonly id: string;
	/** 0-based position in the order of the spec. */
	readonly index: number;
	/** Position in `RequestSource.queues`. */
	readonly queue: number;
	readonly endpoint: Endpoint;
	readonly provider: string;
	readonly model: string;
	/** The fields of the body other than model and prompt, as the spec gives them. */
	readonly modelArgs: JsonObject;
	/** The whole body as it goes over the wire. */
	readonly body: JsonObject;
	readonly asked: Asked;
	/** What the user says, turn by turn, where each waits for the answer before; the body begins with the first. */
	readonly turns?: readonly string[];
	/** Keys of the input row that no template uses, carried through to the result. */
	readonly input: JsonObject;
	/** Of a request that is voted on: how often it was asked before; absent: 0. */
	readonly round?: number;
	/** It shares no call this time. */
	readonly goesAlone?: true;
	/** Which stage of the run added it; absent: it is of the spec. */
	readonly stage?: string;
	/** Id of the request from whose answer it follows; only where it was added. */
	readonly parent?: string | null;
};

/** All requests of a run, expanded on demand. Costs tens of bytes a request, never a prompt. */
export type RequestSource = {
	/** It may grow while the run goes on. */
	readonly count: number;
	readonly queues: readonly QueueInfo[];
	/** False: every id is its index in decimal, so that none has to be looked up. Absent: nobody knows. */
	readonly hasIds?: boolean;
	/** O(1), no file access. */
	queueOf(index: number): number;
	id(index: number): string;
	/** Reads the row from the run's own copy of the input, synchronously and through a block cache. */
	expand(index: number): Request;
	close(): void;
};
