import {existsSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {stopCodes} from '../source/cli/exit-code.ts';
import {flagWords} from '../source/cli/flags.ts';
import {help} from '../source/cli/help.ts';
import {providerProfiles} from '../source/domain/provider.ts';
import {readSpec} from '../source/spec/read-spec.ts';
import {specSchema} from '../source/spec/spec-schema.ts';
import {keyTable} from '../source/ui/keymap.ts';
import {folderWith} from './cli/run-folder.ts';

const readme = readFileSync('README.md', 'utf8');

/** The text between a heading and the next. */
function section(heading: string): string {
	const after = readme.split(`\n## ${heading}\n`)[1];
	expect(after, `no section “${heading}”`).toBeDefined();
	return after!.split('\n## ')[0]!;
}

/** What stands in backticks in the first cells of a table's rows. */
function firstCells(text: string): readonly string[] {
	return [...text.matchAll(/^\| ([^|]+?) \|/gm)].flatMap(([, cell]) =>
		[...cell!.matchAll(/`([^`]+)`/g)].map(([, word]) => word!),
	);
}

function sorted(words: readonly string[]): readonly string[] {
	return [...new Set(words)].sort();
}

test('the table of keys is the keymap', () => {
	const rows = keyTable().map(({keys, label, panes}) => {
		const shown = keys.split(', ').map(key => `\`${key}\``);
		return `| ${shown.join(', ')} | ${label} | ${panes} |`;
	});
	const table = ['| key | what it does | in which pane |', '|---|---|---|', ...rows].join('\n');
	expect(readme).toContain(`<!-- keys -->\n${table}\n<!-- /keys -->`);
});

describe('flags', () => {
	test('of this version stand in the table and in --help, and no others', () => {
		const words = firstCells(section('Commands and flags')).map(cell => /^--[a-z-]+/.exec(cell)?.[0] ?? '');
		expect(sorted(words.filter(Boolean))).toEqual(sorted(flagWords));
		expect(sorted(help.match(/--[a-z][a-z-]*/g) ?? [])).toEqual(sorted(flagWords));
	});
});

test('exit codes are those of --help and of the signals', () => {
	const table = [...readme.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
	const helped = [...help.split('Exit codes')[1]!.matchAll(/(?:^|\s)(\d+) \D/g)].map(([, code]) =>
		Number(code),
	);
	expect(table).toEqual([...helped].sort((a, b) => a - b));
	expect(table).toEqual(expect.arrayContaining(Object.values(stopCodes)));
});

describe('the spec', () => {
	test.each(Object.keys(specSchema.shape))('`%s` is explained', key => {
		expect(firstCells(section('The spec, by example'))).toContain(key);
	});

	const examples = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
		.map(([, text]) => text!)
		.filter(text => !text.startsWith('# yaml-language-server') && !text.includes('# write '))
		.map(text => [text.split('\n')[0]!, text] as const);

	test.each(examples)('example `%s` is one', async (_, text) => {
		const missing = [
			['model', 'model: gpt-4o-mini\n'],
			['prompts', "prompts: 'I like {{food}}'\n"],
			['args', 'args: {file: rows.csv}\n'],
		].flatMap(([key, line]) =>
			/^(requests|task):/m.test(text) || new RegExp(`^${key}:`, 'm').test(text) ? [] : [line],
		);
		const folder = folderWith({
			'spec.yaml': [...missing, text].join(''),
			'rows.csv': 'food\npizza\n',
			'prompt.md': 'Do you like {{food}}?\n',
			'experiment.jsonl': [
				{api: 'openai', model_name: 'gpt-4o', prompt: 'Hi'},
				{api: 'gemini', model_name: 'gemini-1.5-pro', prompt: 'Hi', group: 'group1'},
			]
				.map(row => JSON.stringify(row))
				.join('\n'),
			'scorer.mjs': 'export default row => row.text.length;\n',
		});
		expect((await readSpec(`${folder}/spec.yaml`)).warnings).toEqual([]);
	});
});

test('the table of providers is the data', () => {
	const rows = Object.entries(providerProfiles).map(
		([name, {apiKeyEnv, endpoints, batch}]) =>
			`| \`${name}\` | ${apiKeyEnv === null ? 'none' : `\`${apiKeyEnv}\``} | ${endpoints.join(', ')} | ${batch === null ? '' : `${batch.endpoints.join(', ')}, at ${100 * batch.multiplier} %`} |`,
	);
	const table = ['| name | key | endpoints | batches |', '|---|---|---|---|', ...rows].join('\n');
	expect(readme).toContain(`<!-- providers -->\n${table}\n<!-- /providers -->`);
});

test('every package is accounted for', () => {
	const {devDependencies} = JSON.parse(readFileSync('package.json', 'utf8'));
	const cells = firstCells(section('Why these dependencies'));
	expect(sorted(cells)).toEqual(sorted(Object.keys(devDependencies)));
});

test('what it links to is there', () => {
	const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, text]) =>
		text!
			.toLowerCase()
			.replaceAll(/[^a-z0-9 -]/g, '')
			.replaceAll(' ', '-'),
	);
	for (const [, target] of readme.matchAll(/\]\((?!https:)([^)]+)\)/g)) {
		if (target!.startsWith('#')) {
			expect(headings).toContain(target!.slice(1));
		} else {
			expect(readFileSync(target!, 'utf8')).not.toBe('');
		}
	}
});

test('the files that it and the contributors’ map name are there', () => {
	const texts = readme + readFileSync('.github/contributing.md', 'utf8');
	const files = sorted(
		[...texts.matchAll(/(?<=`)(?:source|test|fixtures)\/[\w/.-]+(?=`)/g)].map(([file]) => file),
	);
	expect(files.length).toBeGreaterThan(40);
	expect(files.filter(file => !existsSync(file))).toEqual([]);
});
