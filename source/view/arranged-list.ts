import {type RunState, statusCode, statuses} from '../domain/state.ts';
import type {FilteredRequests} from './filtered-requests.ts';
import {verdict} from './matcher.ts';
import {radixSort} from './radix-sort.ts';
import {rowOrder} from './row-order.ts';
import type {RowOrder} from './snapshot.ts';
import {type SortSources, sortKey, statusKey} from './sort-keys.ts';

const stride = 16_384;

/** Only so many of a list that is not whole yet are put into order. */
const fewFound = 2000;

/** The requests of a list, one after the other. Requests of one key stand in the order of their status. */
export function* arrange(
	sources: SortSources,
	filtered: FilteredRequests | null,
	order: RowOrder,
): Generator<void, Int32Array, void> {
	const members = yield* membersOf(sources.state, filtered);
	return yield* sorted(sources, members, order);
}

/** The first that were found so far. */
export function arrangeFew(sources: SortSources, filtered: FilteredRequests, order: RowOrder): Int32Array {
	const members = new Int32Array(Math.min(fewFound, filtered.found()));
	for (let at = 0, index = -1; at < members.length; at++) {
		index = filtered.verdicts.indexOf(verdict.yes, index + 1);
		members[at] = index;
	}

	return atOnce(sorted(sources, members, order));
}

/** Every request as a list that is not written down shows them. */
export function arrangeAll(state: RunState): Int32Array {
	return atOnce(byStatus(state, allOf(state.count)));
}

function* sorted(
	sources: SortSources,
	members: Int32Array,
	{sort, isReversed}: RowOrder,
): Generator<void, Int32Array, void> {
	const plain = yield* byStatus(sources.state, members);
	if (sort !== 'status') {
		return yield* radixSort(plain, sortKey(sources, sort, isReversed));
	}

	return isReversed ? plain.reverse() : plain;
}

/** Rows are in the order of the spec already: where nobody moved any, each status is a block of them. */
function* byStatus(state: RunState, members: Int32Array): Generator<void, Int32Array, void> {
	if (state.moved.size > 0) {
		return yield* radixSort(members, statusKey(state));
	}

	const {status} = state.columns;
	// A status may change while this is broken off: what was seen first holds.
	const codes = new Uint8Array(members.length);
	const counts = statuses.map(() => 0);
	for (let at = 0; at < members.length; at++) {
		const code = status[members[at]!]!;
		codes[at] = code;
		counts[code]!++;
		if (at % stride === stride - 1) {
			yield;
		}
	}

	const next = statuses.map(() => 0);
	let sum = 0;
	for (const code of rowOrder.map(one => statusCode[one])) {
		next[code] = sum;
		sum += counts[code]!;
	}

	const list = new Int32Array(members.length);
	for (let at = 0; at < members.length; at++) {
		list[next[codes[at]!]!++] = members[at]!;
		if (at % stride === stride - 1) {
			yield;
		}
	}

	return list;
}

function* membersOf({count}: RunState, filtered: FilteredRequests | null): Generator<void, Int32Array, void> {
	if (filtered === null) {
		return allOf(count);
	}

	// Requests come and go while this is broken off.
	const members = new Int32Array(count);
	let length = 0;
	for (let index = 0; index < count; index++) {
		if (filtered.verdicts[index] === verdict.yes) {
			members[length++] = index;
		}

		if (index % stride === stride - 1) {
			yield;
		}
	}

	return members.slice(0, length);
}

function allOf(count: number): Int32Array {
	const all = new Int32Array(count);
	for (let index = 0; index < count; index++) {
		all[index] = index;
	}

	return all;
}

function atOnce(job: Generator<void, Int32Array, void>): Int32Array {
	for (let step = job.next(); ; step = job.next()) {
		if (step.done) {
			return step.value;
		}
	}
}
