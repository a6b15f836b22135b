import {parseChange} from '../domain/parse-change.ts';
import type {ChosenSet, Scope, SetAct, SetRequest} from '../view/chosen-set.ts';
import {doneWords, whyNothing} from './act-words.ts';
import {type Effect, type EffectContext, toastEffect, uiEffect} from './effect.ts';
import {firstLine} from './filter-effects.ts';
import type {Key} from './input-tokenizer.ts';
import {type ActQuestion, type ChangeQuestion, needsNumber, type Question, typeNumber} from './question.ts';
import {changedScope, expectedRows, pickedScope, rowUnderCursor, scopeName, wipedScope} from './scope.ts';
import {pasteInto, typeInto} from './text-field.ts';

/*
 * An act on a set of requests: the key asks the run for the set, and the question stands at once but cannot be
 * answered; the answer fixes the set, which the question then shows; `y` acts on it by its number. Acts that are small
 * and easily mended need no question: their set is fixed and acted on in one go.
 *
 *   key ──► choose ──► looking… ──► "Return 312 …?" ──► act
 *             └──── (small) ───────────────────────────► act
 */

/** Retries of more rows, or of a greater part of the cost ceiling, ask first. */
const fewRows = 100;
const smallShare = 0.01;

export function wipeEffects(context: EffectContext): readonly Effect[] {
	return asked({kind: 'wipe'}, wipedScope(context), context);
}

export function giveUpEffects(context: EffectContext): readonly Effect[] {
	const scope = pickedScope(context);
	return scope ? asked({kind: 'give-up'}, scope, context) : [];
}

export function retryEffects(context: EffectContext): readonly Effect[] {
	const scope = pickedScope(context);
	if (!scope) return [];
	const rows = expectedRows(scope, context);
	return rows === null || rows > fewRows
		? asked({kind: 'retry'}, scope, context)
		: atOnce({kind: 'retry'}, scope);
}

export function retryAllEffects(context: EffectContext): readonly Effect[] {
	return asked({kind: 'retry'}, {kind: 'list'}, context);
}

export function moveToEffects(to: 'front' | 'back', context: EffectContext): readonly Effect[] {
	const scope = pickedScope(context);
	return scope ? atOnce({kind: 'move', to}, scope) : [];
}

export function changeEffects(context: EffectContext): readonly Effect[] {
	const scope = changedScope(context);
	if (!scope) return [];
	const name = scopeName(scope, context);
	return [
		...held(scope, context),
		...ask({kind: 'change', drawnAt: null, scope, field: {text: '', at: 0}, note: '', name}),
	];
}

/** The field of a change: `enter` reads it and asks what it would mean. */
export function changeFieldEffects(
	key: Key,
	question: ChangeQuestion & Question,
	context: EffectContext,
): readonly Effect[] {
	if (key.name !== 'enter') return typed(question, typeInto(question.field, key));
	const change = parseChange(question.field.text);
	if (typeof change === 'string') return ask({...question, note: change});
	return asked({kind: 'change', change}, question.scope, context, question.name);
}

export function changePasteEffects(text: string, question: ChangeQuestion & Question): readonly Effect[] {
	return typed(question, pasteInto(question.field, firstLine(text)));
}

function typed(question: ChangeQuestion & Question, field: ChangeQuestion['field']): readonly Effect[] {
	return field === question.field ? [] : ask({...question, field, note: ''});
}

function asked(
	act: SetAct,
	scope: Scope,
	context: EffectContext,
	name = scopeName(scope, context),
): readonly Effect[] {
	const request: SetRequest = {scope, act};
	return [
		...held(scope, context),
		...ask({kind: 'act', drawnAt: null, request, chosen: null, typed: '', name}),
		{type: 'choose', request, isAsked: true},
	];
}

/** The cursor stays on the request that is asked about, whatever comes to the top of the list meanwhile. */
function held(scope: Scope, {snapshot, ui, listRows}: EffectContext): readonly Effect[] {
	const isAtTop = scope.kind === 'row' && ui.cursor.index === null;
	if (!isAtTop || !snapshot || rowUnderCursor(snapshot, ui)?.index !== scope.index) return [];
	return [uiEffect({type: 'move-cursor', position: ui.cursor.position, window: snapshot.rows, listRows})];
}

function atOnce(act: SetAct, scope: Scope): readonly Effect[] {
	return [{type: 'choose', request: {scope, act}, isAsked: false}];
}

/** The run has fixed the set. */
export function chosenEffects(
	{request, isAsked}: {readonly request: SetRequest; readonly isAsked: boolean},
	set: ChosenSet,
	context: EffectContext,
): readonly Effect[] {
	const {ui, now, end} = context;
	const isOpen = ui.dialog?.kind === 'act' && ui.dialog.request === request;
	// It was cancelled before it could be asked.
	if (isAsked && !isOpen) return [];
	const close: readonly Effect[] = isOpen ? [uiEffect({type: 'dismiss'})] : [];
	const why = end ? 'the run has ended meanwhile' : whyNothing(request, set);
	if (why !== null) return [...close, toastEffect(why, 'warn', now)];
	if (isAsked && isOpen) return ask({...ui.dialog, drawnAt: null, chosen: set});
	if (!isSmall(request, set)) {
		const name = scopeName(request.scope, context);
		return ui.dialog
			? [toastEffect('not done: it asks first, and another question stood', 'warn', now)]
			: ask({kind: 'act', drawnAt: null, request, chosen: set, typed: '', name});
	}

	return [...acted(request, set, context), toastEffect(doneWords(request, set), 'info', now)];
}

/** The run could not say what the set is. */
export function refusedEffects(
	request: SetRequest,
	why: string,
	{ui, now}: EffectContext,
): readonly Effect[] {
	const isOpen = ui.dialog?.kind === 'act' && ui.dialog.request === request;
	return [...(isOpen ? [uiEffect({type: 'dismiss'})] : []), toastEffect(why, 'error', now)];
}

function isSmall({act}: SetRequest, set: ChosenSet): boolean {
	if (act.kind === 'move') return true;
	return set.count <= fewRows && (set.ceilingShare ?? 0) <= smallShare && !needsNumber(set);
}

export function confirmActEffects(
	{request, chosen, typed}: ActQuestion,
	context: EffectContext,
): readonly Effect[] {
	if (!chosen || (needsNumber(chosen) && typed !== String(chosen.count))) return [];
	return [uiEffect({type: 'dismiss'}), ...acted(request, chosen, context), ...hint(request, context)];
}

/** Marks that were acted on are stale: the next key shall not mean them again. */
function acted({act}: SetRequest, {set}: ChosenSet, {snapshot}: EffectContext): readonly Effect[] {
	const hasMarks = (snapshot?.rows.marked ?? 0) > 0;
	return [
		{type: 'send', command: {type: 'act', set, act}},
		...(hasMarks ? [{type: 'mark', change: {type: 'clear'}} as const] : []),
	];
}

function hint({act}: SetRequest, {now}: EffectContext): readonly Effect[] {
	return act.kind === 'change'
		? [toastEffect('changed; what failed is sent again by r or w', 'info', now)]
		: [];
}

/** The number of a large set, digit by digit. */
export function numberEffects(key: Key, question: ActQuestion & Question): readonly Effect[] {
	if (!question.chosen || !needsNumber(question.chosen)) return [];
	const typed = typeNumber(question.typed, key);
	return typed === question.typed ? [] : ask({...question, typed});
}

function ask(dialog: Question): readonly Effect[] {
	return [uiEffect({type: 'ask', dialog})];
}
