import type {Status} from '../domain/state.ts';
import type {KeyContext} from './binding.ts';
import {canAct, hasRows} from './key-conditions.ts';
import {groupUnderCursor, isInGroups, pickedScope, rowUnderCursor} from './scope.ts';

type Condition = (context: KeyContext) => true | string;

/** A row of the list, to mark or to copy. */
export const canPickRow: Condition = context =>
	isInGroups(context.ui) ? 'enter opens the group with its requests' : hasRows(context);

export const canMarkSame: Condition = context => {
	if (groupUnderCursor(context)) return true;
	const row = rowUnderCursor(context.snapshot, context.ui);
	if (!row) return hasRows(context);
	return row.error !== '' || 'it has no error';
};

export const hasMarks: Condition = ({snapshot}) => (snapshot?.rows.marked ?? 0) > 0 || 'nothing is marked';

const isOpen: Condition = ({snapshot}) => snapshot !== null || 'the run is not open yet';

export const canOrder: Condition = isOpen;

/** A request, or a group. */
export const canOpen: Condition = context =>
	isInGroups(context.ui) ? groupUnderCursor(context) !== null || 'there is no group' : hasRows(context);

export const canSort: Condition = context =>
	isInGroups(context.ui) ? 'groups go by their count; enter opens one' : isOpen(context);

export const canChangeAll: Condition = context => {
	const steer = canAct(context);
	return steer === true ? hasRows(context) : steer;
};

/** Why one request cannot be tried again; of several some may. */
const noRetry: {readonly [S in Status]: string | null} = {
	failed: null,
	waiting: null,
	queued: 'it is queued already: K puts it to the front',
	'in-flight': 'it is in flight',
	batched: 'it is in a batch: D in pane 2 pulls it out',
	done: 'it is done',
};

const noGiveUp: {readonly [S in Status]: string | null} = {
	failed: 'it has failed for good already',
	waiting: null,
	queued: null,
	'in-flight': null,
	batched: null,
	done: 'it is done',
};

const noMove: {readonly [S in Status]: string | null} = {
	failed: 'it has failed: r tries it again',
	waiting: null,
	queued: null,
	'in-flight': 'it is in flight',
	batched: 'it is in a batch',
	done: 'it is done',
};

const noChange: {readonly [S in Status]: string | null} = {
	...noMove,
	failed: null,
};

export const canRetry = picked(noRetry);
export const canGiveUp = picked(noGiveUp);
export const canMove = picked(noMove);
export const canChange = picked(noChange);

/** An act on the row under the cursor, unless a group or marks are meant. */
function picked(obstacles: {readonly [S in Status]: string | null}): Condition {
	return context => {
		const steer = canAct(context);
		if (steer !== true) return steer;
		const scope = pickedScope(context);
		if (!scope) return isInGroups(context.ui) ? 'there is no group' : 'there is no request yet';
		const row = scope.kind === 'row' ? rowUnderCursor(context.snapshot, context.ui) : null;
		return row ? (obstacles[row.status] ?? true) : true;
	};
}

export const canUndo: Condition = context => {
	const steer = canAct(context);
	if (steer !== true) return steer;
	return context.snapshot?.undo != null || 'nothing to take back: only the last wipe or give-up, for 60 s';
};
