import {describe, expect, test} from 'vitest';
import type {Effect, EffectContext} from '../../source/ui/effect.ts';
import {keyEffects} from '../../source/ui/key-effects.ts';
import type {Question} from '../../source/ui/question.ts';
import {batchSnapshot} from './batch-snapshot.ts';
import {effectContext, pressed} from './effect-context.ts';
import {chosenFixture} from './fake-run.ts';
import {snapshotAt, snapshotFixture} from './snapshot-fixture.ts';

const snapshot = batchSnapshot();
const drawnAt = snapshotAt - 150;
const request = {scope: {kind: 'failed'}, act: {kind: 'wipe'}} as const;
const wipe = {
	kind: 'act',
	drawnAt,
	request,
	chosen: {...chosenFixture, set: 7},
	typed: '',
} as const satisfies Question;
const many = {...wipe, chosen: {...wipe.chosen, count: 1204}} as const satisfies Question;
const ceiling: Question = {kind: 'ceiling', drawnAt, typed: '50', note: '', amountUsd: null};
const sure: Question = {...ceiling, amountUsd: 60};
const dismiss: Effect = {type: 'ui', action: {type: 'dismiss'}};

function press(name: string, context: EffectContext, alone = true): readonly Effect[] {
	return keyEffects(pressed(name, alone), context);
}

function answer(name: string, dialog: Question, alone = true): readonly Effect[] {
	return press(name, effectContext({dialog}, {snapshot}), alone);
}

/** The question after the keys, one after the other. */
function typed(dialog: Question, ...names: readonly string[]): Question {
	let question = dialog;
	for (const name of names) {
		for (const effect of answer(name, question)) {
			if (effect.type === 'ui' && effect.action.type === 'ask') question = effect.action.dialog as Question;
		}
	}

	return question;
}

describe('a key that asks', () => {
	test('w stands at once, and asks for the set that it is about', () => {
		expect(press('w', effectContext({}, {snapshot}))).toEqual([
			{
				type: 'ui',
				action: {type: 'ask', dialog: {kind: 'act', drawnAt: null, request, chosen: null, typed: ''}},
			},
			{type: 'choose', request, isAsked: true},
		]);
	});

	test.each(['w', 'd', '+'])('%s among other keys does nothing', name => {
		expect(press(name, effectContext({focus: 'cost'}, {snapshot}), false)).toEqual([]);
	});

	test.each<readonly [string, Partial<EffectContext>, RegExp]>([
		['w', {snapshot: null}, /not open yet/],
		['w', {isReadonly: true}, /--readonly/],
		['w', {snapshot: {...snapshot, counts: {...snapshot.counts, failed: 0}}}, /no request has failed/],
		['d', {}, /everything goes direct already: mode direct/],
		['d', {snapshot: {...snapshot, phase: 'DRAINING'}}, /esc goes on with it/],
		[
			'+',
			{
				snapshot: {
					...snapshot,
					cost: {...snapshot.cost, ceilingObstacle: 'nobody knows the price of a: set `prices`'},
				},
			},
			/set `prices`/,
		],
	])('%s says why it does nothing: %#', (name, rest, why) => {
		const [effect, ...more] = press(name, effectContext({focus: 'cost'}, rest));
		expect(more).toEqual([]);
		expect(effect).toMatchObject({action: {type: 'toast', toast: {text: expect.stringMatching(why)}}});
	});
});

describe('an answer', () => {
	const sent: readonly (readonly [Question, object])[] = [
		[wipe, {type: 'act', set: 7, act: {kind: 'wipe'}}],
		[
			{...many, typed: '1204'},
			{type: 'act', set: 7, act: {kind: 'wipe'}},
		],
		[
			{kind: 'force-direct', drawnAt, isOn: true, forcing: null},
			{type: 'force-direct', isOn: true},
		],
		[
			{kind: 'force-direct', drawnAt, isOn: false, forcing: null},
			{type: 'force-direct', isOn: false},
		],
		[sure, {type: 'raise-ceiling', costPico: 60e12}],
	];

	test.each(sent)('y to %o', (question, command) => {
		expect(answer('y', question)).toEqual([dismiss, {type: 'send', command}]);
		expect(answer('y', question, false)).toEqual([]);
		expect(answer('y', {...question, drawnAt: null})).toEqual([]);
		expect(answer('y', {...question, drawnAt: snapshotAt - 149})).toEqual([]);
	});

	test.each(sent)('esc, n and enter cancel %o', question => {
		for (const name of ['escape', 'n', 'enter']) expect(answer(name, question)).toEqual([dismiss]);
	});

	test('never comes from the key that opened the question', () => {
		expect(answer('w', wipe)).toEqual([]);
		expect(answer('d', {kind: 'force-direct', drawnAt, isOn: true, forcing: null})).toEqual([]);
		expect(answer('+', sure)).toEqual([]);
	});

	test('to a large set needs its number', () => {
		for (const wrong of ['', '1', '1205', '12045']) expect(answer('y', {...many, typed: wrong})).toEqual([]);
		expect(typed(many, '1', '2', 'x', '9', 'backspace', '0', '4')).toMatchObject({typed: '1204'});
		expect(answer('y', {...wipe, chosen: {...wipe.chosen, costUsd: 1.01}})).toEqual([]);
	});
});

describe('the ceiling field', () => {
	test('is filled with the ceiling that is', () => {
		expect(press('+', effectContext({focus: 'cost'}, {snapshot}))).toMatchObject([
			{action: {dialog: {kind: 'ceiling', typed: '50', amountUsd: null}}},
		]);
		const none = press('+', effectContext({focus: 'cost'}, {snapshot: snapshotFixture()}));
		expect(none).toMatchObject([{action: {dialog: {typed: ''}}}]);
	});

	test('takes amounts, and y only after enter and another look', () => {
		const field = typed(ceiling, 'backspace', 'backspace', '6', 'y', 'n', '2', '.', '5');
		expect(field).toMatchObject({typed: '62.5', amountUsd: null});
		const asked = typed(field, 'enter');
		expect(asked).toMatchObject({amountUsd: 62.5, drawnAt: null, note: ''});
		expect(answer('y', asked)).toEqual([]);
	});

	test.each([
		['', /type an amount/],
		['.', /type an amount/],
		['1.2.3', /type an amount/],
		['0', /type an amount/],
		['50', /the ceiling already/],
		['99999999', /no ceiling/],
	])('refuses %j', (text, why) => {
		expect(typed({...ceiling, typed: text}, 'enter')).toMatchObject({
			amountUsd: null,
			note: expect.stringMatching(why),
		});
	});

	test('says what a ceiling below what is committed leads to', () => {
		expect(typed({...ceiling, typed: '5'}, 'enter')).toMatchObject({
			amountUsd: 5,
			note: '$18.73 is spent or held: nothing starts',
		});
	});
});

test.each(['GUARD', 'CEILING'] as const)('p goes on after %s', phase => {
	const effects = press('p', effectContext({}, {snapshot: snapshotFixture({phase})}));
	expect(effects[0]).toEqual({type: 'send', command: {type: 'resume'}});
});
