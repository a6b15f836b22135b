import {expect, it} from 'vitest';
import {readEscapeSequence} from '../../source/ui/escape-sequence.ts';

it.each([
	['\u001b[A', 'up'],
	['\u001b[B', 'down'],
	['\u001b[C', 'right'],
	['\u001b[D', 'left'],
	['\u001bOA', 'up'],
	['\u001b[H', 'home'],
	['\u001bOF', 'end'],
	['\u001b[1~', 'home'],
	['\u001b[8~', 'end'],
	['\u001b[3~', 'delete'],
	['\u001b[5~', 'pageup'],
	['\u001b[6~', 'pagedown'],
	['\u001b[Z', 'shift-tab'],
	['\u001b[1;2B', 'shift-down'],
	['\u001b[1;5A', 'ctrl-up'],
	['\u001b[5;7~', 'ctrl-alt-pageup'],
	['\u001bj', 'alt-j'],
	['\u001bO', null],
])('reads %j as %s', (text, name) => {
	const expected = name === null ? {kind: 'incomplete'} : {kind: 'complete', length: text.length, name};
	expect(readEscapeSequence(text)).toEqual(expected);
	if (name !== null) expect(readEscapeSequence(`${text}xyz`)).toEqual(expected);
});

it.each([
	['F1 of xterm', '\u001bOP'],
	['F5', '\u001b[15~'],
	['F1 of the Linux console', '\u001b[[A'],
	['the cursor position', '\u001b[12;40R'],
	['device attributes', '\u001b[?1;2c'],
	['a mouse report', '\u001b[<0;10;20M'],
	['focus', '\u001b[I'],
	['a kitty key', '\u001b[97;5u'],
	['a colour', '\u001b]11;rgb:0000/0000/0000\u001b\\'],
	['a title', '\u001b]lname\u0007'],
	['a status string', '\u001bP1$r0m\u001b\\'],
])('swallows %s', (_, text) => {
	expect(readEscapeSequence(`${text}j`)).toEqual({kind: 'complete', length: text.length, name: null});
});

it('waits for the rest, wherever a sequence was split', () => {
	for (const text of [
		'\u001b[A',
		'\u001b[1;5A',
		'\u001b[[A',
		'\u001bOA',
		'\u001b[?1;2c',
		'\u001b]11;x\u001b\\',
	]) {
		for (let length = 1; length < text.length; length++) {
			expect(readEscapeSequence(text.slice(0, length)), JSON.stringify(text.slice(0, length))).toEqual({
				kind: 'incomplete',
			});
		}
	}
});

it.each([
	['two escapes', '\u001b\u001b', 1, 'escape'],
	['a sequence broken off by a control', '\u001b[1;\u0003', 2, null],
	['a control after an escape', '\u001b\r', 1, null],
])('goes on after %s', (_, text, length, name) => {
	expect(readEscapeSequence(text)).toEqual({kind: 'complete', length, name});
});
