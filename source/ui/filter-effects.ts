import {type Effect, type EffectContext, listEffect} from './effect.ts';
import type {Key} from './input-tokenizer.ts';
import {moveEffects} from './move-effects.ts';
import {pasteInto, type TextField, typeInto} from './text-field.ts';

const failedWord = 'status:failed';

/** A key while the filter is typed: every change is looked up at once. */
export function filterFieldEffects(key: Key, field: TextField, context: EffectContext): readonly Effect[] {
	switch (key.name) {
		case 'enter':
			return [listEffect({type: 'close-filter'})];
		case 'escape':
			return [listEffect({type: 'filter', text: ''})];
		case 'down':
			return moveEffects('next-row', context);
		case 'up':
			return moveEffects('previous-row', context);
		default:
			return typed(field, typeInto(field, key));
	}
}

/** The first line of what was pasted: the rest was meant for something else. */
export function filterPasteEffects(text: string, field: TextField): readonly Effect[] {
	return typed(field, pasteInto(field, firstLine(text)));
}

export function firstLine(text: string): string {
	const line = text.split(/[\r\n]/u).find(candidate => candidate.trim() !== '') ?? '';
	return line.trim().replaceAll(/\p{Cc}/gu, ' ');
}

function typed(before: TextField, field: TextField): readonly Effect[] {
	return field === before ? [] : [listEffect({type: 'type-filter', field})];
}

/** Failures only, within what is filtered already; again: without. */
export function failuresOnlyEffects({ui}: EffectContext): readonly Effect[] {
	// Blanks in quotes are no end of a word.
	const words = ui.list.filter.match(/(?:"[^"]*"?|[^\s"])+/gu) ?? [];
	const others = words.filter(word => word !== failedWord);
	const text = others.length < words.length ? others.join(' ') : [failedWord, ...words].join(' ');
	return [listEffect({type: 'filter', text})];
}
