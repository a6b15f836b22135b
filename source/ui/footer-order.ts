import type {ActionName, Binding, KeyContext} from './binding.ts';
import {isInGroups} from './scope.ts';

/*
 * Which keys the last line names first: it has room for eight or ten of them. `?` comes first and `q` last, whatever
 * fits between them.
 */

const usual: readonly ActionName[] = [
	'undo',
	'filter',
	'toggle-mark',
	'open',
	'retry',
	'toggle-pause',
	'wipe-failed',
	'force-direct',
	'group',
	'change',
	'sort',
];
const withMarks: readonly ActionName[] = [
	'retry',
	'wipe-failed',
	'change',
	'give-up',
	'clear-marks',
	'undo',
	'export',
	'toggle-mark',
	'mark-range',
	'toggle-pause',
	'filter',
];
const inRange: readonly ActionName[] = ['toggle-mark', 'back'];
const inGroups: readonly ActionName[] = [
	'open',
	'retry',
	'wipe-failed',
	'change',
	'give-up',
	'group',
	'undo',
];
const narrowed: readonly ActionName[] = [
	'undo',
	'filter',
	'toggle-mark',
	'back',
	'mark-all',
	'retry-all',
	'wipe-failed',
	'change',
	'open',
	'group',
];

function wanted({snapshot, ui}: KeyContext): readonly ActionName[] {
	if (ui.focus !== 'queue')
		return ui.focus === 'detail' ? ['back', 'next-tab', 'retry', 'change', 'give-up'] : [];
	if (ui.list.anchor) return inRange;
	if (isInGroups(ui)) return inGroups;
	if ((snapshot?.rows.marked ?? 0) > 0) return withMarks;
	return ui.list.filter !== '' || ui.list.group ? narrowed : usual;
}

/** The bindings of the footer, the most useful of this moment first. */
export function inFooterOrder(bindings: readonly Binding[], context: KeyContext): readonly Binding[] {
	const order: readonly ActionName[] = ['help', ...wanted(context)];
	const rank = ({action}: Binding): number => {
		if (action === 'quit') return Number.MAX_SAFE_INTEGER;
		const place = order.indexOf(action);
		return place < 0 ? order.length : place;
	};
	return bindings.toSorted((a, b) => rank(a) - rank(b));
}
