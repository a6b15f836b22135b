import type {BatchState} from '../domain/batch.ts';
import {createAdded, createQueue, createState} from '../domain/create-state.ts';
import type {Lane} from '../domain/price.ts';
import type {Sample} from '../domain/sample-state.ts';
import type {ProviderState, QueueState, RunState, StageState, Totals} from '../domain/state.ts';
import {
	restoreAdded,
	restoreColumns,
	type SavedAdded,
	type SavedColumns,
	saveAdded,
	saveColumns,
} from './saved-columns.ts';
import {countLeads, flat, pairs, restoreInFlight, saveInFlight, saveLeads} from './saved-maps.ts';
import {stateFormat, stateVersion} from './state-format.ts';

type SavedCost = {readonly [L in Lane]: string};
type Entries<Key, Value> = readonly (readonly [Key, Value])[];

type Reshaped =
	| 'columns'
	| 'added'
	| 'stages'
	| 'unjudged'
	| 'queues'
	| 'providers'
	| 'totals'
	| 'session'
	| 'waiting'
	| 'inFlight'
	| 'truncated'
	| 'rounds'
	| 'roundDue'
	| 'expired'
	| 'missing'
	| 'mostShared'
	| 'callsOut'
	| 'unwanted'
	| 'moved'
	| 'pulled'
	| 'changed'
	| 'batches'
	| 'sample';

/**
 * A run's state as plain JSON: money as decimal strings, maps as entries (those by index flat), columns as base64.
 * Keys that this version does not know pass through, for the later one that wrote them.
 */
export type SavedState = {
	readonly format: typeof stateFormat;
	readonly version: number;
	/** The version of the program that wrote the file. */
	readonly tool: string;
} & Omit<RunState, Reshaped> & {
		readonly queues: readonly (Omit<QueueState, 'cost'> & {readonly cost: SavedCost})[];
		readonly providers: Entries<string, ProviderState>;
		readonly totals: Omit<Totals, 'cost' | 'maybeBilled' | 'failed' | 'failedAttempts'> & {
			readonly cost: SavedCost;
			readonly maybeBilled: {readonly calls: number; readonly tokens?: number; readonly cost: string};
			readonly failed: Entries<string, number>;
			readonly failedAttempts: Entries<string, number>;
		};
		readonly session: Omit<RunState['session'], 'cost' | 'maybeBilled'> & {
			readonly cost: string;
			readonly maybeBilled: string;
		};
		/** `index, dueAt, …` */
		readonly waiting: readonly number[];
		/** `index, startedAt, queue, attempt, …` */
		readonly inFlight: readonly number[];
		/** `index, lead, …` of those that share the call of another. */
		readonly leads: readonly number[];
		/** `index, times, …` */
		readonly truncated: readonly number[];
		readonly rounds: readonly number[];
		readonly roundDue: readonly number[];
		readonly expired: readonly number[];
		readonly missing: readonly number[];
		readonly mostShared: readonly number[];
		readonly unwanted: readonly number[];
		/** `index, rank, …` */
		readonly moved: readonly number[];
		readonly pulled: readonly number[];
		/** `index, change, …` */
		readonly changed: readonly number[];
		readonly batches: readonly BatchState[];
		/** Absent in older states. */
		readonly sample?: (Omit<Sample, 'indexes'> & {readonly indexes: readonly number[]}) | null;
		readonly columns: SavedColumns;
		readonly added?: SavedAdded;
		readonly stages?: readonly SavedStage[];
		readonly unjudged?: readonly number[];
	};

type SavedStage = Omit<StageState, 'used'> & {
	readonly used: Omit<StageState['used'], 'costPico'> & {readonly costPico: string};
};

/** A copy through and through: the run goes on while the file is written. */
export function saveState(
	{
		columns,
		added,
		stages,
		unjudged,
		waiting,
		inFlight,
		truncated,
		rounds,
		roundDue,
		expired,
		missing,
		mostShared,
		callsOut: _callsOut,
		unwanted,
		moved,
		pulled,
		changed,
		batches,
		sample,
		...state
	}: RunState,
	tool: string,
): SavedState {
	const {queues, providers, totals, session, ...rest} = structuredClone(state);
	return {
		format: stateFormat,
		version: stateVersion,
		tool,
		...rest,
		queues: queues.map(queue => ({...queue, cost: saveCost(queue.cost)})),
		providers: [...providers],
		totals: {
			...totals,
			cost: saveCost(totals.cost),
			maybeBilled: {...totals.maybeBilled, cost: String(totals.maybeBilled.cost)},
			failed: [...totals.failed],
			failedAttempts: [...totals.failedAttempts],
		},
		session: {...session, cost: String(session.cost), maybeBilled: String(session.maybeBilled)},
		waiting: flat(waiting),
		inFlight: saveInFlight(inFlight),
		leads: saveLeads(inFlight),
		truncated: flat(truncated),
		rounds: flat(rounds),
		roundDue: [...roundDue],
		expired: flat(expired),
		missing: flat(missing),
		mostShared: flat(mostShared),
		unwanted: [...unwanted],
		moved: flat(moved),
		pulled: [...pulled],
		changed: flat(changed),
		batches: structuredClone([...batches.values()]),
		sample: sample && structuredClone({...sample, indexes: [...sample.indexes]}),
		columns: saveColumns(columns, state.count),
		added: saveAdded(added, state.count - added.from),
		stages: stages.map(stage => ({...stage, used: {...stage.used, costPico: String(stage.used.costPico)}})),
		unjudged: [...unjudged],
	};
}

