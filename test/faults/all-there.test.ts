import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';

const folder = path.resolve('test/faults');
const scenarios = 42;
const files = readdirSync(folder).filter(name => name.endsWith('.test.ts') && name !== 'all-there.test.ts');

/** Scenario 37 refuses a spec before there is any run to judge. */
const withoutRun: ReadonlySet<string> = new Set(['37']);

test('each of the 42 fault scenarios has one file', () => {
	const numbers = files.map(name => Number(/^(\d\d)-[a-z0-9-]+\.test\.ts$/.exec(name)?.[1]));
	expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({length: scenarios}, (_, index) => index + 1));
});

test.each(files)('%s is not skipped, and has the invariants checked', name => {
	const text = readFileSync(path.join(folder, name), 'utf8');
	expect(text).not.toMatch(/\b(test|it|describe)\.(skip|skipIf|runIf|todo|only|fails)\b/);
	if (!withoutRun.has(name.slice(0, 2))) {
		expect(`${text}${besideIt(text)}`).toContain('expectInvariants');
	}
});

/** What it imports from this folder. */
function besideIt(text: string): string {
	const beside = [...text.matchAll(/from '\.\/(.+?)'/g)].map(match => path.join(folder, match[1]!));
	return beside
		.filter(file => existsSync(file) && !file.endsWith('invariants.ts'))
		.map(file => readFileSync(file, 'utf8'))
		.join('\n');
}
