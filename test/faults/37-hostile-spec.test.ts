import {spawnSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import process from 'node:process';
import {expect, test} from 'vitest';
import {cliEnvironment, cliFile} from '../cli/cli-process.ts';
import {folderWith} from '../cli/run-folder.ts';
import {expectPlainText} from './hostile-text.ts';
import {full, times} from './strength.ts';

const head = 'model: m\nprompts: x\n';
const bomb = (indent: string) =>
	Array.from(
		{length: 12},
		(_, n) =>
			`${indent}a${n}: &a${n} [${Array(9)
				.fill(n === 0 ? 'x' : `*a${n - 1}`)
				.join()}]\n`,
	);
const nested = (levels: number, [open, close]: readonly [string, string]) =>
	`${head}params: {a: ${open.repeat(levels)}1${close.repeat(levels)}}\n`;
const rows = 'model: m\nprompts: Say {{word}}\nargs: {file: rows.jsonl}\n';
const deepRow = `{"word":"a"}\n{"word":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n`;

const specs: {
	readonly [what: string]: readonly [spec: string | (() => string), says: RegExp, rows?: string];
} = {
	'an alias bomb': [`${head}${bomb('').join('')}`, /spec\.yaml:3:\d+: the aliases .* expand without end/],
	'an alias bomb in params': [`${head}params:\n${bomb('  ').join('')}`, /spec\.yaml:4:\d+: the aliases/],
	'an alias of itself': [`${head}params: &a {b: *a}\n`, /spec\.yaml:3:\d+: the alias `\*a` contains itself/],
	'100 MB': [
		() => `model: m\nprompts:\n${'- aaaaaaaaaaaaaaaaa\n'.repeat(times(850_000, 5_000_000))}`,
		/spec\.yaml has \d+ MB, more than the 16 MB/,
	],
	'a duplicate key': [`${head}model: n\n`, /spec\.yaml:3:1: the key `model` appears twice/],
	'a duplicate key below': [`${head}params: {n: 1, n: 2}\n`, /spec\.yaml:3:16: the key `n` appears twice/],
	__proto__: [
		`${head}params: {__proto__: {max_tokens: 3}}\n`,
		/spec\.yaml:3:10: `__proto__` cannot be a key/,
	],
	'__proto__ at the top': [
		`${head}__proto__: {mode: batch}\n`,
		/spec\.yaml:3:1: `__proto__` cannot be a key/,
	],
	'the name of a constructor': [
		`${head}constructor: {prototype: {mode: batch}}\n`,
		/spec\.yaml:3:1: `constructor` is not a key/,
	],
	'a tag of another language': [
		'model: m\nprompts: !!js/function "x"\n',
		/spec\.yaml:2:10: YAML tags are not allowed/,
	],
	'a tag that runs something': [
		'model: m\nprompts: !!python/object/apply:os.system ["id"]\n',
		/spec\.yaml:2:10: YAML tags/,
	],
	'a tag of its own': ['model: m\nprompts: !secret x\n', /spec\.yaml:2:10: YAML tags are not allowed/],
	'lists without end': [
		nested(100_000, ['[', ']']),
		/spec\.yaml:3:\d+: lists and maps are nested too deeply/,
	],
	'maps without end': [
		nested(20_000, ['{a: ', '}']),
		/spec\.yaml:3:\d+: lists and maps are nested too deeply/,
	],
	'a key without end': [`${head}${'a'.repeat(2_000_000)}: 1\n`, /spec\.yaml:3:1: not valid YAML/],
	'a row with lists without end': [
		rows,
		/rows\.jsonl:2: the line is nested more than 500 levels deep/,
		deepRow,
	],
	'a row with __proto__': [
		rows,
		/rows\.jsonl:1: `__proto__` cannot be a key/,
		'{"word":"a","__proto__":{"x":1}}\n',
	],
	'a name that every object has': [
		`${head.replace('x', '"{{toString}} {{constructor}}"')}args: {word: a}\n`,
		/spec\.yaml:2:\d+: \{\{toString\}\} has no value/,
	],
};

const inShort: ReadonlySet<string> = new Set([
	'an alias bomb',
	'100 MB',
	'a duplicate key',
	'__proto__',
	'a tag of another language',
	'lists without end',
	'a row with lists without end',
]);

/** Over what the program takes to refuse anything, on whatever machine this is. */
const longestMs = 1000;

/** The program under bash's stopwatch: seconds of the processor, since others may be using it as well. */
function refused(files: {readonly [name: string]: string}) {
	const folder = folderWith(files);
	const script = `TIMEFORMAT='%U %S'; time "$0" "$@"`;
	const child = spawnSync('bash', ['-c', script, process.execPath, cliFile, 'spec.yaml', '--simulate'], {
		cwd: folder,
		env: cliEnvironment({LC_ALL: 'C'}),
		encoding: 'utf8',
	});
	const lines = child.stderr.trimEnd().split('\n');
	const [user, system] = lines.pop()!.split(' ').map(Number);
	const left = readdirSync(folder).sort();
	const stderr = lines.join('\n');
	return {code: child.status, stdout: child.stdout, stderr, tookMs: (user! + system!) * 1000, left};
}

test('fault 37: a spec that is built to do harm is refused with its line, at once, and nothing is written', () => {
	const plain = refused({'spec.yaml': 'promts: x\n'});
	const slow: string[] = [];
	// Each is a process: the short form takes one of a kind.
	const chosen = Object.entries(specs).filter(([what]) => full || inShort.has(what));
	for (const [what, [spec, says, rowLines]] of chosen) {
		const text = typeof spec === 'string' ? spec : spec();
		const files = {'spec.yaml': text, ...(rowLines === undefined ? {} : {'rows.jsonl': rowLines})};
		const {code, stdout, stderr, tookMs, left} = refused(files);
		expect(code, `${what}: ${stderr.slice(0, 500)}`).toBe(2);
		expect(stdout).toBe('');
		expect(stderr, what).toMatch(says);
		expect(stderr.length, what).toBeLessThan(1000);
		expectPlainText(stderr, what);
		expect(left).toEqual(Object.keys(files).sort());
		if (tookMs > plain.tookMs + longestMs) slow.push(`${what}: ${tookMs} ms`);
	}

	expect(slow, `longer than ${longestMs} ms over ${plain.tookMs} ms`).toEqual([]);
});
