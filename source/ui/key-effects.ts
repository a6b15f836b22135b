import {stepDown, stepUp} from '../domain/concurrency-step.ts';
import {count} from '../view/format.ts';
import type {Phase} from '../view/phase-name.ts';
import {wipeEffects} from './act-effects.ts';
import type {ActionName, Binding} from './binding.ts';
import {suitedTab} from './detail-lines.ts';
import {type Effect, type EffectContext, toastEffect, uiEffect} from './effect.ts';
import {filterFieldEffects} from './filter-effects.ts';
import {openGroupEffects} from './group-effects.ts';
import type {Key} from './input-tokenizer.ts';
import {isHalted} from './key-conditions.ts';
import {bindingOf, quits} from './keymap.ts';
import {paneNames} from './layout.ts';
import {interruptEffects, quitEffects, stayEffects} from './leave-effects.ts';
import {moveEffects} from './move-effects.ts';
import {isOverlay} from './overlay.ts';
import {overlayEffects} from './overlay-effects.ts';
import {answerEffects, askForCeiling, askToForce} from './question-effects.ts';
import {recordEffects} from './record-effects.ts';
import {isInGroups} from './scope.ts';
import {triageEffects} from './triage-effects.ts';
import {detailTabs} from './ui-state.ts';

/** What changes the run at once, or asks first. */
export const asking: ReadonlySet<ActionName> = new Set<ActionName>([
	...(['wipe-failed', 'force-direct', 'raise-ceiling'] as const),
	...(['retry', 'retry-all', 'change', 'to-front', 'to-back', 'give-up', 'undo'] as const),
	...(['cancel-batch', 'pull-tail'] as const),
]);

/** What a key does now: in a dialog its answer, else what the keymap says. */
export function keyEffects(key: Key, context: EffectContext): readonly Effect[] {
	const {ui} = context;
	if (ui.dialog && key.name !== 'ctrl-c') {
		return isOverlay(ui.dialog)
			? overlayEffects(key, ui.dialog, context, bindingEffects)
			: answerEffects(key, ui.dialog, context);
	}

	if (ui.list.field && key.name !== 'ctrl-c') return filterFieldEffects(key, ui.list.field, context);
	const binding = bindingOf(key.name, ui.focus, context.keymap);
	return binding ? bindingEffects(binding, key, context) : [];
}

function bindingEffects(binding: Binding, key: Key, context: EffectContext): readonly Effect[] {
	// What changes the run at once, or asks first, is meant only when typed by itself: nothing was pasted or typed ahead.
	if (asking.has(binding.action) && !key.alone) return [];
	const enabled = binding.enabled(context);
	return enabled === true
		? actionEffects(binding.action, context)
		: [toastEffect(enabled, 'warn', context.now)];
}

function actionEffects(action: ActionName, context: EffectContext): readonly Effect[] {
	const {ui} = context;
	switch (action) {
		case 'toggle-pause':
			return pauseEffects(context);
		case 'wipe-failed':
			return wipeEffects(context);
		case 'force-direct':
			return askToForce(context);
		case 'raise-ceiling':
			return askForCeiling(context);
		case 'more-calls':
			return concurrencyEffects(stepUp, context);
		case 'fewer-calls':
			return concurrencyEffects(stepDown, context);
		case 'open':
			return isInGroups(ui) ? openGroupEffects(context) : openEffects(context);
		case 'back':
			return ui.leaving === null || context.end ? [uiEffect({type: 'close'})] : stayEffects(context);
		case 'zoom':
			return [uiEffect({type: 'zoom'})];
		case 'next-tab':
			return tabEffects(1, context);
		case 'previous-tab':
			return tabEffects(-1, context);
		case 'next-pane':
			return focusEffects(paneNames.indexOf(ui.focus) + 1, context);
		case 'previous-pane':
			return focusEffects(paneNames.indexOf(ui.focus) - 1, context);
		case 'pane-1':
		case 'pane-2':
		case 'pane-3':
		case 'pane-4':
		case 'pane-5':
			return focusEffects(Number(action.at(-1)) - 1, context);
		case 'help':
			return [uiEffect({type: 'ask', dialog: {kind: 'help', scroll: 0, search: null}})];
		case 'repaint':
		case 'suspend':
			return [{type: action}];
		case 'quit':
			return quits(context) ? quitEffects(context) : [uiEffect({type: 'close'})];
		case 'interrupt':
			return interruptEffects(context);
		case 'toggle-mark':
		case 'mark-range':
		case 'mark-all':
		case 'mark-same':
		case 'clear-marks':
		case 'failures-only':
		case 'group':
		case 'filter':
		case 'next-match':
		case 'previous-match':
		case 'sort':
		case 'reverse':
		case 'retry':
		case 'retry-all':
		case 'change':
		case 'to-front':
		case 'to-back':
		case 'give-up':
		case 'undo':
			return triageEffects(action, context);
		case 'cancel-batch':
		case 'pull-tail':
		case 'copy-id':
		case 'copy-record':
		case 'copy-curl':
		case 'page':
		case 'export':
		case 'log':
		case 'palette':
			return recordEffects(action, context);
		default:
			return moveEffects(action, context);
	}
}

function pauseEffects({snapshot, now}: EffectContext): readonly Effect[] {
	if (isHalted(snapshot)) {
		const text = resumeWords(snapshot?.phase);
		return [{type: 'send', command: {type: 'resume'}}, toastEffect(text, 'info', now)];
	}

	return [
		{type: 'send', command: {type: 'pause', cause: 'person'}},
		toastEffect('paused: nothing new starts, what runs is kept; p goes on', 'info', now),
	];
}

function resumeWords(phase: Phase | undefined): string {
	switch (phase) {
		case 'HELD':
			return 'one call tries each held queue';
		case 'GUARD':
			return 'the guard is cleared, the run goes on';
		case 'CEILING':
			return 'tried again; + in pane 4 raises the cost ceiling';
		default:
			return 'the run goes on';
	}
}

function concurrencyEffects(
	step: (concurrency: number) => number,
	{snapshot, now}: EffectContext,
): readonly Effect[] {
	if (!snapshot) return [];
	const current = snapshot.inFlight.concurrency;
	const concurrency = step(current);
	const text = `up to ${count(concurrency)} at once instead of ${count(current)}, for this session`;
	return [{type: 'send', command: {type: 'set-concurrency', concurrency}}, toastEffect(text, 'info', now)];
}

function focusEffects(number: number, context: EffectContext): readonly Effect[] {
	const pane = paneNames[(number + paneNames.length) % paneNames.length]!;
	return [...(pane === 'detail' ? holdRequest(context) : []), uiEffect({type: 'focus', pane})];
}

function openEffects(context: EffectContext): readonly Effect[] {
	const isZoomed = context.ui.isZoomed || context.layout.kind === 'large';
	return [...holdRequest(context), uiEffect({type: 'open', isZoomed})];
}

/** The request is fixed before it is opened, whatever comes to the top of the list then. */
function holdRequest({ui, snapshot, listRows}: EffectContext): readonly Effect[] {
	if (!snapshot || snapshot.rows.total === 0) return [];
	const {position, index} = ui.cursor;
	return index === null ? [uiEffect({type: 'move-cursor', position, window: snapshot.rows, listRows})] : [];
}

function tabEffects(step: 1 | -1, {ui, openStatus}: EffectContext): readonly Effect[] {
	const shown = detailTabs.indexOf(ui.tab ?? suitedTab(openStatus));
	const next = detailTabs[(shown + step + detailTabs.length) % detailTabs.length]!;
	return [uiEffect({type: 'show-tab', tab: next})];
}
