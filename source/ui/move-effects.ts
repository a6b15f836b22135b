import {batchMoveEffects} from './batch-cursor.ts';
import {type Effect, type EffectContext, uiEffect} from './effect.ts';
import {moveGroupEffects} from './group-effects.ts';
import {innerRowsOf} from './layout.ts';
import {type MoveName, moved} from './move.ts';
import {showsGroups} from './reduce-list.ts';
import {isInGroups} from './scope.ts';

/** Moves the cursor in the queue, or the text in the detail and in the help. */
export function moveEffects(move: MoveName, context: EffectContext): readonly Effect[] {
	const {ui, snapshot, layout} = context;
	if (ui.dialog?.kind === 'help') {
		const to = moved(ui.dialog.scroll, move, layout.body.rows - 2);
		return [uiEffect({type: 'scroll', to: Math.min(to, context.helpLines - layout.body.rows + 2)})];
	}

	if (ui.focus === 'detail') {
		const rows = innerRowsOf(layout.panes.detail);
		return [
			uiEffect({type: 'scroll', to: Math.min(moved(ui.scroll, move, rows), context.detailLines - rows)}),
		];
	}

	if (isInGroups(ui)) return moveGroupEffects(move, from => moved(from, move, context.listRows), context);
	if (ui.focus === 'in-flight') return batchMoveEffects(move, context);
	if (!snapshot || snapshot.rows.total === 0) return [];
	if (move === 'first-row') return [uiEffect({type: 'go-top'})];
	const position = moved(ui.cursor.position, move, context.listRows);
	return [uiEffect({type: 'move-cursor', position, window: snapshot.rows, listRows: context.listRows})];
}

/** The next or the previous request of the list, also while one is opened. */
export function stepRowEffects(step: 1 | -1, context: EffectContext): readonly Effect[] {
	const {ui, snapshot, listRows} = context;
	if (showsGroups(ui))
		return moveGroupEffects(step > 0 ? 'next-row' : 'previous-row', from => from + step, context);
	if (!snapshot || snapshot.rows.total === 0) return [];
	const position = ui.cursor.position + step;
	return [uiEffect({type: 'move-cursor', position, window: snapshot.rows, listRows})];
}
