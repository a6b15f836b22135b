import {canCancelBatch, canPullTail} from './batch-cursor.ts';
import {type Binding, binding} from './binding.ts';
import type {PaneName} from './layout.ts';
import {canPickRow} from './triage-conditions.ts';

const list: readonly PaneName[] = ['queue', 'detail'];
const batches: readonly PaneName[] = ['in-flight'];

/** What is done with the batch under the cursor of pane 2. */
export const batchKeys: readonly Binding[] = [
	binding(['x'], 'cancel-batch', 'cancel the batch under the cursor, keep what it finished', {
		short: 'cancel batch',
		panes: batches,
		enabled: canCancelBatch,
	}),
	binding(['D'], 'pull-tail', 'pull what the batch under the cursor leaves open to direct', {
		short: 'pull tail',
		panes: batches,
		enabled: canPullTail,
	}),
];

/** Single requests taken out, and what covers the panes. */
export const recordKeys: readonly Binding[] = [
	binding(['y'], 'copy-id', 'copy the id', {panes: list, enabled: canPickRow}),
	binding(['Y'], 'copy-record', 'copy the record as JSON', {panes: list, enabled: canPickRow}),
	binding(['C'], 'copy-curl', 'copy the call as curl, its key left out', {panes: list, enabled: canPickRow}),
	binding(['o'], 'page', 'open the record, with all its attempts, in $PAGER', {
		panes: list,
		enabled: canPickRow,
	}),
	binding(['e'], 'export', 'export the marked requests, else the list, to a JSONL file', {
		panes: list,
		enabled: canPickRow,
	}),
	binding(['L'], 'log', 'log of events and toasts', {}),
	binding([':'], 'palette', 'every action by its name', {}),
];
