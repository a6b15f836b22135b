import {taskCost} from '../domain/ceiling.ts';
import {usd} from '../domain/money.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import {type RunState, type Status, statusCode, statuses} from '../domain/state.ts';
import {callsEnded} from './calls-ended.ts';
import type {ChangePlan, ChangePort} from './change-port.ts';
import type {ChosenSet, SetAct, SetRequest} from './chosen-set.ts';
import {expectedByQueue} from './forecast.ts';
import {count} from './format.ts';
import type {RequestList} from './request-list.ts';

export type ChooseSources = {
	readonly state: RunState;
	readonly settings: Pick<RunSettings, 'mode' | 'limits'>;
	readonly source: Pick<RequestSource, 'queueOf'>;
	readonly list: Pick<RequestList, 'groups' | 'marks' | 'members' | 'isIn' | 'searched'>;
	/** Absent: parameters cannot be changed. */
	readonly changes?: ChangePort | null;
};

/** A set before it has its number. */
export type Choice = {
	readonly indexes: Int32Array;
	readonly act: SetAct;
	/** Where the journal ended: what failed later was not asked about. */
	readonly journalEnd: number;
	/** Of a change. */
	readonly plan: ChangePlan | null;
	readonly chosen: Omit<ChosenSet, 'set'>;
};

/** The states in which a request can be meant by an act. */
const eligible: {readonly [K in SetAct['kind']]: readonly Status[]} = {
	wipe: ['failed'],
	retry: ['failed', 'waiting'],
	'give-up': ['queued', 'waiting', 'in-flight', 'batched'],
	move: ['queued', 'waiting'],
	change: ['queued', 'waiting', 'failed'],
	export: statuses,
};

const done: {readonly [K in SetAct['kind']]: string} = {
	wipe: 'wiped',
	retry: 'retried',
	'give-up': 'given up',
	move: 'moved',
	change: 'changed',
	export: 'exported',
};

/** Why one is left alone, after "it" or a count. */
const reasons: {readonly [S in Status]: string} = {
	queued: 'is queued',
	waiting: 'is waiting',
	'in-flight': 'is in flight',
	batched: 'is in a batch',
	done: 'is done',
	failed: 'has failed',
};
const unwantedReason = 'is being given up';

/** Fixes which requests an act would change now, and says what that means. */
export async function choose(sources: ChooseSources, {scope, act}: SetRequest): Promise<Choice> {
	const {state} = sources;
	const found = await membersOf(sources, scope);
	const isOfFilter = scope.kind === 'list' || scope.kind === 'group';
	const progress = isOfFilter ? sources.list.searched() : null;
	const meant = progress === null ? found : new Int32Array();
	const {indexes, skipped, inFlight, batched} = sieve(state, meant, act);
	const plan =
		act.kind === 'change' && indexes.length > 0 && sources.changes
			? await sources.changes(indexes, act.change)
			: null;
	const costUsd = act.kind === 'change' ? (plan?.costUsd ?? null) : expectedUsd(sources, indexes, act);
	const ceiling = taskCost(state, sources.settings.limits.task.costPico);
	return {
		indexes,
		act,
		journalEnd: state.journalEnd,
		plan,
		chosen: {
			count: indexes.length,
			skipped,
			...callsEnded(state, indexes, inFlight),
			batched,
			costUsd,
			beforeUsd: plan?.beforeUsd ?? null,
			ceilingShare: ceiling === null || costUsd === null ? null : shareOf(costUsd, usd(ceiling)),
			problem:
				progress === null
					? (problemOf(scope, meant, skipped, indexes, act.kind) ?? changeProblem(sources, act, plan))
					: `the search through the files is not over: ${Math.floor(progress * 100)}% is done`,
		},
	};
}

async function membersOf({state, list}: ChooseSources, scope: SetRequest['scope']): Promise<Int32Array> {
	switch (scope.kind) {
		case 'row':
			return Int32Array.of(...(scope.index >= 0 && scope.index < state.count ? [scope.index] : []));
		case 'marked':
			return list.marks.indexes();
		case 'list':
			return list.members();
		case 'group': {
			const number = list.groups.numberOf(scope.key);
			return those(state, index => number > 0 && list.groups.memberOf(index) === number && list.isIn(index));
		}

		case 'failed':
			return those(state, index => state.columns.status[index] === statusCode.failed);
	}
}

