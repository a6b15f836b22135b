import {readdirSync, readFileSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {type CliEnd, runCli} from '../cli/cli-process.ts';
import {folderWith, reportOf, runOf, specOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {acknowledgedIn} from './own-journal.ts';
import {type Witness, witnessOf} from './witness.ts';

const key = 'sk-test-fault-07';
const env = {OPENAI_API_KEY: key};
const requests = 20;

type Stopped = {
	readonly folder: string;
	readonly args: readonly string[];
	readonly witness: Witness;
	readonly end: CliEnd;
};

/** A run of 20 requests that a hold stopped after 10; the next session finds the key good again. */
async function stopped(): Promise<Stopped> {
	const simulator = await simulated();
	let goodFor = 10;
	const witness = await witnessOf(simulator.url, () => {
		goodFor = goodFor === 0 ? Number.POSITIVE_INFINITY : goodFor - 1;
		return goodFor === Number.POSITIVE_INFINITY && witness.of('direct').length === 11
			? {act: 'answer', status: 401, body: {error: {message: 'revoked', code: 'invalid_api_key'}}}
			: undefined;
	});
	const folder = folderWith({'spec.yaml': specOf(requests, 'rate: {concurrency: 1}')});
	const args = ['spec.yaml', '--base-url', witness.url, '--display', 'json'];
	const end = await runCli(args, {cwd: folder, env});
	expect(end.code, end.stderr).toBe(3);
	return {folder, args, witness, end};
}

const damages: readonly (readonly [string, (file: string) => void | Promise<void>])[] = [
	['truncated', file => truncateSync(file, Math.floor(readFileSync(file).length / 2))],
	['empty', file => truncateSync(file, 0)],
	['garbage', file => writeFileSync(file, 'garbage \u0000\u0001')],
	[
		'another run’s',
		async file => writeFileSync(file, readFileSync(path.join(runOf((await stopped()).folder), 'state.json'))),
	],
];

describe.each(damages)('fault 7: a state.json that is %s', (_, damage) => {
	test('is kept aside and rebuilt from the journal, said aloud, and nothing is sent again', async () => {
		const run = await stopped();
		const {folder, args, witness} = run;
		const file = path.join(runOf(folder), 'state.json');
		await damage(file);
		const broken = readFileSync(file);
		const before = acknowledgedIn(folder);
		const end = await runCli(args, {cwd: folder, env});
		expect(end.code, end.stderr).toBe(0);
		expect(end.stderr).toContain('the state was rebuilt from the journal');
		expect(reportOf(end.stdout).session.requests).toBe(10);
		expect(stateFiles(folder)).toContainEqual(broken);
		await expectInvariants({folder, requests, ends: [run.end, end], keys: [key], before, witness});
	});
});

const losses: readonly (readonly [string, (journal: string) => void])[] = [
	['missing', journal => rmSync(journal)],
	['empty', journal => truncateSync(journal, 0)],
	['shorter garbage', journal => writeFileSync(journal, 'garbage \u0000\u0001\n'.repeat(9))],
	['longer garbage', journal => writeFileSync(journal, 'garbage\n'.repeat(readFileSync(journal).length))],
	['zeros', journal => writeFileSync(journal, Buffer.alloc(readFileSync(journal).length))],
];

test.each(losses)(
	'fault 7: a journal that is %s is not begun anew over the state: nothing is sent, nothing overwritten',
	async (_, lose) => {
		const {folder, args, witness} = await stopped();
		lose(path.join(runOf(folder), 'journal.jsonl'));
		const before = contentsOf(folder);
		const calls = witness.calls.length;
		const end = await runCli(args, {cwd: folder, env});
		expect(end).toMatchObject({code: 2, stdout: ''});
		expect(end.stderr).toContain('journal.jsonl');
		expect(end.stderr).toContain('--dir');
		expect(witness.calls).toHaveLength(calls);
		expect((await runCli(['doctor', runOf(folder)], {cwd: folder, env})).code).toBe(1);
		expect(contentsOf(folder)).toEqual(before);
	},
);

/** What stands in the folder of the run, but for the lock. */
function contentsOf(folder: string): ReadonlyMap<string, string> {
	const names = readdirSync(runOf(folder)).filter(name => name.endsWith('.json') || name.endsWith('.jsonl'));
	return new Map(names.map(name => [name, readFileSync(path.join(runOf(folder), name), 'utf8')]));
}

/** state.json, and what was kept aside of it. */
function stateFiles(folder: string): readonly Buffer[] {
	const names = readdirSync(runOf(folder)).filter(name => name.startsWith('state.json'));
	return names.map(name => readFileSync(path.join(runOf(folder), name)));
}
