import {picodollars} from '../domain/money.ts';
import {changeFieldEffects, confirmActEffects, numberEffects} from './act-effects.ts';
import {batchAnswerEffects} from './batch-question.ts';
import {consequence, readAmount, typeAmount} from './ceiling-field.ts';
import {type Effect, type EffectContext, toastEffect, uiEffect} from './effect.ts';
import type {Key} from './input-tokenizer.ts';
import {confirmedQuitEffects} from './leave-effects.ts';
import type {BatchQuestion, CeilingQuestion, Question} from './question.ts';
import {sortMenuEffects} from './sort-effects.ts';

/** Nobody reads a question faster than this; a key that comes sooner was meant for something else. */
const confirmAfterMs = 150;

const dismiss: readonly Effect[] = [uiEffect({type: 'dismiss'})];

export function askToForce({snapshot}: EffectContext): readonly Effect[] {
	if (!snapshot) return [];
	const {forceDirect, cost} = snapshot;
	return ask({kind: 'force-direct', drawnAt: null, isOn: !forceDirect, forcing: cost.forcing});
}

export function askForCeiling({snapshot}: EffectContext): readonly Effect[] {
	if (!snapshot) return [];
	const {ceilingUsd} = snapshot.cost;
	const typed = ceilingUsd === null ? '' : String(ceilingUsd);
	return ask({kind: 'ceiling', drawnAt: null, typed, note: '', amountUsd: null});
}

/** Cancel has the focus: `enter` cancels too, and no other key leaves the question. */
export function answerEffects(key: Key, question: Question, context: EffectContext): readonly Effect[] {
	if (key.name === 'escape') return dismiss;
	if (question.kind === 'ceiling' && question.amountUsd === null) return fieldEffects(key, question, context);
	if (question.kind === 'change') return changeFieldEffects(key, question, context);
	// Nobody knows yet what would be answered.
	if (question.kind === 'act' && question.chosen === null) return [];
	if (question.kind === 'cancel-batch')
		return batchAnswerEffects(key, question, isMeant(key, question, context) && context.end === null);
	switch (key.name) {
		case 'n':
		case 'enter':
			return dismiss;
		case 'y':
			return isMeant(key, question, context) ? confirmEffects(question, context) : [];
		case 'w': {
			const isWait = question.kind === 'quit' && isMeant(key, question, context);
			return isWait ? leaveEffects('w', context) : [];
		}

		default:
			if (question.kind === 'sort') return sortMenuEffects(key, context);
			return question.kind === 'act' ? numberEffects(key, question) : [];
	}
}

/** Alone in its chunk, and after the question could be read: neither pasted nor typed ahead. */
function isMeant({alone}: Key, {drawnAt}: Question, {now}: EffectContext): boolean {
	return alone && drawnAt !== null && now - drawnAt >= confirmAfterMs;
}

function confirmEffects(
	question: Exclude<Question, BatchQuestion>,
	context: EffectContext,
): readonly Effect[] {
	if (question.kind === 'quit') return leaveEffects('y', context);
	// The run may have ended while the question stood.
	if (context.end) return [...dismiss, toastEffect('the run has ended meanwhile', 'warn', context.now)];
	switch (question.kind) {
		case 'act':
			return confirmActEffects(question, context);
		case 'sort':
		case 'change':
			return [];
		case 'force-direct':
			return sent({type: 'send', command: {type: 'force-direct', isOn: question.isOn}});
		case 'ceiling': {
			const costPico = Number(picodollars(question.amountUsd ?? 0));
			return sent({type: 'send', command: {type: 'raise-ceiling', costPico}});
		}
	}
}

function leaveEffects(answer: 'y' | 'w', {end}: EffectContext): readonly Effect[] {
	return end ? [{type: 'close-screen'}] : confirmedQuitEffects(answer);
}

function fieldEffects(
	key: Key,
	question: CeilingQuestion & Question,
	{snapshot}: EffectContext,
): readonly Effect[] {
	if (key.name !== 'enter') {
		const typed = typeAmount(question.typed, key);
		return typed === question.typed ? [] : ask({...question, typed, note: ''});
	}

	if (!snapshot) return [];
	const amount = readAmount(question.typed, snapshot.cost);
	if (typeof amount === 'string') return ask({...question, note: amount});
	// It is another question now, which has to be seen before it can be answered.
	return ask({...question, drawnAt: null, amountUsd: amount, note: consequence(amount, snapshot.cost)});
}

function ask(dialog: Question): readonly Effect[] {
	return [uiEffect({type: 'ask', dialog})];
}

function sent(effect: Effect): readonly Effect[] {
	return [...dismiss, effect];
}
