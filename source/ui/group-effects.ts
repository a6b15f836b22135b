import type {Effect, EffectContext} from './effect.ts';
import {listEffect} from './effect.ts';
import type {MoveName} from './move.ts';
import {groupPosition} from './reduce-list.ts';
import {groupUnderCursor} from './scope.ts';

/** `F`: the causes of failures, or back to the requests. */
export function groupEffects({ui}: EffectContext): readonly Effect[] {
	return [listEffect({type: 'show-groups', isGrouped: !ui.list.isGrouped})];
}

export function openGroupEffects(context: EffectContext): readonly Effect[] {
	const group = groupUnderCursor(context);
	if (!group) return [];
	const {key, label} = group;
	const {list} = context.ui;
	return [
		listEffect({
			type: 'move-group',
			position: groupPosition(context.snapshot?.rows.groups ?? [], list),
			key,
		}),
		listEffect({type: 'open-group', key, label}),
	];
}

/** Moves the cursor among the groups, which it follows by their keys. */
export function moveGroupEffects(
	move: MoveName,
	moved: (from: number) => number,
	context: EffectContext,
): readonly Effect[] {
	const groups = context.snapshot?.rows.groups ?? [];
	if (groups.length === 0) return [];
	const to = move === 'first-row' ? 0 : moved(groupPosition(groups, context.ui.list));
	const position = Math.max(0, Math.min(to, groups.length - 1));
	const {key} = groups[position]!;
	return [listEffect({type: 'move-group', position, key})];
}
