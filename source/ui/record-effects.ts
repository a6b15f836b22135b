import {askAboutBatch} from './batch-question.ts';
import type {RecordAction} from './binding.ts';
import {type Effect, type EffectContext, toastEffect, uiEffect} from './effect.ts';
import {showsGroups} from './list-state.ts';
import type {RecordJob} from './record-work.ts';
import {indexUnderCursor} from './scope.ts';
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

type Under = {readonly index: number; readonly id: string};

function withRow(context: EffectContext, jobOf: (under: Under) => RecordJob): readonly Effect[] {
	const under = requestUnderCursor(context);
	return under
		? [{type: 'record', job: jobOf(under)}]
		: [toastEffect('the request under the cursor is still being read', 'warn', context.now)];
}

/** A request that hurries through the order may have left the window: it is still the one that was opened. */
function requestUnderCursor({snapshot, ui, openId}: EffectContext): Under | null {
	if (!snapshot) return null;
	const {cursor} = ui;
	if (showsGroups(ui)) {
		const sample = indexUnderCursor(snapshot, ui);
		return sample === null || openId === null ? null : {index: sample, id: openId};
	}

	const {rows, top} = snapshot.rows;
	if (cursor.index === null) return rows[cursor.position - top] ?? null;
	const row = rows.find(({index}) => index === cursor.index);
	return row ?? (openId === null ? null : {index: cursor.index, id: openId});
}
