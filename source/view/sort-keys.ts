import type {RequestSource} from '../domain/request.ts';
import {type RunState, type Status, statusCode, statuses} from '../domain/state.ts';
import type {FailureGroups} from './failure-groups.ts';
import type {IdRanks} from './id-ranks.ts';
import type {RowFacts} from './row-facts.ts';
import type {SortKey} from './snapshot.ts';

export type SortSources = {
	readonly state: RunState;
	readonly source: Pick<RequestSource, 'queueOf' | 'queues'>;
	readonly groups: FailureGroups;
	readonly facts: RowFacts;
	readonly idRanks: IdRanks;
};

/** A request's place by one column, 32 bits without a sign: small ones come first. */
export type KeyOf = (index: number) => number;

/** What has no value comes last, whichever way it is sorted. */
const absent = 0xffff_ffff;

/** In the order of the list: `queued` has those that a person moved before and after it. */
const blocks: {readonly [S in Status]: number} = {
	failed: 0,
	waiting: 1,
	'in-flight': 2,
	batched: 3,
	queued: 5,
	done: 7,
};
const blockSize = 2 ** 29;
const middleRank = 2 ** 28;

/** Trouble first, then what is going on, what is still to come, what is over. */
export function statusKey({columns, moved}: RunState): KeyOf {
	const bases = statuses.map(status => blocks[status] * blockSize);
	const {status} = columns;
	return index => {
		const code = status[index]!;
		const rank = code === statusCode.queued ? moved.get(index) : undefined;
		return rank === undefined ? bases[code]! : bases[code]! + Math.sign(rank) * blockSize + middleRank + rank;
	};
}

/** As they are now: keys are asked for anew each time that a list is sorted. */
export function sortKey(sources: SortSources, sort: Exclude<SortKey, 'status'>, isReversed: boolean): KeyOf {
	const keyOf = plainKey(sources, sort);
	return isReversed
		? index => {
				const key = keyOf(index);
				return key === absent ? absent : absent - 1 - key;
			}
		: keyOf;
}

/** Names from A on, figures from the largest on. */
function plainKey(sources: SortSources, sort: Exclude<SortKey, 'status'>): KeyOf {
	const {state, source, facts, idRanks} = sources;
	switch (sort) {
		case 'error':
			return errorKey(sources);
		case 'age':
			// The longest time is the smallest moment.
			return index => positive(facts.lastTenths(index), 1);
		case 'tokens':
			return index => positive(facts.tokens(index), -1);
		case 'cost':
			return index => positive(facts.costRank(index), -1);
		case 'try':
			return index => 0xffff - state.columns.attempts[index]!;
		case 'model': {
			const names = source.queues.map(({model}) => model);
			const ranks = ranksOf(names);
			return index => ranks[source.queueOf(index)]!;
		}

		case 'id': {
			const ranks = idRanks.ranks();
			// Those that were added since they were ranked come last, until they are too.
			return ranks ? index => ranks[index] ?? index : index => index;
		}
	}
}

/** 0 is no value. */
function positive(value: number, direction: 1 | -1): number {
	return value === 0 ? absent : direction > 0 ? value : absent - 1 - value;
}

function errorKey({groups}: SortSources): KeyOf {
	const texts = Array.from({length: groups.size()}, (_, position) => groups.cause(position + 1).text);
	const ranks = ranksOf(texts);
	return index => {
		const number = groups.shownCause(index);
		return number > 0 ? (ranks[number - 1] ?? absent - 1) : absent;
	};
}

/** Of each name its place among all; equal ones share it. */
function ranksOf(names: readonly string[]): readonly number[] {
	const sorted = [...new Set(names)].sort();
	const places = new Map(sorted.map((name, place) => [name, place]));
	return names.map(name => places.get(name)!);
}
