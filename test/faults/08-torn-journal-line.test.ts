import {appendFileSync, readFileSync, truncateSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {runCli} from '../cli/cli-process.ts';
import {folderWith, runOf, specOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {acknowledgedIn} from './own-journal.ts';
import {witnessOf} from './witness.ts';

const key = 'sk-test-fault-08';
const env = {OPENAI_API_KEY: key};
const requests = 20;

test.each(['an answer cut in its middle', 'half a line more'])(
	'fault 8: the journal ends with %s: dropped with a notice, and that request is sent again',
	async how => {
		const simulator = await simulated();
		let goodFor = 10;
		const witness = await witnessOf(simulator.url, () =>
			goodFor-- > 0
				? undefined
				: {act: 'answer', status: 401, body: {error: {message: 'no', code: 'invalid_api_key'}}},
		);
		const folder = folderWith({'spec.yaml': specOf(requests, 'rate: {concurrency: 2}')});
		const args = ['spec.yaml', '--base-url', witness.url];
		const held = await runCli(args, {cwd: folder, env});
		expect(held.code, held.stderr).toBe(3);

		const journal = path.join(runOf(folder), 'journal.jsonl');
		const text = readFileSync(journal, 'utf8');
		const isCut = how.startsWith('an answer');
		if (isCut) {
			// The last answer and what follows it never reached the disk; state.json had not been written either.
			truncateSync(journal, text.lastIndexOf('{"answered":') + 150);
			truncateSync(path.join(runOf(folder), 'state.json'), 0);
		} else {
			appendFileSync(journal, '{"answered":15,"at":17636761');
		}

		const before = acknowledgedIn(folder);
		expect(before).toHaveLength(isCut ? 9 : 10);
		goodFor = requests;
		const seen = witness.of('direct').length;
		const resumed = await runCli([...args, '--display', 'json'], {cwd: folder, env});
		expect(resumed.code, resumed.stderr).toBe(0);
		expect(resumed.stderr).toMatch(/journal/);
		expect(witness.of('direct').length - seen).toBe(requests - before.length);
		const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
		expect(lines.map(line => JSON.parse(line) as unknown)).toHaveLength(lines.length);
		await expectInvariants({folder, requests, ends: [held, resumed], keys: [key], before, witness});
	},
);
