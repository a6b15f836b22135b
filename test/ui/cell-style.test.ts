import {describe, expect, it} from 'vitest';
import {applySgr, sgrBetween, showsOnBlank} from '../../source/ui/cell-style.ts';

/** What a sequence of SGR parameters makes of the default style. */
const style = (...parameters: string[]): number => parameters.reduce(applySgr, 0);

describe('reads SGR', () => {
	it.each([
		['0 and nothing end everything', style('1;4;31', '0'), style('1;4;31', '')],
		['22 ends bold and dim', style('1', '2', '22'), 0],
		['24, 27, 39 and 49 end their own', style('4;7;31;41', '24;27;39;49'), 0],
		['bright colours', style('31', '91'), style('91')],
		['what it does not use', style('3;9;53', '31'), style('31')],
		['256 and true colours are skipped with their numbers', style('38;5;31;1', '48;2;1;4;7;4'), style('1;4')],
		['later codes win', style('31;32'), style('32')],
	])('%s', (_, given, expected) => {
		expect(given).toBe(expected);
	});
});

describe('writes SGR', () => {
	it.each([
		[style('31'), style('31'), ''],
		[style('1;31'), 0, '\u001b[m'],
		[0, style('1;4;93;41'), '\u001b[1;4;93;41m'],
		[style('31'), style('32'), '\u001b[32m'],
		[style('1;31'), style('2;31'), '\u001b[22;2m'],
		[style('1;2;31'), style('1;31'), '\u001b[22;1m'],
		[style('1;4;7;31;41'), style('1'), '\u001b[0;1m'],
		[style('107'), style('97'), '\u001b[0;97m'],
	])('from %i to %i as %j', (from, to, sequence) => {
		expect(sgrBetween(from, to)).toBe(sequence);
	});

	it('so that reading it gives the style back', () => {
		const codes = ['', '1', '2', '4', '7', '30', '37', '90', '97', '40', '47', '100', '107', '1;2;4;7;31;42'];
		const styles = codes.flatMap(first => codes.map(second => style(first, second)));
		for (const from of styles) {
			for (const to of styles) {
				const parameters = sgrBetween(from, to).slice(2, -1);
				expect(from === to ? from : applySgr(from, parameters)).toBe(to);
			}
		}
	});
});

it('knows what shows on a blank', () => {
	expect([style('1;2;31'), style('4'), style('7'), style('41'), style('107')].map(showsOnBlank)).toEqual([
		false,
		true,
		true,
		true,
		true,
	]);
});
