import {expect, test} from 'vitest';
import {ledgerSpec, price} from '../cli/ledger-run.ts';
import {ledgerServer, sumOf} from '../cli/ledger-server.ts';
import {failuresOf, folderWith, journalOf, reportOf, resultsOf, specOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {faultKey, runAgainst} from './program.ts';
import {witnessOf} from './witness.ts';
import type {Act, Reply} from './witness-act.ts';

/** Changes the JSON of a good answer. */
function changed(change: (body: {[key: string]: unknown}) => void): Act {
	return {
		act: 'edit',
		edit({body}: Reply) {
			const parsed = JSON.parse(body.toString());
			change(parsed);
			return {body: Buffer.from(JSON.stringify(parsed))};
		},
	};
}

type Choices = {message: {content: unknown}; finish_reason?: unknown}[];

/** Each comes with status 200, or nearly, and is no answer. */
const odd: readonly (readonly [string, Act])[] = [
	[
		'a page',
		{act: 'instead', status: 200, headers: {'content-type': 'text/html'}, body: '<html><h1>Hi</h1></html>'},
	],
	[
		'a page that says it is JSON',
		{
			act: 'instead',
			status: 200,
			headers: {'content-type': 'application/json'},
			body: '<!doctype html><title>Login</title>',
		},
	],
	['an empty body', {act: 'instead', status: 200, headers: {'content-type': 'application/json'}, body: ''}],
	['204', {act: 'instead', status: 204, headers: {}}],
	['truncated JSON', {act: 'edit', edit: ({body}) => ({body: body.subarray(0, body.length / 2)})}],
	['no object', {act: 'instead', status: 200, body: '[]', headers: {'content-type': 'application/json'}}],
	['null', {act: 'instead', status: 200, body: 'null', headers: {'content-type': 'application/json'}}],
	['no choices', changed(body => delete body.choices)],
	['choices: []', changed(body => Object.assign(body, {choices: []}))],
	['a choice without a message', changed(body => delete (body.choices as Partial<Choices[0]>[])[0]!.message)],
	[
		'content null',
		changed(body => {
			const [choice] = body.choices as Choices;
			Object.assign(choice!, {message: {...choice!.message, content: null}, finish_reason: 'stop'});
		}),
	],
	[
		'an error under 200',
		changed(body => Object.assign(body, {error: {message: 'went wrong', type: null, code: null}})),
	],
	['a body that breaks off', {act: 'cut', afterBytes: 40}],
];

/** `how often` each prompt meets what is odd about its number. */
async function meeting(howOften: number) {
	const simulator = await simulated();
	const seen = new Map<number, number>();
	return witnessOf(simulator.url, ({body}) => {
		const number = Number(/Say (\d+)/.exec(body.toString())![1]);
		seen.set(number, (seen.get(number) ?? 0) + 1);
		return seen.get(number)! <= howOften ? odd[number]![1] : undefined;
	});
}

const retry = 'retry: {max_retries: 1, initial_s: 0.01, max_s: 0.02}\nguard: {max_pass_failures: 20}';

test('met once: none is taken for a result, each is tried again and counted as perhaps billed', async () => {
	const witness = await meeting(1);
	const folder = folderWith({'spec.yaml': specOf(odd.length, retry)});
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(0);
	const results = resultsOf(folder);
	expect(results.map(({index, attempts}) => [odd[index]![0], attempts])).toEqual(
		odd.map(([what]) => [what, 2]),
	);
	const failed = journalOf(folder).filter(event => event.type === 'attempt-failed');
	expect(failed.map(({failure}) => failure.kind)).toEqual(odd.map(() => 'malformed'));
	// The API did each of them, and may bill it; what told its usage is paid for.
	const told = failed.filter(({costPico}) => costPico !== null && costPico !== undefined).length;
	expect(reportOf(end.stdout).maybe_billed.calls + told).toBe(odd.length);
	expect(end.stdout + end.stderr).not.toMatch(/<html|<h1|<!doctype/i);
	await expectInvariants({folder, requests: odd.length, ends: [end], keys: [faultKey], witness});
}, 60_000);

test('met always: they fail as what they are, within their attempts', async () => {
	const witness = await meeting(100);
	const folder = folderWith({'spec.yaml': specOf(odd.length, retry)});
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(1);
	expect(witness.of('direct')).toHaveLength(odd.length * 2);
	expect(resultsOf(folder)).toEqual([]);
	expect(failuresOf(folder).map(({attempts, error}) => [attempts, error.kind])).toEqual(
		odd.map(() => [2, 'malformed']),
	);
	await expectInvariants({folder, requests: odd.length, ends: [end], keys: [faultKey], witness});
}, 60_000);

test.each(['direct', 'batch'])(
	'usage that is not told, %s: estimated from what came, never nothing, and flagged',
	async mode => {
		const server = await ledgerServer({answer: () => ({input: 24, output: 12, silent: true})});
		const witness = await witnessOf(server.url);
		const folder = folderWith({
			'spec.yaml': ledgerSpec(4, `mode: ${mode}\nparams: {max_tokens: 20}\nbatch: {poll_s: 0.1}`),
		});
		const end = await runAgainst(witness.url, folder);
		expect(end.code, end.stderr).toBe(0);
		const {cost_usd: cost} = reportOf(end.stdout);
		expect(Math.round(cost! * 1e12)).toBeGreaterThanOrEqual(Number(sumOf(server.billed, price)));
		for (const row of resultsOf(folder)) {
			expect(row.cost_usd).toBeGreaterThan(0);
			expect(row.warnings).toContain('usage_estimated');
		}

		await expectInvariants({folder, requests: 4, ends: [end], keys: [faultKey], witness, price});
	},
	60_000,
);
