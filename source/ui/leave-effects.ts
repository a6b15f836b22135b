import {type Effect, type EffectContext, toastEffect, uiEffect} from './effect.ts';

/*
 * Leaving: `q` with nothing in flight and the first ctrl-c begin a drain, a second ctrl-c aborts, `esc` takes a drain
 * back. The screen closes when the engine has stopped, so that everything is saved before the terminal is given back.
 */

/** How long calls in flight may take to end after `y` and after the first ctrl-c. */
const patienceMs = 10_000;

export function quitEffects(context: EffectContext): readonly Effect[] {
	const {ui, snapshot, end} = context;
	if (end) return [{type: 'close-screen'}];
	const inFlight = snapshot?.inFlight.count ?? 0;
	if (inFlight > 0) return [uiEffect({type: 'ask', dialog: {kind: 'quit', drawnAt: null}})];
	if (ui.leaving !== null) return [];
	return [
		uiEffect({type: 'leave', how: 'quit'}),
		{type: 'send', command: {type: 'drain', patienceMs: null, cause: 'quit'}},
	];
}

/** The answers to "48 calls in flight": leave after 10 s, or wait for them. */
export function confirmedQuitEffects(answer: 'y' | 'w'): readonly Effect[] {
	return [
		uiEffect({type: 'leave', how: 'quit'}),
		{
			type: 'send',
			command: {type: 'drain', patienceMs: answer === 'y' ? patienceMs : null, cause: 'quit'},
		},
	];
}

export function interruptEffects({ui, end}: EffectContext): readonly Effect[] {
	if (end) return [{type: 'close-screen'}];
	if (ui.leaving === 'interrupt') return [{type: 'send', command: {type: 'abort', cause: 'SIGINT'}}];
	return [
		uiEffect({type: 'leave', how: 'interrupt'}),
		{type: 'send', command: {type: 'drain', patienceMs, cause: 'SIGINT'}},
	];
}

export function stayEffects({now}: EffectContext): readonly Effect[] {
	return [
		uiEffect({type: 'leave', how: null}),
		{type: 'send', command: {type: 'stay'}},
		toastEffect('the run goes on', 'info', now),
	];
}
