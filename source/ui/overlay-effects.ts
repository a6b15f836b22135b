import type {Notice} from '../view/notice.ts';
import type {Binding} from './binding.ts';
import {type Effect, type EffectContext, toastEffect, uiEffect} from './effect.ts';
import type {Key} from './input-tokenizer.ts';
import {bindingOf} from './keymap.ts';
import {innerRowsOf} from './layout.ts';
import {logLines} from './log-lines.ts';
import {isMove, moved} from './move.ts';
import {moveEffects} from './move-effects.ts';
import type {HelpOverlay, LogOverlay, Overlay, PaletteOverlay} from './overlay.ts';
import {paletteEntries} from './palette.ts';
import {emptyField, pasteInto, type TextField, typeInto} from './text-field.ts';

/** Does what a binding says, as its key would. */
export type RunBinding = (binding: Binding, key: Key, context: EffectContext) => readonly Effect[];

const dismiss: readonly Effect[] = [uiEffect({type: 'dismiss'})];

/** What a key does in what covers the panes. */
export function overlayEffects(
	key: Key,
	overlay: Overlay,
	context: EffectContext,
	run: RunBinding,
): readonly Effect[] {
	if (overlay.kind === 'palette') return paletteEffects(key, overlay, context, run);
	if (overlay.kind === 'help' && overlay.search?.isTyping) return searchEffects(key, overlay);
	const action = bindingOf(key.name, 'detail', context.keymap)?.action;
	if (key.name === 'escape' || action === 'back' || action === 'quit' || action === overlay.kind)
		return dismiss;
	if (action === 'repaint' || action === 'suspend') return [{type: action}];
	return overlay.kind === 'help' ? helpEffects(key, overlay, context) : logEffects(key, overlay, context);
}

/** Of pasted text; null where no field is open. */
export function overlayPasteEffects(text: string, overlay: Overlay): readonly Effect[] | null {
	switch (overlay.kind) {
		case 'palette':
			return typed(overlay, pasteInto(overlay.field, text));
		case 'help':
			return overlay.search?.isTyping ? searched(overlay, pasteInto(overlay.search.field, text)) : null;
		case 'log':
			return null;
	}
}

function helpEffects(key: Key, help: HelpOverlay, context: EffectContext): readonly Effect[] {
	if (key.name === '/')
		return open({...help, scroll: 0, search: {field: help.search?.field ?? emptyField, isTyping: true}});
	const action = bindingOf(key.name, 'detail', context.keymap)?.action;
	return action && isMove(action) ? moveEffects(action, context) : [];
}

function searchEffects(key: Key, help: HelpOverlay): readonly Effect[] {
	const field = help.search?.field ?? emptyField;
	if (key.name === 'escape') return open({...help, scroll: 0, search: null});
	if (key.name === 'enter') {
		const search = field.text === '' ? null : {field, isTyping: false};
		return open({...help, search});
	}

	return searched(help, typeInto(field, key));
}

function searched(help: HelpOverlay, field: TextField): readonly Effect[] {
	return field === help.search?.field ? [] : open({...help, scroll: 0, search: {field, isTyping: true}});
}

const leastLevels: {readonly [key: string]: Notice['level']} = {i: 'info', w: 'warn', e: 'error'};

function logEffects(key: Key, log: LogOverlay, context: EffectContext): readonly Effect[] {
	const least = leastLevels[key.name];
	if (least) return open({...log, least, top: null});
	const action = bindingOf(key.name, 'detail', context.keymap)?.action;
	if (!action || !isMove(action)) return [];
	const {body} = context.layout;
	const rows = innerRowsOf(body);
	const last = Math.max(0, logLines(context.log, log.least, logColumns(body.columns)).length - rows);
	const to = Math.max(0, moved(log.top ?? last, action, rows));
	// At its end it follows what comes.
	return open({...log, top: to >= last ? null : to});
}

/** Borders, and a blank on either side. */
export function logColumns(columns: number): number {
	return columns - 4;
}

function paletteEffects(
	key: Key,
	palette: PaletteOverlay,
	context: EffectContext,
	run: RunBinding,
): readonly Effect[] {
	const below = {...context, ui: {...context.ui, dialog: null}};
	const entries = paletteEntries(below, palette.field.text);
	switch (key.name) {
		case 'escape':
			return dismiss;
		case 'up':
		case 'ctrl-p':
			return choose(palette, palette.chosen - 1, entries.length);
		case 'down':
		case 'ctrl-n':
			return choose(palette, palette.chosen + 1, entries.length);
		case 'enter': {
			const entry = entries[palette.chosen];
			if (!entry || !key.alone) return [];
			return entry.enabled === true && entry.binding
				? [...dismiss, ...run(entry.binding, key, below)]
				: [...dismiss, toastEffect(String(entry.enabled), 'warn', context.now)];
		}

		default:
			return typed(palette, typeInto(palette.field, key));
	}
}

function choose(palette: PaletteOverlay, to: number, count: number): readonly Effect[] {
	return open({...palette, chosen: Math.max(0, Math.min(to, count - 1))});
}

function typed(palette: PaletteOverlay, field: TextField): readonly Effect[] {
	return field === palette.field ? [] : open({...palette, field, chosen: 0});
}

function open(dialog: Overlay): readonly Effect[] {
	return [uiEffect({type: 'ask', dialog})];
}