function those({count}: RunState, isMeant: (index: number) => boolean): Int32Array {
	const indexes = new Int32Array(count);
	let length = 0;
	for (let index = 0; index < count; index++) {
		if (isMeant(index)) {
			indexes[length++] = index;
		}
	}

	return indexes.slice(0, length);
}

/** What the act can change, in the order of the spec, and why the rest is left alone. A million are walked over once. */
function sieve({columns, unwanted}: RunState, meant: Int32Array, {kind}: SetAct) {
	const isEligible = statuses.map(status => eligible[kind].includes(status));
	const mayBeDoomed = kind === 'give-up' && unwanted.size > 0;
	const indexes = new Int32Array(meant.length);
	const counts = statuses.map(() => 0);
	const skippedCounts = statuses.map(() => 0);
	let doomed = 0;
	let length = 0;
	let isAscending = true;
	for (let at = 0; at < meant.length; at++) {
		const index = meant[at]!;
		const code = columns.status[index]!;
		if (!isEligible[code]) {
			skippedCounts[code]!++;
		} else if (mayBeDoomed && unwanted.has(index)) {
			doomed++;
		} else {
			isAscending &&= length === 0 || indexes[length - 1]! < index;
			indexes[length++] = index;
			counts[code]!++;
		}
	}

	const chosen = indexes.slice(0, length);
	const skipped = [
		...statuses.map((status, code) => ({count: skippedCounts[code]!, why: reasons[status]})),
		{count: doomed, why: unwantedReason},
	].filter(({count}) => count > 0);
	return {
		indexes: isAscending ? chosen : chosen.sort(),
		skipped: skipped.sort((a, b) => b.count - a.count),
		inFlight: counts[statusCode['in-flight']]!,
		batched: counts[statusCode.batched]!,
	};
}

/** Of the attempts that the act leads to, at what a request of each queue costs on the average. */
function expectedUsd(
	{state, settings, source}: ChooseSources,
	indexes: Int32Array,
	{kind}: SetAct,
): number | null {
	if (kind !== 'wipe' && kind !== 'retry') {
		return 0;
	}

	const expected = expectedByQueue(state);
	const lane = settings.mode === 'batch' && !state.forceDirect ? 'batch' : 'direct';
	const counts = expected.map(() => 0);
	for (const index of indexes) {
		counts[source.queueOf(index)]!++;
	}

	let sum: number | null = 0;
	for (const [queue, count] of counts.entries()) {
		const each = count === 0 ? 0 : (expected[queue]?.[lane] ?? null);
		sum = sum === null || each === null ? null : sum + count * each;
	}

	return sum;
}

function shareOf(costUsd: number, ceilingUsd: number): number {
	return ceilingUsd > 0 ? Math.min(1, costUsd / ceilingUsd) : costUsd > 0 ? 1 : 0;
}

function problemOf(
	scope: SetRequest['scope'],
	meant: Int32Array,
	skipped: ChosenSet['skipped'],
	indexes: Int32Array,
	act: SetAct['kind'],
): string | null {
	if (indexes.length > 0) {
		return null;
	}

	if (meant.length === 0) {
		return nothingThere[scope.kind];
	}

	return meant.length === 1
		? `it ${skipped[0]!.why}`
		: `none of the ${count(meant.length)} can be ${done[act]}: ${skipped.map(({count: left, why}) => `${count(left)} ${left === 1 ? why : plural(why)}`).join(', ')}`;
}

const nothingThere: {readonly [K in SetRequest['scope']['kind']]: string} = {
	row: 'there is no such request',
	marked: 'nothing is marked',
	list: 'the list is empty',
	group: 'nothing fails or waits for this any more',
	failed: 'nothing has failed for good',
};

/** `is done` said of several. */
function plural(why: string): string {
	return why.replace(/^is /, 'are ').replace(/^has /, 'have ');
}

function changeProblem({changes}: ChooseSources, act: SetAct, plan: ChangePlan | null): string | null {
	if (act.kind !== 'change') {
		return null;
	}

	return changes ? (plan?.problem ?? null) : 'parameters cannot be changed in this run';
}
