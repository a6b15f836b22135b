import {type Effect, type EffectContext, listEffect, toastEffect, uiEffect} from './effect.ts';
import {moveEffects} from './move-effects.ts';
import {groupUnderCursor, indexUnderCursor, isNarrowed} from './scope.ts';

/** `space`: marks and moves down, or ends a range. */
export function toggleMarkEffects(context: EffectContext): readonly Effect[] {
	if (context.ui.list.anchor) return rangeEffects(context);
	const index = indexUnderCursor(context.snapshot, context.ui);
	if (index === null) return [];
	return [{type: 'mark', change: {type: 'toggle', index}}, ...moveEffects('next-row', context)];
}

/** `v`: the first press begins at the cursor, the second marks all up to it. */
export function rangeEffects(context: EffectContext): readonly Effect[] {
	const {snapshot, ui, listRows, now} = context;
	const index = indexUnderCursor(snapshot, ui);
	if (!snapshot || index === null) return [];
	const {anchor} = ui.list;
	if (anchor) {
		return [
			{type: 'mark', change: {type: 'range', from: anchor.index, to: index}},
			listEffect({type: 'anchor', anchor: null}),
		];
	}

	const {position} = ui.cursor;
	return [
		// At the top of the list the cursor would stay on whatever comes first.
		uiEffect({type: 'move-cursor', position, window: snapshot.rows, listRows}),
		listEffect({type: 'anchor', anchor: {index, position}}),
		toastEffect('range: move, then v or space marks; esc leaves it', 'info', now),
	];
}

/** `a`: of a list that is still searched for, what was found so far. */
export function markAllEffects({snapshot, ui, now}: EffectContext): readonly Effect[] {
	const progress = isNarrowed(ui) ? (snapshot?.rows.progress ?? 1) : 1;
	const soFar = `marked what was found so far: the search is at ${Math.floor(progress * 100)}%`;
	return [{type: 'mark', change: {type: 'all'}}, ...(progress < 1 ? [toastEffect(soFar, 'warn', now)] : [])];
}

/** `,`: all that failed or wait for the cause of the row, or of the group, under the cursor. */
export function markSameEffects(context: EffectContext): readonly Effect[] {
	const group = groupUnderCursor(context);
	const index = group ? group.sampleIndex : indexUnderCursor(context.snapshot, context.ui);
	return index === null ? [] : [{type: 'mark', change: {type: 'same-error', index}}];
}
