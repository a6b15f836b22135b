import type {RunEvent} from '../domain/event.ts';
import type {Endpoint, RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import {arrange, arrangeAll, arrangeFew} from './arranged-list.ts';
import {createBackground, type WorkPort} from './background.ts';
import type {MarkChange} from './chosen-set.ts';
import {createFailureGroups, type FailureGroups} from './failure-groups.ts';
import {createFilteredRequests, type FilteredRequests, sweepRank} from './filtered-requests.ts';
import {createIdIndex} from './id-index.ts';
import {type ListView, plainList, writtenList} from './list-view.ts';
import {markRequests} from './mark-requests.ts';
import {createMarks, type Marks} from './marks.ts';
import {createMatcher, verdict} from './matcher.ts';
import {parseQuery, type Query} from './query.ts';
import {isSameOrder, plainOrder, type RowOrder, type WindowRequest} from './snapshot.ts';
import {createSortColumns} from './sort-columns.ts';
import {touchedBy} from './touched-requests.ts';

export type RequestListOptions = {
	readonly state: RunState;
	readonly source: Pick<RequestSource, 'id' | 'hasIds' | 'queueOf' | 'queues' | 'expand'>;
	readonly readEvent: (offset: number, body: boolean) => RunEvent | null;
	readonly endpoint: Endpoint;
	/** Null: everything is done at once. */
	readonly work: WorkPort | null;
	/** There is more to show. */
	readonly onProgress: () => void;
	/** What was asked for last is there, some time after it was asked for. */
	readonly onSettled: () => void;
};

/**
 * The list of requests as a person filters, sorts and marks it. The plain one is not written down: a million rows in
 * the order of their status are looked up as they are asked for. Any other is written down, and anew when something
 * changed, but for at most a tenth of the time; it stands still while rows are marked or a dialog is open.
 */
export type RequestList = {
	readonly groups: FailureGroups;
	readonly marks: Marks;
	/** After `reduce` took the event in. */
	observe(event: RunEvent): void;
	look(order: RowOrder): void;
	mark(change: MarkChange): void;
	view(window: Pick<WindowRequest, 'showsGroups'>): ListView;
	/** Those in the list, in its order. Resolves once all were judged that can be from memory. */
	members(): Promise<Int32Array>;
	/** Whether the filter lets a request through, as far as it has come. */
	isIn(index: number): boolean;
	/** 0 to 1 while the filter looks for what it lets through; else null. */
	searched(): number | null;
};

/** A list whose writing took T is written again after ten times T. */
const restFactor = 10;

export function createRequestList(options: RequestListOptions): RequestList {
	const {state, source, readEvent, work} = options;
	const marks = createMarks(state);
	const background = createBackground(work, options.onProgress);
	const readHead = (offset: number) => readEvent(offset, false);
	const onChange = () => {
		isChanged = true;
	};
	let isChanged = false;
	const groups = createFailureGroups({state, readEvent: readHead, background, onLoaded: onChange});
	const ids = createIdIndex(source, state);
	const columns = createSortColumns(state, source, ids, readHead, background, onChange);
	const sources = {state, source, groups, ...columns};
	let order = plainOrder;
	let query: Query = parseQuery('');
	let filtered: FilteredRequests | null = null;
	/** Null: the plain list, or one that is not whole yet. */
	let written: Int32Array | null = null;
	/** The list is as asked for, and may stand still. */
	let isSettled = true;
	let isAsking = false;
	/** Somebody was shown less than was asked for. */
	let isAwaited = false;
	let wasFrozen = false;
	let cancelArranging: (() => void) | null = null;
	let restsUntil = 0;
	let waiting: (() => void)[] = [];

	const isFrozen = () => order.isFrozen || marks.size() > 0;
	const needsWriting = () =>
		filtered !== null || order.sort !== 'status' || order.isReversed || state.moved.size > 0;
	const progress = () => filtered?.progress() ?? columns.progress(order.sort);
	const standsStill = () => isFrozen() && isSettled && written !== null;
	const isSwept = () => filtered === null || filtered.isSwept();
	const isIn = (index: number) => filtered === null || filtered.verdicts[index] === verdict.yes;

	function look(next: RowOrder): void {
		const before = order;
		order = next;
		if (next.filter !== before.filter || next.group !== before.group) {
			refilter();
		}

		if (!isSameOrder(next, before)) {
			cancelArranging?.();
			cancelArranging = null;
			written = null;
			isSettled = false;
			isAwaited = true;
			restsUntil = 0;
			columns.ensure(order.sort);
			keepUp();
			background.slice();
		}

		freeze();
	}

	function refilter(): void {
		filtered?.stop();
		filtered = null;
		query = parseQuery(order.filter);
		const about = {state, source, ids, groups, readEvent, endpoint: options.endpoint};
		const matcher = createMatcher(about, query, order.group);
		if (matcher) {
			filtered = createFilteredRequests({
				state,
				matcher,
				background,
				onChange,
				onFound() {
					// Without a port this is told before there is anything to hand out.
					if (filtered !== null) {
						restsUntil = 0;
						keepUp();
					}
				},
			});
		}
	}

	/** Writes the list where it has to be, and is due. */
	function keepUp(): void {
		if (!needsWriting()) {
			written = isFrozen() ? written : null;
			settle();
			return;
		}

		const isDue = written === null || (isChanged && (work?.now() ?? 0) >= restsUntil);
		if (!isDue || cancelArranging !== null || !isSwept() || standsStill()) {
			return;
		}

		isChanged = false;
		let isOver = false;
		const cancel = background.add(sweepRank, write(), tookMs => {
			isOver = true;
			cancelArranging = null;
			restsUntil = (work?.now() ?? 0) + restFactor * tookMs;
			settle();
		});
		cancelArranging = isOver ? null : cancel;
		background.slice();
	}

	function* write() {
		written = yield* arrange(sources, filtered, order);
	}

	function settle(): void {
		isSettled ||= progress() === null;
		const told = waiting;
		waiting = [];
		for (const tell of told) {
			tell();
		}

		if (isAwaited && !isAsking) {
			options.onSettled();
		}

		isAwaited = false;
	}

	/** What stands still has to be written down, and is what is on the screen now. */
	function freeze(): void {
		if (isFrozen() && written === null && !needsWriting()) {
			written = arrangeAll(state);
		}

		if (isFrozen() && !wasFrozen && written !== null) {
			isSettled = true;
			cancelArranging?.();
			isChanged ||= cancelArranging !== null;
			cancelArranging = null;
		}

		wasFrozen = isFrozen();
	}

	function observe(event: RunEvent): void {
		groups.observe(event);
		columns.observe(event);
		if (filtered === null && written === null && state.moved.size === 0) {
			return;
		}

		for (const index of touchedBy(event, state)) {
			filtered?.touch(index);
			isChanged ||= filtered === null || filtered.verdicts[index] === verdict.yes;
		}
	}

	function whenWhole(callback: () => void): void {
		if (needsWriting() && (written === null || !isSwept())) {
			waiting.push(callback);
			isAwaited = true;
		} else {
			callback();
		}
	}

	function mark(change: MarkChange): void {
		if (change.type === 'all') {
			const asked = order;
			whenWhole(() => {
				// A list that has come meanwhile was not meant.
				if (order.filter === asked.filter && order.group === asked.group) {
					marks.addAll(written);
					freeze();
				}
			});
			return;
		}

		markRequests(change, marks, listView(), groups, state.count);
		freeze();
	}

	function listView(): Pick<ListView, 'total' | 'rowsAt' | 'positionOf'> {
		if (written !== null) {
			return writtenList(written);
		}

		return filtered === null ? plainList(state) : writtenList(arrangeFew(sources, filtered, order));
	}

	/** What is asked for in here is answered by whoever asked. A run that nobody looks at is not read. */
	function asking<Result>(act: () => Result): Result {
		groups.ensure();
		isAsking = true;
		try {
			return act();
		} finally {
			isAsking = false;
		}
	}

	return {
		groups,
		marks,
		observe,
		look: next => asking(() => look(next)),
		mark: change => asking(() => mark(change)),
		isIn,
		searched: () => filtered?.progress() ?? null,
		members: async () =>
			new Promise(resolve => {
				groups.ensure();
				const tell = () => resolve(written ?? arrangeAll(state));
				if (needsWriting() && isChanged && !standsStill()) {
					restsUntil = 0;
					waiting.push(tell);
					keepUp();
				} else {
					whenWhole(tell);
				}
			}),
		view({showsGroups}) {
			isAsking = true;
			keepUp();
			isAsking = false;
			return {
				...plainList(state),
				...listView(),
				order,
				isFrozen: isFrozen(),
				marked: marks.size(),
				// Until it is written down as asked for, no request has left it.
				progress: progress() ?? (needsWriting() && written === null ? 1 : null),
				problem: query.problem,
				groups: showsGroups ? groups.views(filtered && isIn) : null,
				isMarked: marks.has,
			};
		},
	};
}
