import type {SortKey} from '../view/snapshot.ts';
import type {TextField} from './text-field.ts';

/** How the person wants the list: which requests, in what order, and what is being chosen in it. */
export type ListState = {
	/** In the query language; empty: all. */
	readonly filter: string;
	/** Where the filter is typed; null: the field is closed. */
	readonly field: TextField | null;
	/** The request under the cursor when the field was opened: it comes back when it matches again. */
	readonly heldIndex: number | null;
	readonly sort: SortKey;
	readonly isReversed: boolean;
	/** Failures by their cause instead of requests. */
	readonly isGrouped: boolean;
	/** Only the members of this group, as it was called when it was opened. Raw. */
	readonly group: {readonly key: string; readonly label: string} | null;
	/** The group under the cursor; `position` counts where no key does. */
	readonly groupCursor: {readonly position: number; readonly key: string | null};
	/** Where a range of marks began; null: none is being chosen. */
	readonly anchor: {readonly index: number; readonly position: number} | null;
};

export const initialListState: ListState = {
	filter: '',
	field: null,
	heldIndex: null,
	sort: 'status',
	isReversed: false,
	isGrouped: false,
	group: null,
	groupCursor: {position: 0, key: null},
	anchor: null,
};

export type ListChange =
	| {readonly type: 'open-filter'}
	| {readonly type: 'close-filter'}
	| {readonly type: 'type-filter'; readonly field: TextField}
	| {readonly type: 'filter'; readonly text: string}
	| {readonly type: 'sort'; readonly sort: SortKey; readonly isReversed: boolean}
	| {readonly type: 'show-groups'; readonly isGrouped: boolean}
	| {readonly type: 'open-group'; readonly key: string; readonly label: string}
	| {readonly type: 'move-group'; readonly position: number; readonly key: string | null}
	| {readonly type: 'anchor'; readonly anchor: ListState['anchor']};
