import type {Scope} from '../view/chosen-set.ts';
import type {GroupView, Row, RunSnapshot} from '../view/snapshot.ts';
import type {KeyContext} from './binding.ts';
import {groupPosition, showsGroups} from './reduce-list.ts';
import type {UiState} from './ui-state.ts';

type Looked = Pick<UiState, 'cursor' | 'list'>;

/** The row under the cursor; null where there is none, or not yet, and where groups are shown. */
export function rowUnderCursor(snapshot: RunSnapshot | null, ui: Looked): Row | null {
	if (showsGroups(ui)) return null;
	const {cursor} = ui;
	const window = snapshot?.rows;
	const row = window?.rows[cursor.position - window.top] ?? null;
	return cursor.index === null || row?.index === cursor.index ? row : null;
}

/** The request under the cursor, though its row may be on its way; of a group its sample. */
export function indexUnderCursor(snapshot: RunSnapshot | null, ui: Looked): number | null {
	if (showsGroups(ui)) return chosenGroup(snapshot, ui)?.sampleIndex ?? null;
	return ui.cursor.index ?? rowUnderCursor(snapshot, ui)?.index ?? null;
}

/** The group that a key in the queue means; null where requests are shown. */
export function groupUnderCursor({snapshot, ui}: KeyContext): GroupView | null {
	return isInGroups(ui) ? chosenGroup(snapshot, ui) : null;
}

function chosenGroup(snapshot: RunSnapshot | null, {list}: Pick<UiState, 'list'>): GroupView | null {
	const groups = snapshot?.rows.groups ?? [];
	return groups[groupPosition(groups, list)] ?? null;
}

export function isInGroups(ui: UiState): boolean {
	return ui.focus === 'queue' && showsGroups(ui);
}

/**
 * Whom a key means that acts on single requests: an opened one alone, as marks are out of sight then; else the group
 * under the cursor, the marked ones, or the row under the cursor.
 */
export function pickedScope(context: KeyContext): Scope | null {
	const {snapshot, ui} = context;
	if (isInGroups(ui)) {
		const group = groupUnderCursor(context);
		return group && {kind: 'group', key: group.key};
	}

	if (ui.focus !== 'detail' && (snapshot?.rows.marked ?? 0) > 0) return {kind: 'marked'};
	const index = indexUnderCursor(snapshot, ui);
	return index === null ? null : {kind: 'row', index};
}

/** What the one request or group of a scope is called, if that is known here. Raw. */
export function scopeName(
	scope: Scope,
	{snapshot, ui, openId}: KeyContext & {readonly openId: string | null},
): string | undefined {
	switch (scope.kind) {
		case 'row': {
			const row = snapshot?.rows.rows.find(({index}) => index === scope.index);
			return row?.id ?? (ui.cursor.index === scope.index ? (openId ?? undefined) : undefined);
		}

		case 'group':
			return snapshot?.rows.groups?.find(({key}) => key === scope.key)?.label;
		case 'marked':
		case 'list':
		case 'failed':
			return undefined;
	}
}

/** Whether the list is less than all requests. */
export function isNarrowed({list}: UiState): boolean {
	return list.filter.trim() !== '' || list.group !== null;
}

/** The same for a change, which means all in the list where that was narrowed and nothing marked. */
export function changedScope(context: KeyContext): Scope | null {
	const picked = pickedScope(context);
	const isRowOfList = picked?.kind === 'row' && context.ui.focus !== 'detail' && isNarrowed(context.ui);
	return isRowOfList ? {kind: 'list'} : picked;
}

/** A wipe means as much as was chosen, and all that failed where nothing was. */
export function wipedScope(context: KeyContext): Scope {
	const picked = pickedScope(context);
	if (picked && picked.kind !== 'row') return picked;
	if ((context.snapshot?.rows.marked ?? 0) > 0) return {kind: 'marked'};
	return isNarrowed(context.ui) ? {kind: 'list'} : {kind: 'failed'};
}

/** Requests that a scope holds as far as is known here; null: many, or nobody knows. */
export function expectedRows(scope: Scope, context: KeyContext): number | null {
	switch (scope.kind) {
		case 'row':
			return 1;
		case 'marked':
			return context.snapshot?.rows.marked ?? null;
		case 'group': {
			const group = groupUnderCursor(context);
			return group ? group.failed + group.waiting : null;
		}

		case 'list':
		case 'failed':
			return null;
	}
}
