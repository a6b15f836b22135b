import {rangesOf} from '../domain/batch.ts';
import type {RunCommand} from '../domain/command.ts';
import {mostConcurrency} from '../domain/concurrency-step.ts';
import type {RunEvent} from '../domain/event.ts';
import {decodeEvent} from '../domain/event-line.ts';
import type {FailureKind} from '../domain/failure.ts';
import type {Journal} from '../domain/ports.ts';
import {type RunState, type Status, statusCode} from '../domain/state.ts';

/** What a person asks for and what follows from it at once; ending the session is the loop's own. */
export type Steering = Exclude<RunCommand, {type: 'drain' | 'stay' | 'abort' | 'cancel-batches'}>;

export type SteerSources = {
	readonly state: RunState;
	readonly queueOf: (index: number) => number;
	/** Why a request failed for good; null where its line is damaged. */
	readonly failedKind: (index: number) => FailureKind | null;
	/** The cost ceiling of spec and flags. */
	readonly taskCost: bigint | null;
};

/** The facts that a command makes; none when it changes nothing. */
export function factsOf(command: Steering, sources: SteerSources, at: number): readonly RunEvent[] {
	const {state, taskCost} = sources;
	switch (command.type) {
		case 'pause':
			return state.paused ? [] : [{type: 'paused', at, cause: command.cause}];
		case 'resume':
			return [{type: 'resumed', at}];
		case 'force-direct':
			return state.forceDirect === command.isOn ? [] : [{type: 'direct-forced', at, isOn: command.isOn}];
		case 'raise-ceiling':
			return [
				{
					type: 'ceiling-raised',
					at,
					costPico: command.costPico,
					over: taskCost === null ? null : Number(taskCost),
				},
			];
		case 'set-concurrency':
			return mayBecome(command.concurrency, state.concurrency)
				? [{type: 'concurrency-changed', at, concurrency: command.concurrency}]
				: [];
		case 'wipe-failed': {
			const failed = withStatus(state, ['failed']);
			const chosen = command.indexes === 'all' ? null : new Set(command.indexes);
			const before = command.before ?? Number.POSITIVE_INFINITY;
			const wiped = failed.filter(
				index => (chosen?.has(index) ?? true) && state.columns.offset[index]! < before,
			);
			return wipe('failed', wiped, failed, sources, at);
		}

		case 'retry':
		case 'give-up':
		case 'move':
		case 'change-params':
		case 'undo':
		case 'cancel-batch':
			return [];
		case 'wipe-unfinished':
			return wipe('unfinished', withStatus(state, ['queued', 'waiting', 'batched']), [], sources, at);
	}
}

/** Spec and flags may have begun above the bound: from there it goes down only. */
function mayBecome(wanted: number, current: number): boolean {
	return wanted >= 1 && wanted !== current && (wanted <= mostConcurrency || wanted < current);
}

function wipe(
	what: 'failed' | 'unfinished',
	indexes: readonly number[],
	allFailed: readonly number[],
	sources: SteerSources,
	at: number,
): readonly RunEvent[] {
	if (indexes.length === 0) {
		return [];
	}

	const {state, queueOf} = sources;
	const failedByQueue = state.queues.map(() => 0);
	for (const index of what === 'failed' ? indexes : []) {
		failedByQueue[queueOf(index)]!++;
	}

	return [
		{
			type: 'requests-wiped',
			at,
			what,
			indexes: rangesOf(indexes),
			failedKinds: what === 'failed' ? kindsOf(indexes, allFailed, sources) : {},
			failedByQueue,
		},
	];
}

/** Each kind costs a look into the journal, so they are counted for the smaller part: the wiped, or those that stay. */
function kindsOf(
	wiped: readonly number[],
	allFailed: readonly number[],
	{state, failedKind}: SteerSources,
): {readonly [K in FailureKind]?: number} {
	const chosen = new Set(wiped);
	const staying = allFailed.filter(index => !chosen.has(index));
	const isMost = staying.length < wiped.length;
	const kinds = new Map<FailureKind, number>(isMost ? state.totals.failed : []);
	for (const index of isMost ? staying : wiped) {
		const kind = failedKind(index);
		if (kind !== null) {
			kinds.set(kind, (kinds.get(kind) ?? 0) + (isMost ? -1 : 1));
		}
	}

	return Object.fromEntries(kinds);
}

function withStatus({columns, count}: RunState, wanted: readonly Status[]): readonly number[] {
	const codes = new Set(wanted.map(status => statusCode[status]));
	const indexes: number[] = [];
	for (let index = 0; index < count; index++) {
		if (codes.has(columns.status[index]!)) {
			indexes.push(index);
		}
	}

	return indexes;
}

/** Why a request failed, from its last line in the journal; null where that is damaged. */
export function failedKind(journal: Journal, offset: number): FailureKind | null {
	const event = offset < 0 ? null : decodeEvent(journal.read(offset), {body: false});
	return event?.type === 'attempt-failed' ? event.failure.kind : null;
}
