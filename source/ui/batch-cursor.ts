import type {BatchView} from '../view/batches-view.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import type {KeyContext} from './binding.ts';
import {type Effect, type EffectContext, uiEffect} from './effect.ts';
import {canPause} from './key-conditions.ts';
import {innerRowsOf} from './layout.ts';
import {type MoveName, moved} from './move-effects.ts';

/** A batch, and what pulling its unfinished tail to direct would change; absent or null: nobody knows. */
export type PullableBatch = BatchView & {
	readonly pull?: {
		/** Requests that it would leave open. */
		readonly requests: number;
		readonly batchUsd: number | null;
		readonly directUsd: number | null;
	} | null;
};

/** The batch that the cursor of pane 2 is on: it follows its shard, and stands on the first one without a choice. */
export function chosenBatch(snapshot: RunSnapshot | null, shard: number | null): PullableBatch | null {
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
	const canSteer = canPause(context);
	if (canSteer !== true) return canSteer;
	const batch = chosenBatch(context.snapshot, context.ui.batch);
	if (!batch) return 'there is no batch';
	if (over.has(batch.status)) return `batch #${batch.shard} is over`;
	if (batch.status.endsWith(', collecting')) return `batch #${batch.shard} has ended and is being collected`;
	return batch.isCancelling ? `batch #${batch.shard} is being cancelled already` : true;
}

/** One that is being cancelled can still be told where its tail goes. */
export function canPullTail(context: KeyContext): true | string {
	const batch = chosenBatch(context.snapshot, context.ui.batch);
	const canCancel = canCancelBatch(context);
	return canCancel !== true && batch?.isCancelling && canPause(context) === true && !over.has(batch.status)
		? true
		: canCancel;
}
