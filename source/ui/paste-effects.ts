import {changePasteEffects} from './act-effects.ts';
import {type Effect, type EffectContext, toastEffect} from './effect.ts';
import {filterPasteEffects} from './filter-effects.ts';
import {isOverlay} from './overlay.ts';
import {overlayPasteEffects} from './overlay-effects.ts';

/** Pasted text is never read as keys: it goes into the field that is open, or nowhere. */
export function pasteEffects(text: string, {ui, now}: EffectContext): readonly Effect[] {
	if (ui.dialog?.kind === 'change') return changePasteEffects(text, ui.dialog);
	if (!ui.dialog && ui.list.field) return filterPasteEffects(text, ui.list.field);
	const pasted = isOverlay(ui.dialog) ? overlayPasteEffects(text, ui.dialog) : null;
	return pasted ?? [toastEffect('pasted text ignored', 'warn', now)];
}
