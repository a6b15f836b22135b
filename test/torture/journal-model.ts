import {existsSync, readFileSync} from 'node:fs';
import type {Tokens} from './witness-log.ts';

/** What a reader finds who knows of the journal only what contributing.md says: no code of the program is used. */
export type JournalModel = {
	readonly bytes: Buffer;
	/** Whole lines that are no JSON. */
	readonly torn: readonly string[];
	/** Bytes behind the last line break. */
	readonly tailBytes: number;
	/** Calls of the direct lane: all that were started, and those that are out at the end. */
	readonly started: number;
	readonly out: number;
	/** Request ids by which the API's answers are on record, with the raw body where the call was not shared. */
	readonly answers: ReadonlyMap<string, OnRecord>;
	readonly outcomes: ReadonlyMap<number, 'done' | 'failed'>;
	readonly requests: number;
	readonly costPico: {readonly direct: bigint; readonly batch: bigint};
	readonly tokens: Tokens;
	readonly maybeBilled: {readonly calls: number; readonly pico: bigint};
	readonly batches: ReadonlySet<string>;
	/** Batches whose answers are all in. */
	readonly collected: number;
	readonly isFinished: boolean;
	/** What must not be: a second outcome, a call for a request that has one. */
	readonly wrong: readonly string[];
};

/** `raw` is undefined where the call was shared. */
export type OnRecord = {
	readonly kind: 'answered' | 'failed';
	readonly index: number;
	readonly raw: unknown;
};

type Line = {
	readonly type?: string;
	readonly started?: readonly number[];
	readonly sizes?: readonly number[];
	readonly answered?: number;
	readonly failed?: number;
	readonly index?: number;
	readonly indexes?: readonly (number | readonly [number, number])[];
	readonly lane?: 'direct' | 'batch';
	readonly id?: string;
	readonly call?: readonly [string, number, number];
	readonly u?: readonly [number, number, number?];
	readonly c?: number;
	readonly costPico?: number;
	readonly usage?: Tokens;
	readonly more?: true;
	readonly unjudged?: true;
	readonly sequel?: string;
	readonly count?: number;
	readonly batchId?: string;
	readonly maybeBilled?: boolean | {readonly calls: number; readonly pico: number};
	readonly maybeBilledPico?: number;
	readonly maybeBilledCalls?: number;
	readonly aside?: {
		readonly orphanPico: number;
		readonly orphanTokens: Tokens;
	};
	readonly r?: unknown;
};

export function readJournal(file: string): JournalModel {
	return modelOf(existsSync(file) ? readFileSync(file) : Buffer.alloc(0));
}

export function modelOf(bytes: Buffer): JournalModel {
	const end = bytes.lastIndexOf(0x0a) + 1;
	const torn: string[] = [];
	const lines: Line[] = [];
	for (const text of bytes.toString('utf8', 0, end).split('\n').slice(0, -1)) {
		try {
			lines.push(JSON.parse(text) as Line);
		} catch {
			torn.push(text);
		}
	}

	return {bytes, torn, tailBytes: bytes.length - end, ...recount(lines)};
}

