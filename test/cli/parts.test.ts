import {readdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {runCli} from './cli-process.ts';
import {folderWith, journalOf, runOf, specOf} from './run-folder.ts';

const command = ['spec.yaml', '--simulate', '--display', 'plain'];
const namesIn = (folder: string) =>
	readdirSync(runOf(folder))
		.filter(name => name.startsWith('results'))
		.sort();
const indexesIn = (folder: string) =>
	namesIn(folder).map(name =>
		readFileSync(path.join(runOf(folder), name), 'utf8')
			.split('\n')
			.slice(0, -1)
			.map(line => JSON.parse(line).index),
	);

it('splits the results, says so, and mends what a crash between two renames left', async () => {
	const folder = folderWith({'spec.yaml': specOf(5, 'output: {parts: {max_entries: 2}}\n')});
	const names = [1, 2, 3].map(part => `results-part00${part}of003.jsonl`);
	const first = await runCli(command, {cwd: folder});
	expect(first.stdout).toContain('results       spec.promptbatch/results-part*of003.jsonl');
	expect(namesIn(folder)).toEqual(names);
	expect(indexesIn(folder)).toEqual([[0, 1], [2, 3], [4]]);

	// As if it had been killed when the first part had its name and the others had none yet.
	for (const [number, name] of names.slice(1).entries()) {
		renameSync(
			path.join(runOf(folder), name),
			path.join(runOf(folder), `results-part${number + 2}.jsonl.tmp-1`),
		);
	}

	expect((await runCli(command, {cwd: folder})).code).toBe(0);
	expect(namesIn(folder)).toEqual(names);
	expect(indexesIn(folder)).toEqual([[0, 1], [2, 3], [4]]);

	writeFileSync(path.join(folder, 'spec.yaml'), specOf(5));
	expect((await runCli(command, {cwd: folder})).stdout).toContain('spec.promptbatch/results.jsonl');
	expect(indexesIn(folder)).toEqual([[0, 1, 2, 3, 4]]);
	expect(journalOf(folder).filter(({type}) => type === 'results-written')).toHaveLength(3);

	expect((await runCli([...command, '--set', 'output.parts.max_entries=4'], {cwd: folder})).code).toBe(0);
	expect(indexesIn(folder)).toEqual([[0, 1, 2, 3], [4]]);
	expect((await runCli(['wipe', 'spec.yaml', '--all', '--yes'], {cwd: folder})).code).toBe(0);
	expect(readdirSync(folder)).toEqual(['spec.yaml']);
});

it.each([
	['output: {parts: 4}', '`output.parts` must be a map, not the number 4'],
	['output: {parts: {}}', 'must say `max_entries`, `max_mb` or both'],
	['output: {parts: {max_entries: 0}}', '`output.parts.max_entries` must be at least 1'],
])('refuses %s', async (line, message) => {
	const folder = folderWith({'spec.yaml': specOf(1, `${line}\n`)});
	const {code, stderr} = await runCli(['check', 'spec.yaml'], {cwd: folder});
	expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
