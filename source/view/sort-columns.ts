import type {RunEvent} from '../domain/event.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import type {Background} from './background.ts';
import type {IdIndex} from './id-index.ts';
import {createIdRanks, type IdRanks} from './id-ranks.ts';
import {createRowFacts, type RowFacts} from './row-facts.ts';
import type {SortKey} from './snapshot.ts';

/** What some sorts need beside the state: read from the disk when it is first sorted by it. */
export type SortColumns = {
	readonly facts: RowFacts;
	readonly idRanks: IdRanks;
	ensure(sort: SortKey): void;
	/** 0 to 1 while what this sort needs is read; else null. */
	progress(sort: SortKey): number | null;
	observe(event: RunEvent): void;
};

export function createSortColumns(
	state: RunState,
	source: Pick<RequestSource, 'hasIds'>,
	ids: IdIndex,
	readHead: (offset: number) => RunEvent | null,
	background: Background,
	onChange: () => void,
): SortColumns {
	const facts = createRowFacts(state, readHead, background, onChange);
	const idRanks = createIdRanks(ids, state, background, onChange);
	const columnOf = (sort: SortKey): Pick<RowFacts, 'ensure' | 'progress'> | null => {
		switch (sort) {
			case 'age':
			case 'tokens':
			case 'cost':
				return facts;
			case 'id':
				return source.hasIds === false ? null : idRanks;
			case 'status':
			case 'error':
			case 'try':
			case 'model':
				return null;
		}
	};

	return {
		facts,
		idRanks,
		ensure: sort => columnOf(sort)?.ensure(),
		progress: sort => columnOf(sort)?.progress() ?? null,
		observe: facts.observe,
	};
}