function recount(lines: readonly Line[]) {
	const outcomes = new Map<number, 'done' | 'failed'>();
	const answers = new Map<string, OnRecord>();
	const wrong: string[] = [];
	const batches = new Set<string>();
	/** Members of each call that have not come back, by index. */
	const out = new Map<number, Set<number>>();
	const costPico = {direct: 0n, batch: 0n};
	const tokens = {input: 0, cached: 0, output: 0};
	const maybe = {calls: 0, pico: 0n};
	let [started, requests, collected, isFinished] = [0, 0, 0, false];

	const settle = (index: number, outcome: 'done' | 'failed') => {
		if (outcomes.has(index)) {
			wrong.push(`request ${index} has two outcomes`);
		}

		outcomes.set(index, outcome);
	};
	const back = (index: number) => {
		out.get(index)?.delete(index);
		out.delete(index);
	};
	const pay = (lane: 'direct' | 'batch', pico: number, used: Tokens) => {
		costPico[lane] += BigInt(pico);
		tokens.input += used.input;
		tokens.cached += used.cached;
		tokens.output += used.output;
	};
	const maybePay = (calls: number, pico: number) => {
		maybe.calls += calls;
		maybe.pico += BigInt(pico);
	};

	function start({started: indexes = [], sizes}: Line): void {
		let at = 0;
		for (const size of sizes ?? indexes.map(() => 1)) {
			const members = new Set(indexes.slice(at, at + size));
			at += size;
			started++;
			for (const index of members) {
				if (outcomes.has(index)) {
					wrong.push(`request ${index} is called although it is ${outcomes.get(index)}`);
				}

				if (out.has(index)) {
					wrong.push(`request ${index} is called although it is out`);
				}

				out.set(index, members);
			}
		}
	}

	function attempt(line: Line): void {
		const index = line.answered ?? line.failed!;
		const lane = line.lane ?? 'direct';
		back(index);
		if (line.id !== undefined) {
			const kind = line.answered === undefined ? 'failed' : 'answered';
			answers.set(line.id, {kind, index, raw: line.call ? undefined : line.r});
		}

		const [input = 0, output = 0, cached = 0] = line.u ?? [];
		pay(lane, line.c ?? 0, {input, output, cached});
		if (line.failed !== undefined && line.maybeBilled) {
			maybePay(1, line.maybeBilledPico ?? 0);
		}

		if (line.answered !== undefined && !line.more && !line.unjudged) {
			settle(index, 'done');
		} else if (line.sequel === 'fail' || line.sequel === 'conclude') {
			settle(index, line.sequel === 'fail' ? 'failed' : 'done');
		}
	}

	function other(line: Line): void {
		switch (line.type) {
			case 'run-created':
				requests = line.count ?? 0;
				return;
			case 'request-added':
				requests++;
				return;
			case 'attempts-lost':
				indexesIn(line).forEach(back);
				maybePay(line.maybeBilledCalls ?? 0, line.maybeBilledPico ?? 0);
				return;
			case 'duplicate-answered':
				pay(line.lane ?? 'direct', line.costPico ?? 0, line.usage ?? noTokens);
				return;
			case 'answers-shared':
				indexesIn(line).forEach(index => void settle(index, 'done'));
				return;
			case 'answer-accepted':
				settle(line.index!, 'done');
				return;
			case 'answer-refused':
				if (line.sequel === 'fail') {
					settle(line.index!, 'failed');
				}

				return;
			case 'shard-cut':
				for (const index of indexesIn(line)) {
					if (outcomes.has(index)) {
						wrong.push(`request ${index} goes into a batch although it is ${outcomes.get(index)}`);
					}
				}

				return;
			case 'batch-submitted':
				batches.add(line.batchId ?? '');
				return;
			case 'batch-collected':
				collected++;
				pay('batch', line.aside?.orphanPico ?? 0, line.aside?.orphanTokens ?? noTokens);
				return;
			case 'shard-released':
				if (typeof line.maybeBilled === 'object') {
					maybePay(line.maybeBilled.calls, line.maybeBilled.pico);
				}

				return;
			case 'run-finished':
				isFinished = true;
				return;
			default:
		}
	}

	for (const line of lines) {
		if (line.started) {
			start(line);
		} else if (line.answered !== undefined || line.failed !== undefined) {
			attempt(line);
		} else {
			other(line);
		}
	}

	return {
		started,
		out: new Set(out.values()).size,
		answers,
		outcomes,
		requests,
		costPico,
		tokens,
		maybeBilled: maybe,
		batches,
		collected,
		isFinished,
		wrong,
	};
}

const noTokens: Tokens = {input: 0, cached: 0, output: 0};

/** Indexes one by one, or as ranges of a start and a length. */
function indexesIn({indexes = []}: Line): readonly number[] {
	return indexes.flatMap(entry =>
		typeof entry === 'number' ? [entry] : Array.from({length: entry[1]}, (_, step) => entry[0] + step),
	);
}
