import {changePasteEffects} from './act-effects.ts';
import type {Effect, EffectContext} from './effect.ts';
import {filterPasteEffects} from './filter-effects.ts';
import * as overlay from './overlay-effects.ts';

/** Pasted text is never read as keys: it goes into the field that is open, or nowhere. */
export function pasteEffects(text: string, context: EffectContext): readonly Effect[] {
	const {ui} = context;
	if (ui.dialog?.kind === 'change') return changePasteEffects(text, ui.dialog);
	if (!ui.dialog && ui.list.field) return filterPasteEffects(text, ui.list.field);
	return overlay.pasteEffects(text, context);
}
