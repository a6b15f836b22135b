import {rangesOf} from '../domain/batch.ts';
import type {RunCommand} from '../domain/command.ts';
import type {RunEvent} from '../domain/event.ts';
import type {FailureKind} from '../domain/failure.ts';
import {type RunState, type Status, statusCode, statuses} from '../domain/state.ts';
import {type FailedCounts, mostGivenUp} from '../domain/triage-event.ts';

export type RequestSources = {
	readonly state: RunState;
	readonly queueOf: (index: number) => number;
	/** Why a request failed for good; null where its line is damaged. */
	readonly failedKind: (index: number) => FailureKind | null;
};

export type WipeCommand = Extract<RunCommand, {type: 'wipe-failed' | 'wipe-unfinished'}>;

/** Back to the queue with a fresh budget. */
export function wipeFacts(command: WipeCommand, sources: RequestSources, at: number): readonly RunEvent[] {
	const {state} = sources;
	if (command.type === 'wipe-unfinished') {
		const indexes = chosen(state, 'all', ['queued', 'waiting', 'batched']);
		const failedByQueue = state.queues.map(() => 0);
		return indexes.length === 0
			? []
			: [
					{
						type: 'requests-wiped',
						at,
						what: 'unfinished',
						indexes: rangesOf(indexes),
						failedKinds: {},
						failedByQueue,
					},
				];
	}

	const before = command.before ?? Number.POSITIVE_INFINITY;
	const {offset} = state.columns;
	const indexes = chosen(state, command.indexes, ['failed']).filter(index => offset[index]! < before);
	return indexes.length === 0
		? []
		: [
				{
					type: 'requests-wiped',
					at,
					what: 'failed',
					indexes: rangesOf(indexes),
					...failedCounts(indexes, sources),
				},
			];
}

/** Waiting ones are tried at once, failed ones once more. */
export function retryFacts(
	indexes: readonly number[],
	maxRetries: number,
	sources: RequestSources,
	at: number,
): readonly RunEvent[] {
	const waiting = chosen(sources.state, indexes, ['waiting']);
	const failed = chosen(sources.state, indexes, ['failed']);
	return waiting.length + failed.length === 0
		? []
		: [
				{
					type: 'requests-retried',
					at,
					waiting: rangesOf(waiting),
					failed: rangesOf(failed),
					retriesUsed: maxRetries,
					...failedCounts(failed, sources),
				},
			];
}

/** What is out comes back first: an answer that was paid for is kept. */
export function giveUpFacts(
	indexes: readonly number[],
	sources: RequestSources,
	at: number,
): readonly RunEvent[] {
	const {state} = sources;
	const out = chosen(state, indexes, ['in-flight', 'batched']).filter(index => !state.unwanted.has(index));
	return [
		...givenUp(chosen(state, indexes, ['queued', 'waiting']), sources, at),
		...(out.length === 0 ? [] : [{type: 'requests-unwanted', at, indexes: rangesOf(out)} as const]),
	];
}

/** The facts that open requests are given up with. */
export function givenUp(
	open: readonly number[],
	{state, queueOf}: Pick<RequestSources, 'state' | 'queueOf'>,
	at: number,
): readonly RunEvent[] {
	const facts: RunEvent[] = [];
	for (let from = 0; from < open.length; from += mostGivenUp) {
		const indexes = open.slice(from, from + mostGivenUp);
		facts.push({
			type: 'requests-given-up',
			at,
			indexes,
			previous: indexes.map(index => state.columns.offset[index]!),
			failedByQueue: countByQueue(indexes, state, queueOf),
		});
	}

	return facts;
}

/** Those that have not left yet, in the order in which they were named. */
export function moveFacts(
	{indexes, to}: Extract<RunCommand, {type: 'move'}>,
	{state}: RequestSources,
	at: number,
): readonly RunEvent[] {
	const left = maskOf(state, indexes, ['queued', 'waiting']);
	const moved = indexes.filter(index => {
		const isNew = left[index] === 1;
		left[index] = 0;
		return isNew;
	});
	return moved.length === 0 ? [] : [{type: 'requests-moved', at, to, indexes: rangesOf(moved)}];
}

/** How many of each kind and queue had failed. */
function failedCounts(failed: readonly number[], sources: RequestSources): FailedCounts {
	return {
		failedKinds: kindsOf(failed, sources),
		failedByQueue: countByQueue(failed, sources.state, sources.queueOf),
	};
}

export function countByQueue(
	indexes: readonly number[],
	{queues}: RunState,
	queueOf: (index: number) => number,
): readonly number[] {
	const counts = queues.map(() => 0);
	for (const index of indexes) {
		counts[queueOf(index)]!++;
	}

	return counts;
}

/** Each kind costs a look into the journal, so they are counted for the smaller part: these, or those that stay. */
function kindsOf(
	failed: readonly number[],
	{state, failedKind}: RequestSources,
): {readonly [K in FailureKind]?: number} {
	const isMost = failed.length * 2 > state.totals.status[statusCode.failed]!;
	const kinds = new Map<FailureKind, number>(isMost ? state.totals.failed : []);
	for (const index of isMost ? failedBeside(state, failed) : failed) {
		const kind = failedKind(index);
		if (kind !== null) {
			kinds.set(kind, (kinds.get(kind) ?? 0) + (isMost ? -1 : 1));
		}
	}

	return Object.fromEntries(kinds);
}

function failedBeside(state: RunState, failed: readonly number[]): readonly number[] {
	const mask = maskOf(state, 'all', ['failed']);
	for (const index of failed) {
		mask[index] = 0;
	}

	return indexesIn(mask);
}

/** Those of the named that have one of the statuses, each once, in the order of the spec. */
export function chosen(
	state: RunState,
	indexes: readonly number[] | 'all',
	wanted: readonly Status[],
): readonly number[] {
	return indexesIn(maskOf(state, indexes, wanted));
}

/** A byte a request: a set of a million numbers takes a hundred times as long. */
function maskOf(
	{columns: {status}, count}: RunState,
	indexes: readonly number[] | 'all',
	wanted: readonly Status[],
): Uint8Array {
	const mask = new Uint8Array(count);
	const codes = new Uint8Array(statuses.length);
	for (const name of wanted) {
		codes[statusCode[name]] = 1;
	}

	if (indexes === 'all') {
		for (let index = 0; index < count; index++) {
			mask[index] = codes[status[index]!]!;
		}
	} else {
		for (const index of indexes) {
			if (index < count) {
				mask[index] = codes[status[index]!]!;
			}
		}
	}

	return mask;
}

function indexesIn(mask: Uint8Array): readonly number[] {
	const indexes: number[] = [];
	for (let index = 0; index < mask.length; index++) {
		if (mask[index] === 1) {
			indexes.push(index);
		}
	}

	return indexes;
}