/** Null when the file does not hold together. */
export function restoreState(saved: SavedState): RunState | null {
	try {
		const state = restore(saved);
		return state && holdsTogether(state) ? state : null;
	} catch {
		// What is not as we wrote it fails in any of many ways, and each means the same.
		return null;
	}
}

function restore({
	format: _format,
	version: _version,
	tool: _tool,
	leads,
	...saved
}: SavedState): RunState | null {
	const {totals, session} = saved;
	// Older files have no calls: each attempt had its own.
	const [calls, sessionCalls] = [totals.calls ?? totals.attempts, session.calls ?? session.attempts];
	const columns = restoreColumns(saved.columns, saved.count);
	const inFlight = restoreInFlight(saved.inFlight, leads ?? []);
	const added = saved.added
		? restoreAdded(saved.added, saved.count - saved.added.from)
		: createAdded(saved.count);
	return (
		columns &&
		added && {
			...createState(),
			...saved,
			queues: saved.queues.map(queue => ({
				...createQueue(queue.info),
				...queue,
				cost: restoreCost(queue.cost),
			})),
			providers: new Map(saved.providers),
			totals: {
				...createState().totals,
				...totals,
				calls,
				cost: restoreCost(totals.cost),
				maybeBilled: {tokens: 0, ...totals.maybeBilled, cost: BigInt(totals.maybeBilled.cost)},
				failed: new Map(totals.failed) as Totals['failed'],
				failedAttempts: new Map(totals.failedAttempts),
			},
			session: {
				...createState().session,
				...session,
				calls: sessionCalls,
				cost: BigInt(session.cost),
				maybeBilled: BigInt(session.maybeBilled ?? 0),
			},
			waiting: pairs(saved.waiting),
			inFlight,
			callsOut: countLeads(inFlight),
			truncated: pairs(saved.truncated),
			rounds: pairs(saved.rounds ?? []),
			roundDue: new Set(saved.roundDue ?? []),
			expired: pairs(saved.expired ?? []),
			missing: pairs(saved.missing ?? []),
			mostShared: pairs(saved.mostShared ?? []),
			unwanted: new Set(saved.unwanted ?? []),
			moved: pairs(saved.moved ?? []),
			pulled: new Set(saved.pulled ?? []),
			changed: pairs(saved.changed ?? []),
			sample: saved.sample ? {...saved.sample, indexes: new Set(saved.sample.indexes)} : null,
			batches: new Map((saved.batches ?? []).map(batch => [batch.shard, batch])),
			columns,
			added,
			stages: (saved.stages ?? []).map(stage => ({
				...stage,
				used: {...stage.used, costPico: BigInt(stage.used.costPico)},
			})),
			unjudged: new Set(saved.unjudged ?? []),
		}
	);
}

/** The counts are those of the columns, no line lies beyond the journal's end, and every change is known. */
function holdsTogether({columns, count, totals, journalEnd, changed, changes}: RunState): boolean {
	const counts = totals.status.map(() => 0);
	for (let index = 0; index < count; index++) {
		const status = columns.status[index]!;
		const offset = columns.offset[index]!;
		if (status >= counts.length || !(offset >= -1 && offset < journalEnd)) {
			return false;
		}

		counts[status]!++;
	}

	return (
		counts.every((value, status) => value === totals.status[status]) &&
		[...changed.values()].every(number => number in changes)
	);
}

function saveCost({direct, batch}: {readonly [L in Lane]: bigint}): SavedCost {
	return {direct: String(direct), batch: String(batch)};
}

function restoreCost({direct, batch}: SavedCost): {[L in Lane]: bigint} {
	return {direct: BigInt(direct), batch: BigInt(batch)};
}
