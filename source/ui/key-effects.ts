import {suitedTab} from './detail-lines.ts';
import {type Effect, type EffectContext, toastEffect, uiEffect} from './effect.ts';
import type {Key} from './input-tokenizer.ts';
import {type ActionName, bindingOf, isHalted, quits} from './keymap.ts';
import {paneNames} from './layout.ts';
import {confirmedQuitEffects, interruptEffects, quitEffects, stayEffects} from './leave-effects.ts';
import {moveEffects} from './move-effects.ts';
import {detailTabs} from './ui-state.ts';

/** Nobody reads a question faster than this; a key that comes sooner was meant for something else. */
const confirmAfterMs = 150;

/** What a key does now: in a dialog its answer, else what the keymap says. */
export function keyEffects(key: Key, context: EffectContext): readonly Effect[] {
	const {ui} = context;
	if (ui.dialog && key.name !== 'ctrl-c') {
		return ui.dialog.kind === 'help' ? helpEffects(key, context) : answerEffects(key, context);
	}

	const binding = bindingOf(key.name, ui.focus);
	if (!binding) return [];
	const enabled = binding.enabled(context);
	return enabled === true
		? actionEffects(binding.action, context)
		: [toastEffect(enabled, 'warn', context.now)];
}

/** Cancel has the focus: `enter` cancels too, and no other key leaves the question. */
function answerEffects(key: Key, {ui, now, end}: EffectContext): readonly Effect[] {
	const drawnAt = ui.dialog?.kind === 'quit' ? ui.dialog.drawnAt : null;
	switch (key.name) {
		case 'escape':
		case 'n':
		case 'enter':
			return [uiEffect({type: 'dismiss'})];
		case 'y':
		case 'w': {
			const isMeant = key.alone && drawnAt !== null && now - drawnAt >= confirmAfterMs;
			if (!isMeant) return [];
			// The run may have ended while the question stood.
			return end ? [{type: 'close-screen'}] : confirmedQuitEffects(key.name);
		}

		default:
			return [];
	}
}

function helpEffects(key: Key, context: EffectContext): readonly Effect[] {
	const action = bindingOf(key.name, 'detail')?.action;
	switch (action) {
		case 'back':
		case 'help':
		case 'quit':
			return [uiEffect({type: 'dismiss'})];
		case 'next-row':
		case 'previous-row':
		case 'next-page':
		case 'previous-page':
		case 'next-half-page':
		case 'previous-half-page':
		case 'first-row':
		case 'last-row':
			return moveEffects(action, context);
		case 'repaint':
		case 'suspend':
			return [{type: action}];
		default:
			return [];
	}
}

function actionEffects(action: ActionName, context: EffectContext): readonly Effect[] {
	const {ui} = context;
	switch (action) {
		case 'toggle-pause':
			return pauseEffects(context);
		case 'open':
			return openEffects(context);
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
			return [uiEffect({type: 'ask', dialog: {kind: 'help', scroll: 0}})];
		case 'repaint':
		case 'suspend':
			return [{type: action}];
		case 'quit':
			return quits(context) ? quitEffects(context) : [uiEffect({type: 'close'})];
		case 'interrupt':
			return interruptEffects(context);
		default:
			return moveEffects(action, context);
	}
}

function pauseEffects({snapshot, now}: EffectContext): readonly Effect[] {
	if (isHalted(snapshot)) {
		const text = snapshot?.phase === 'HELD' ? 'one call tries each held queue' : 'the run goes on';
		return [{type: 'send', command: {type: 'resume'}}, toastEffect(text, 'info', now)];
	}

	return [
		{type: 'send', command: {type: 'pause', cause: 'person'}},
		toastEffect('paused: nothing new starts, what runs is kept; p goes on', 'info', now),
	];
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
