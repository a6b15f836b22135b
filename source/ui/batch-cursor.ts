import type {BatchView} from '../view/batches-view.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import type {KeyContext} from './binding.ts';
import {type Effect, type EffectContext, uiEffect} from './effect.ts';
import {canPause} from './key-conditions.ts';
import {innerRowsOf} from './layout.ts';
import {type MoveName, moved} from './move.ts';

/** The batch that the cursor of pane 2 is on: it follows its shard, and stands on the first one without a choice. */
export function chosenBatch(snapshot: RunSnapshot | null, shard: number | null): BatchView | null {
	const list = snapshot?.batches.list ?? [];
	return list.find(batch => batch.shard === shard) ?? list[0] ?? null;
}

/** Moves the cursor of pane 2. */
export function batchMoveEffects(move: MoveName, {snapshot, ui, layout}: EffectContext): readonly Effect[] {
	const list = snapshot?.batches.list ?? [];
	if (list.length === 0 || snapshot?.report) return [];
	const shard = chosenBatch(snapshot, ui.batch)?.shard;
	const at = list.findIndex(batch => batch.shard === shard);
	const to = moved(at, move, innerRowsOf(layout.panes['in-flight']));
	const next = list[Math.max(0, Math.min(to, list.length - 1))]!;
	return [uiEffect({type: 'choose-batch', shard: next.shard})];
}

/** Steps after the last one that a person can do anything about. */
const over: ReadonlySet<string> = new Set(['collected', 'released']);

export function canCancelBatch(context: KeyContext): true | string {
	const batch = batchToSteer(context);
	if (typeof batch === 'string') return batch;
	return batch.isCancelling ? `batch #${batch.shard} is being cancelled already` : true;
}

/** One that is being cancelled can still be told where its tail goes. */
export function canPullTail(context: KeyContext): true | string {
	const batch = batchToSteer(context);
	if (typeof batch === 'string') return batch;
	if (batch.isPulled) return `batch #${batch.shard} is being pulled already`;
	return batch.pull !== null || `batch #${batch.shard} leaves nothing to pull`;
}

/** The batch under the cursor, or why none can be ended. */
function batchToSteer(context: KeyContext): BatchView | string {
	const canSteer = canPause(context);
	if (canSteer !== true) return canSteer;
	const batch = chosenBatch(context.snapshot, context.ui.batch);
	if (!batch) return 'there is no batch';
	if (over.has(batch.status)) return `batch #${batch.shard} is over`;
	return batch.status.endsWith(', collecting')
		? `batch #${batch.shard} has ended and is being collected`
		: batch;
}
