import {changeEffects, giveUpEffects, moveToEffects, retryAllEffects, retryEffects} from './act-effects.ts';
import type {TriageAction} from './binding.ts';
import {type Effect, type EffectContext, listEffect, uiEffect} from './effect.ts';
import {failuresOnlyEffects} from './filter-effects.ts';
import {groupEffects} from './group-effects.ts';
import {markAllEffects, markSameEffects, rangeEffects, toggleMarkEffects} from './mark-effects.ts';
import {stepRowEffects} from './move-effects.ts';
import {reverseEffects} from './sort-effects.ts';

export function triageEffects(action: TriageAction, context: EffectContext): readonly Effect[] {
	switch (action) {
		case 'toggle-mark':
			return toggleMarkEffects(context);
		case 'mark-range':
			return rangeEffects(context);
		case 'mark-all':
			return markAllEffects(context);
		case 'mark-same':
			return markSameEffects(context);
		case 'clear-marks':
			return [{type: 'mark', change: {type: 'clear'}}];
		case 'failures-only':
			return failuresOnlyEffects(context);
		case 'group':
			return groupEffects(context);
		case 'filter':
			return [listEffect({type: 'open-filter'})];
		case 'next-match':
			return stepRowEffects(1, context);
		case 'previous-match':
			return stepRowEffects(-1, context);
		case 'sort':
			return [uiEffect({type: 'ask', dialog: {kind: 'sort', drawnAt: null}})];
		case 'reverse':
			return reverseEffects(context);
		case 'retry':
			return retryEffects(context);
		case 'retry-all':
			return retryAllEffects(context);
		case 'change':
			return changeEffects(context);
		case 'to-front':
			return moveToEffects('front', context);
		case 'to-back':
			return moveToEffects('back', context);
		case 'give-up':
			return giveUpEffects(context);
		case 'undo':
			return [{type: 'send', command: {type: 'undo'}}];
	}
}
