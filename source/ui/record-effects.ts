import {askAboutBatch} from './batch-question.ts';
import type {RecordAction} from './binding.ts';
import {type Effect, type EffectContext, toastEffect, uiEffect} from './effect.ts';
import type {OneRequest, RecordJob} from './record-work.ts';
import {indexUnderCursor} from './scope.ts';
import {emptyField} from './text-field.ts';

export function recordEffects(action: RecordAction, context: EffectContext): readonly Effect[] {
	switch (action) {
		case 'cancel-batch':
			return askAboutBatch(context, false);
		case 'pull-tail':
			return askAboutBatch(context, true);
		case 'copy-id':
			return withRow(context, ({index, id}) => ({kind: 'copy-id', index, id}));
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

function withRow(context: EffectContext, jobOf: (request: OneRequest) => RecordJob): readonly Effect[] {
	const request = requestUnderCursor(context);
	return request
		? [{type: 'record', job: jobOf(request)}]
		: [toastEffect('the rows are on their way', 'warn', context.now)];
}

/**
 * The request that the cursor follows, in sight or not; at the top of the list whatever stands there, and among
 * groups their sample.
 */
function requestUnderCursor({snapshot, ui, openId}: EffectContext): OneRequest | null {
	const index = indexUnderCursor(snapshot, ui);
	if (index === null) return null;
	const row = snapshot?.rows.rows.find(candidate => candidate.index === index);
	return {index, id: row?.id ?? openId};
}
