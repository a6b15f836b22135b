import {type Binding, binding} from './binding.ts';
import {hasRows} from './key-conditions.ts';
import type {PaneName} from './layout.ts';
import {isInGroups} from './scope.ts';
import {
	canChange,
	canChangeAll,
	canGiveUp,
	canMarkSame,
	canMove,
	canOrder,
	canPickRow,
	canRetry,
	canSort,
	canUndo,
	hasMarks,
} from './triage-conditions.ts';

const list: readonly PaneName[] = ['queue'];
/** Of the list, or of the one that is opened. */
const requests: readonly PaneName[] = ['queue', 'detail'];

/** Marks, the order of the list, and what is done with the requests that they choose. */
export const triageKeys: readonly Binding[] = [
	binding(
		['/'],
		'filter',
		'filter while typing: text, !text, status: code: kind: model: id: prompt: answer:',
		{
			short: 'filter',
			panes: list,
			enabled: canOrder,
		},
	),
	binding(['space'], 'toggle-mark', 'mark and move down; ends a range', {
		short: 'mark',
		panes: list,
		enabled: canPickRow,
	}),
	binding(['v'], 'mark-range', 'mark a range: move, then v again; esc leaves it', {
		short: 'range',
		panes: list,
		enabled: canPickRow,
	}),
	binding(['a'], 'mark-all', 'mark all in the list as it is filtered', {
		short: 'mark all',
		panes: list,
		enabled: canPickRow,
	}),
	binding([','], 'mark-same', 'mark all with the same error', {
		short: 'same error',
		panes: list,
		enabled: canMarkSame,
	}),
	binding(['u'], 'clear-marks', 'clear the marks', {short: 'unmark', panes: list, enabled: hasMarks}),
	binding(['f'], 'failures-only', 'failures only; again: all', {
		short: 'failures',
		panes: list,
		enabled: canOrder,
	}),
	{
		...binding(['F'], 'group', 'group failures by error, enter opens a group; again: requests', {
			panes: list,
			enabled: canOrder,
		}),
		short: ({ui}) => (ui.list.isGrouped ? 'ungroup' : 'group'),
	},
	binding(['n'], 'next-match', 'next request of the list, also while one is opened', {
		panes: requests,
		enabled: hasRows,
	}),
	binding(['N'], 'previous-match', 'previous request of the list', {panes: requests, enabled: hasRows}),
	binding(['s'], 'sort', 'sort menu', {short: 'sort', panes: list, enabled: canSort}),
	binding(['S'], 'reverse', 'reverse the order', {panes: list, enabled: canSort}),
	{
		...binding(['r'], 'retry', 'retry the marked, the group, or the request under the cursor now', {
			panes: requests,
			enabled: canRetry,
		}),
		short: context => (isInGroups(context.ui) ? 'retry group' : 'retry'),
	},
	binding(['R'], 'retry-all', 'retry all in the list as it is filtered', {
		short: 'retry all',
		panes: list,
		enabled: canChangeAll,
	}),
	binding(['c'], 'change', 'change max tokens, model or any body field, for these requests only', {
		short: 'change',
		panes: requests,
		enabled: canChange,
	}),
	binding(['K'], 'to-front', 'to the front of the queue', {panes: list, enabled: canMove}),
	binding(['J'], 'to-back', 'to the back of the queue', {panes: list, enabled: canMove}),
	binding(['x'], 'give-up', 'give up: failed as cancelled, calls in flight are aborted', {
		short: 'give up',
		panes: requests,
		enabled: canGiveUp,
	}),
	binding(['z'], 'undo', 'take back the last wipe or give-up within 60 s', {short: 'undo', enabled: canUndo}),
];
