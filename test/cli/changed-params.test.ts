import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {encodeEvent} from '../../source/domain/event-line.ts';
import {simulated} from '../simulator/simulated.ts';
import {runCli} from './cli-process.ts';
import {folderWith, jsonLines, reportOf, resultsOf, runOf, specOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-changed'};
const added = {key: 'openai/gpt-4.1-nano', provider: 'openai', model: 'gpt-4.1-nano'};

/** Three requests are done; then a person changed them and three more, as the journal tells. */
async function changedRun(rest = '') {
	const simulator = await simulated();
	const folder = folderWith({'spec.yaml': specOf(8, rest)});
	const run = async (...args: readonly string[]) =>
		runCli(['spec.yaml', '--base-url', simulator.url, '--display', 'json', ...args], {cwd: folder, env});
	const first = await run('--set', 'limits.session.requests=3');
	expect(first.code, first.stderr).toBe(3);
	const at = Date.now();
	const facts: readonly RunEvent[] = [
		{type: 'queue-added', at, info: added, price: null},
		{
			type: 'params-changed',
			at,
			indexes: [[0, 5]],
			change: {model: null, body: {max_tokens: 5, user: 'me', r: 1}},
			queueKey: null,
			failedByQueue: [],
		},
		{
			type: 'params-changed',
			at,
			indexes: [[4, 2]],
			change: {model: added.model, body: {}},
			queueKey: added.key,
			failedByQueue: [0, 0],
		},
	];
	appendFileSync(
		path.join(runOf(folder), 'journal.jsonl'),
		facts.map(fact => `${encodeEvent(fact)}\n`).join(''),
	);
	return {folder, simulator, run, spec: path.join(folder, 'spec.yaml')};
}

const changedArgs = {max_tokens: 5, user: 'me', r: 1};
/** By index: what every row must say, and every call that was made. */
const asSent = [
	...[0, 1, 2].map(() => ['gpt-4o-mini', {max_tokens: 8}]),
	['gpt-4o-mini', changedArgs],
	[added.model, changedArgs],
	[added.model, {max_tokens: 8}],
	...[6, 7].map(() => ['gpt-4o-mini', {max_tokens: 8}]),
];

describe('requests whose parameters a person changed', () => {
	it('are sent so by the next session, and each row says what was really sent', async () => {
		const {folder, simulator, run} = await changedRun();
		const dry = await run('--dry-run');
		expect(dry.code, dry.stderr).toBe(0);
		expect(dry.stdout).toContain(added.key);
		const {code, stdout, stderr} = await run();
		expect(code, stderr).toBe(0);
		expect(reportOf(stdout).requests).toMatchObject({done: 8, total: 8});
		expect(resultsOf(folder).map(({model, model_args: args}) => [model, args])).toEqual(asSent);
		const sent = simulator.calls.map(({body}) => body as {[key: string]: unknown});
		expect(sent.map(({model, messages: _, ...args}) => [model, args]).sort(byText)).toEqual(
			[...asSent].sort(byText),
		);
		const exported = await runCli(['export', 'spec.yaml'], {cwd: folder});
		expect(exported.stdout).toBe(readFileSync(path.join(runOf(folder), 'results.jsonl'), 'utf8'));
		const status = jsonLines((await runCli(['status', 'spec.yaml', '--json'], {cwd: folder})).stdout)[0]!;
		expect(status.queues).toMatchObject([{done: 6}, {queue: added.key, done: 2}]);
		const costs = resultsOf(folder).map(({cost_usd: cost}) => cost!);
		expect(costs[4]).toBeGreaterThan(0);
		expect(costs[5]).not.toBe(costs[6]);
	});

	it('keep it through a change of the spec', async () => {
		const {folder, run, spec} = await changedRun();
		// Two new rows in front: every index moves.
		writeFileSync(
			spec,
			readFileSync(spec, 'utf8').replace('args:\n', 'args:\n  - {n: "new"}\n  - {n: "newer"}\n'),
		);
		const {code, stderr} = await run('--reinit-meta');
		expect(code, stderr).toBe(0);
		const rows = resultsOf(folder).map(({model, model_args: args}) => [model, args]);
		expect(rows.slice(2)).toEqual(asSent);
		expect(rows.slice(0, 2)).toEqual([asSent[0], asSent[0]]);
		const exported = await runCli(['export', 'spec.yaml'], {cwd: folder});
		expect(exported.stdout).toBe(readFileSync(path.join(runOf(folder), 'results.jsonl'), 'utf8'));
	});

	it('are refused under a ceiling that could not be kept over them', async () => {
		const {run, folder, simulator} = await changedRun();
		const at = Date.now();
		const info = {key: 'openai/nobody-knows', provider: 'openai', model: 'nobody-knows'};
		const facts: readonly RunEvent[] = [
			{type: 'queue-added', at, info, price: null},
			{
				type: 'params-changed',
				at,
				indexes: [[7, 1]],
				change: {model: info.model, body: {}},
				queueKey: info.key,
				failedByQueue: [0, 0, 0],
			},
		];
		appendFileSync(
			path.join(runOf(folder), 'journal.jsonl'),
			facts.map(fact => `${encodeEvent(fact)}\n`).join(''),
		);
		const {code, stderr} = await run('--max-cost', '5');
		expect(code).toBe(2);
		expect(stderr).toContain('nobody knows the price of openai/nobody-knows');
		expect(simulator.calls).toHaveLength(3);
		const without = await run();
		expect(without.code, without.stderr).toBe(0);
		expect(resultsOf(folder).at(-1)).toMatchObject({model: 'nobody-knows', cost_usd: null});
	});

	it('go by batch where their queue does', async () => {
		const {folder, simulator, run} = await changedRun('mode: batch\nbatch: {poll_s: 0.1}');
		const {code, stderr} = await run();
		expect(code, stderr).toBe(0);
		expect(resultsOf(folder).map(({model, model_args: args}) => [model, args])).toEqual(asSent);
		expect(resultsOf(folder).every(({mode}) => mode === 'batch')).toBe(true);
		expect(simulator.calls.length).toBeGreaterThan(0);
	});
});

function byText(one: unknown, other: unknown): number {
	return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
