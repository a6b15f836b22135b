import {changePasteEffects} from './act-effects.ts';
import {type Effect, type EffectContext, toastEffect} from './effect.ts';
import {filterPasteEffects} from './filter-effects.ts';

/** Pasted text is never read as keys: it goes into the field that is open, or nowhere. */
export function pasteEffects(text: string, {ui, now}: EffectContext): readonly Effect[] {
	if (ui.dialog?.kind === 'change') return changePasteEffects(text, ui.dialog);
	if (!ui.dialog && ui.list.field) return filterPasteEffects(text, ui.list.field);
	return [toastEffect('pasted text ignored', 'warn', now)];
}
