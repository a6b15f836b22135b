import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {openLines} from '../../source/simulator/line-index.ts';
import {temporaryFolder} from './simulated.ts';

async function linesOf(text: string) {
	const file = path.join(temporaryFolder(), 'lines');
	writeFileSync(file, text);
	const lines = await openLines(file);
	const read = Array.from({length: lines.count}, (_, at) => [lines.lineNumber(at), lines.read(at).trimEnd()]);
	lines.close();
	return read;
}

describe('openLines', () => {
	it.each([
		['', []],
		['\n\r\n\n', []],
		['a', [[1, 'a']]],
		['a\n', [[1, 'a']]],
		[
			'a\r\n\r\nb\n\nc',
			[
				[1, 'a'],
				[3, 'b'],
				[5, 'c'],
			],
		],
		[
			'ü ☕\u2028\u2029 x\nb',
			[
				[1, 'ü ☕\u2028\u2029 x'],
				[2, 'b'],
			],
		],
	])('%j', async (text, lines) => {
		expect(await linesOf(text)).toEqual(lines);
	});

	it('reads lines that are longer than a piece of the file', async () => {
		const long = ['x'.repeat(300_000), 'y', 'z'.repeat(700_000)];
		expect(await linesOf(long.join('\n'))).toEqual(long.map((line, at) => [at + 1, line]));
	});
});
