import type {MarkChange} from './chosen-set.ts';
import type {FailureGroups} from './failure-groups.ts';
import type {ListView} from './list-view.ts';
import type {Marks} from './marks.ts';

/** Changes marks other than `all`, for which the list has to be whole. */
export function markRequests(
	change: Exclude<MarkChange, {type: 'all'}>,
	marks: Marks,
	list: Pick<ListView, 'rowsAt' | 'positionOf'>,
	groups: FailureGroups,
	count: number,
): void {
	switch (change.type) {
		case 'clear':
			marks.clear();
			return;
		case 'toggle':
			marks.toggle(change.index);
			return;
		case 'range': {
			const [first, last] = [list.positionOf(change.from), list.positionOf(change.to)];
			if (first !== null && last !== null) {
				for (const index of list.rowsAt(Math.min(first, last), Math.abs(first - last) + 1)) {
					marks.add(index);
				}
			}

			return;
		}

		case 'same-error': {
			const number = groups.memberOf(change.index);
			for (let index = 0; number > 0 && index < count; index++) {
				if (groups.memberOf(index) === number) {
					marks.add(index);
				}
			}
		}
	}
}
