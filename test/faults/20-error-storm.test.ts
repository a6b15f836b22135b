import {createHash} from 'node:crypto';
import {expect, test} from 'vitest';
import {failuresOf, folderWith, jsonLines, reportOf, resultsOf, specOf} from '../cli/run-folder.ts';
import {startOnScreen} from '../cli/terminal.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {faultEnv, faultKey, runAgainst} from './program.ts';
import {times} from './strength.ts';
import {witnessOf} from './witness.ts';
import type {Act} from './witness-act.ts';

const requests = times(60, 1000);
const page =
	'<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center><script>alert(1)</script></body></html>\r\n';

const storm: readonly Act[] = [
	{
		act: 'answer',
		status: 500,
		body: {error: {message: 'The server had an error', type: 'server_error', param: null, code: null}},
	},
	{act: 'answer', status: 502, headers: {'content-type': 'text/html'}, body: page},
	{
		act: 'answer',
		status: 503,
		body: {error: {message: 'Slow down', type: 'rate_limit_error', param: null, code: 'slow_down'}},
	},
];

/** Three of ten calls meet it, by their prompt and by how often it came. Prompt 7 meets it always. */
function weather() {
	const seen = new Map<string, number>();
	return ({body}: {readonly body: Buffer}): Act | undefined => {
		const [prompt, number] = /Say (\d+)/.exec(body.toString())!;
		const time = (seen.get(prompt) ?? 0) + 1;
		seen.set(prompt, time);
		const chance = createHash('sha256').update(`${prompt} ${time}`).digest().readUInt32BE() / 2 ** 32;
		return number === '7' ? storm[time % 2] : chance < 0.3 ? storm[Math.floor(chance * 10)] : undefined;
	};
}

const retry = 'retry: {max_retries: 6, initial_s: 0.01, max_s: 0.05}';

test('30 % of all calls fail: all but the hopeless one finish, its attempts are capped, and no page is shown', async () => {
	const simulator = await simulated();
	const witness = await witnessOf(simulator.url, weather());
	const folder = folderWith({'spec.yaml': specOf(requests, `rate: {concurrency: 32}\n${retry}`)});
	const end = await runAgainst(witness.url, folder);
	const {code, stdout, stderr} = end;
	expect(code, stderr).toBe(1);
	expect(failuresOf(folder)).toMatchObject([{id: '7', attempts: 7, error: {kind: 'server'}}]);
	expect(failuresOf(folder)[0]!.history).toHaveLength(7);
	expect(resultsOf(folder)).toHaveLength(requests - 1);
	expect(simulator.calls, 'each is answered once').toHaveLength(requests - 1);
	const report = reportOf(stdout);
	expect(report.requests).toEqual({total: requests, done: requests - 1, failed: 1, pending: 0});
	expect(report.attempts).toBe(witness.of('direct').length);
	expect(report.maybe_billed.calls).toBe(0);
	const retries = jsonLines(stdout).filter(({event}) => event === 'retry-scheduled');
	expect(new Set(retries.map(({status}) => status))).toEqual(new Set([500, 502, 503]));
	expect(stdout + stderr).not.toMatch(/<html|<h1|<script/i);
	const said = failuresOf(folder)[0]!.history.map(({message}) => message);
	expect(new Set(said)).toEqual(new Set(['HTTP 502: HTML page: 502 Bad Gateway', 'The server had an error']));
	await expectInvariants({folder, requests, ends: [end], keys: [faultKey], witness});
}, 300_000);

test('on the full screen: words for pages, no tag', async () => {
	const simulator = await simulated();
	const witness = await witnessOf(simulator.url, ({nth}) => (nth % 2 === 0 ? storm[1] : undefined));
	const folder = folderWith({'spec.yaml': specOf(6, `rate: {concurrency: 4}\n${retry}`)});
	const args = ['spec.yaml', '--base-url', witness.url, '--exit-when-done', '--display', 'full'];
	const screen = startOnScreen(args, {cwd: folder, env: faultEnv});
	expect((await screen.exited).exitCode).toBe(0);
	expect(screen.output()).not.toMatch(/<html|<h1|<script/i);
	await expectInvariants({folder, requests: 6, ends: [], keys: [faultKey], witness, session: screen});
	expect(resultsOf(folder)).toHaveLength(6);
}, 60_000);
