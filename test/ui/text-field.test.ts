import {describe, expect, test} from 'vitest';
import {
	emptyField,
	fieldOf,
	fieldText,
	pasteInto,
	type TextField,
	typeInto,
} from '../../source/ui/text-field.ts';

const press = (field: TextField, ...names: readonly string[]): TextField =>
	names.reduce((typed, name) => {
		const text = name === 'space' ? ' ' : [...name].length === 1 || name.startsWith('👩') ? name : '';
		return typeInto(typed, {name, text});
	}, field);

describe('a text field', () => {
	test.each([
		['writes', emptyField, ['a', 'b', 'space', 'c'], 'ab c_'],
		['takes back', fieldOf('abc'), ['backspace'], 'ab_'],
		['takes whole characters back', fieldOf('a👩‍👩‍👧‍👦'), ['backspace'], 'a_'],
		['has nothing to take back at its beginning', fieldOf(''), ['backspace', 'delete'], '_'],
		['inserts where the cursor is', fieldOf('ac'), ['left', 'b'], 'ab_c'],
		['deletes forward', fieldOf('abc'), ['home', 'delete'], '_bc'],
		['forgets a word', fieldOf('status:failed 500 '), ['ctrl-w'], 'status:failed _'],
		['forgets all before the cursor', fieldOf('abc'), ['left', 'ctrl-u'], '_c'],
		['forgets all behind it', fieldOf('abc'), ['left', 'ctrl-k'], 'ab_'],
		['goes to its ends', fieldOf('abc'), ['ctrl-a', 'x', 'end', 'y'], 'xabcy_'],
		['ignores keys that write nothing', fieldOf('abc'), ['pageup', 'tab', 'ctrl-p'], 'abc_'],
	] as const)('%s', (_, field, keys, shown) => {
		expect(fieldText(press(field, ...keys), 80)).toBe(shown);
	});

	test('stays the same object where a key does nothing', () => {
		const field = fieldOf('a');
		for (const name of ['up', 'enter', 'right', 'end']) expect(typeInto(field, {name, text: ''})).toBe(field);
	});

	test('shows the cursor on narrow screens, and cleans what was pasted', () => {
		expect(fieldText(fieldOf('0123456789'), 5)).toBe('6789_');
		expect(fieldText(pasteInto(emptyField, 'a\n\u001b[2Jb'), 40)).toBe('a ␛[2Jb_');
	});

	test('has an end', () => {
		const field = pasteInto(emptyField, 'x'.repeat(500));
		expect(typeInto(field, {name: 'y', text: 'y'})).toBe(field);
	});
});
