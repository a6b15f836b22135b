import {existsSync, readFileSync} from 'node:fs';

export type Tokens = {readonly input: number; readonly cached: number; readonly output: number};

/** What the server put down, in this order in time. Times are milliseconds since the epoch. */
export type WitnessRecord =
	/** A call of the direct lane came in whole. */
	| {
			readonly what: 'call';
			/** Sent with the answer as its request id. */
			readonly id: string;
			readonly connection: number;
			readonly atMs: number;
			readonly body: unknown;
	  }
	/** What became of it. A model that worked is paid, whether anybody heard of it or not. */
	| {
			readonly what: 'answer';
			readonly id: string;
			readonly status: number;
			readonly billed: Tokens | null;
			/** The server lost it on purpose, on its way or half way. */
			readonly isLost: boolean;
			/** When the last byte had left for the client; null: it got less than that, or nothing. */
			readonly sentAtMs: number | null;
			readonly body: unknown;
	  }
	/** The client asked for the end of a batch. */
	| {readonly what: 'cancel'; readonly id: string}
	/** A result file left for the client: of each line its request id, what was billed, and the answer. */
	| {
			readonly what: 'download';
			readonly lines: readonly {
				readonly id: string;
				readonly billed: Tokens | null;
				readonly body: unknown;
			}[];
	  };

export type Call = Extract<WitnessRecord, {what: 'call'}>;
export type Answer = Extract<WitnessRecord, {what: 'answer'}>;

/** The server's log, put in order. */
export type Witnessed = {
	readonly calls: readonly Call[];
	readonly answers: ReadonlyMap<string, Answer>;
	readonly cancelled: ReadonlySet<string>;
	/** Lines of result files, by request id. */
	readonly lines: ReadonlyMap<string, {readonly billed: Tokens | null; readonly body: unknown}>;
};

export function readWitness(file: string): Witnessed {
	const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
	const records = text
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line) as WitnessRecord);
	const of = <What extends WitnessRecord['what']>(what: What) =>
		records.filter((record): record is Extract<WitnessRecord, {what: What}> => record.what === what);
	return {
		calls: of('call'),
		answers: new Map(of('answer').map(answer => [answer.id, answer])),
		cancelled: new Set(of('cancel').map(({id}) => id)),
		lines: new Map(of('download').flatMap(({lines}) => lines.map(line => [line.id, line] as const))),
	};
}

/** Tokens that an answer of any model says it took; null where it says nothing. */
export function tokensOf(body: unknown): Tokens | null {
	const usage = (body as {usage?: {[name: string]: unknown}} | null)?.usage;
	if (typeof usage?.prompt_tokens !== 'number') {
		return null;
	}

	const details = usage.prompt_tokens_details as {cached_tokens?: number} | undefined;
	return {
		input: usage.prompt_tokens,
		cached: details?.cached_tokens ?? 0,
		output: Number(usage.completion_tokens ?? 0),
	};
}
