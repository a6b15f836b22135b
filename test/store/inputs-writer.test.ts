import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {UserError} from '../../source/domain/user-error.ts';
import {inputsPath, writeInputs} from '../../source/store/inputs-writer.ts';
import {runDirectory} from '../../source/store/run-directory.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();

test('inputs are written in order, from text, bytes and streams, over what an earlier try left', async () => {
	const {inputs} = runDirectory(path.join(folder, 'a'));
	await writeInputs(inputs, [{name: 'spec.yaml', content: 'left over'}]);
	async function* files() {
		yield {name: 'spec.yaml', content: 'prompts: [hi]\n'};
		yield {name: 'prompts/p.md', content: Buffer.from('ž')};
		yield {name: 'rows.jsonl', content: rows()};
	}

	async function* rows() {
		yield Buffer.from('{"a":1}\n');
		yield Buffer.from('{"a":2}\n');
	}

	await writeInputs(inputs, files());
	expect(readdirSync(inputs, {recursive: true}).sort()).toEqual(
		['prompts', path.join('prompts', 'p.md'), 'rows.jsonl', 'spec.yaml'].sort(),
	);
	expect(readFileSync(path.join(inputs, 'spec.yaml'), 'utf8')).toBe('prompts: [hi]\n');
	expect(readFileSync(path.join(inputs, 'prompts/p.md'), 'utf8')).toBe('ž');
	expect(readFileSync(path.join(inputs, 'rows.jsonl'), 'utf8')).toBe('{"a":1}\n{"a":2}\n');
});

test('each accepted spec has a folder of its own', async () => {
	const directory = runDirectory(path.join(folder, 'b'));
	await writeInputs(inputsPath(directory, 1), [{name: 'spec.yaml', content: '1'}]);
	await writeInputs(inputsPath(directory, 2), [{name: 'spec.yaml', content: '2'}]);
	expect(readFileSync(path.join(directory.inputs, 'spec.yaml'), 'utf8')).toBe('1');
	expect(readFileSync(path.join(directory.inputs, '2', 'spec.yaml'), 'utf8')).toBe('2');
});

test.each(['../outside', '/etc/outside', 'a/../../outside', '', '.', 'a\0b'])(
	'the name %j is refused',
	async name => {
		const {inputs} = runDirectory(path.join(folder, 'c'));
		await expect(writeInputs(inputs, [{name, content: 'x'}])).rejects.toThrow(UserError);
		expect(existsSync(path.join(folder, 'c', 'outside'))).toBe(false);
	},
);

test('a mistake in a row comes through as it is, and leaves no half of a file', async () => {
	const {inputs} = runDirectory(path.join(folder, 'd'));
	const mistake = new UserError('rows.csv line 3: no food.');
	async function* rows() {
		yield Buffer.from('{"a":1}\n');
		throw mistake;
	}

	await expect(writeInputs(inputs, [{name: 'rows.jsonl', content: rows()}])).rejects.toBe(mistake);
	expect(readdirSync(inputs)).toEqual([]);
});
