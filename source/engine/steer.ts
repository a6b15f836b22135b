import {rangesOf} from '../domain/batch.ts';
import type {RunCommand} from '../domain/command.ts';
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
		case 'wipe-failed': {
			const failed = withStatus(state, ['failed']);
			const chosen = command.indexes === 'all' ? null : new Set(command.indexes);
			return wipe(
				'failed',
				chosen ? failed.filter(index => chosen.has(index)) : failed,
				chosen === null,
				sources,
				at,
			);
		}

		case 'wipe-unfinished':
			return wipe('unfinished', withStatus(state, ['queued', 'waiting', 'batched']), false, sources, at);
	}
}

function wipe(
	what: 'failed' | 'unfinished',
	indexes: readonly number[],
	isAllFailed: boolean,
	{state, queueOf, failedKind}: SteerSources,
	at: number,
): readonly RunEvent[] {
	if (indexes.length === 0) {
		return [];
	}

	const failedByQueue = state.queues.map(() => 0);
	const kinds = new Map<FailureKind, number>(isAllFailed ? state.totals.failed : []);
	for (const index of what === 'failed' ? indexes : []) {
		failedByQueue[queueOf(index)]!++;
		const kind = isAllFailed ? null : failedKind(index);
		if (kind !== null) {
			kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
		}
	}

	return [
		{
			type: 'requests-wiped',
			at,
			what,
			indexes: rangesOf(indexes),
			failedKinds: Object.fromEntries(kinds),
			failedByQueue,
		},
	];
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
