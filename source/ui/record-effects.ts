import type {Row} from '../view/snapshot.ts';
import {askAboutBatch} from './batch-question.ts';
import type {RecordAction} from './binding.ts';
import {type Effect, type EffectContext, toastEffect, uiEffect} from './effect.ts';
import type {RecordJob} from './record-work.ts';
import {emptyField} from './text-field.ts';

export function recordEffects(action: RecordAction, context: EffectContext): readonly Effect[] {
	switch (action) {
		case 'cancel-batch':
			return askAboutBatch(context, false);
		case 'pull-tail':
			return askAboutBatch(context, true);
		case 'copy-id':
			return withRow(context, ({id}) => ({kind: 'copy-id', id}));
		case 'copy-record':
			return withRow(context, ({index, id}) => ({kind: 'copy', form: 'json', index, id}));
		case 'copy-curl':
			return withRow(context, ({index, id}) => ({kind: 'copy', form: 'curl', index, id}));
		case 'page':
			return withRow(context, ({index, id}) => ({kind: 'page', index, id}));
		case 'export': {
			const kind = (context.snapshot?.rows.marked ?? 0) > 0 ? 'marked' : 'list';
			return [{type: 'record', job: {kind: 'export', scope: {kind}}}];
		}

		case 'log':
			return [uiEffect({type: 'ask', dialog: {kind: 'log', least: 'info', top: null}})];
		case 'palette':
			return [uiEffect({type: 'ask', dialog: {kind: 'palette', field: emptyField, chosen: 0}})];
	}
}

function withRow(context: EffectContext, jobOf: (row: Row) => RecordJob): readonly Effect[] {
	const row = rowUnderCursor(context);
	return row
		? [{type: 'record', job: jobOf(row)}]
		: [toastEffect('the request under the cursor is still being read', 'warn', context.now)];
}

/** The request that the cursor follows; null while a newer window is on its way. */
function rowUnderCursor({snapshot, ui: {cursor}}: EffectContext): Row | null {
	if (!snapshot) return null;
	const {rows, top} = snapshot.rows;
	if (cursor.index === null) return rows[cursor.position - top] ?? null;
	return rows.find(({index}) => index === cursor.index) ?? null;
}
