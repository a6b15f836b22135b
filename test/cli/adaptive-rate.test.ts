import {expect, it} from 'vitest';
import {scriptedServer} from '../api/scripted-server.ts';
import {tokenBucket} from '../engine/rate-server.ts';
import {startCli, until} from './cli-process.ts';
import {folderWith, specOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-rates'};
/** A minute after the first 10 s: in less, the few refusals of one episode are more than 2 %. */
const measuredMs = 70_000;

it('finds a hidden limit of 600 a minute: after 10 s less than 2 % is refused and 90 % used (row 130)', async () => {
	const limiter = tokenBucket(600, 10);
	const seen: {readonly at: number; readonly isIn: boolean}[] = [];
	const server = await scriptedServer((_, response) => {
		const at = performance.now();
		const isIn = limiter(at);
		seen.push({at, isIn});
		const head = {'content-type': 'application/json'};
		if (isIn) {
			setTimeout(() => response.writeHead(200, head).end(answer), 100);
		} else {
			response.writeHead(429, head).end(refusal);
		}
	});
	const folder = folderWith({'spec.yaml': specOf(2000, 'mode: direct')});
	const run = startCli(['spec.yaml', '--base-url', `${server.origin}/v1`], {cwd: folder, env});
	await until(
		() => seen.length > 0 && performance.now() > seen[0]!.at + measuredMs,
		'70 s of calls',
		120_000,
	);
	run.kill('SIGKILL');
	const from = seen[0]!.at + 10_000;
	const calls = seen.filter(({at}) => at >= from && at < seen[0]!.at + measuredMs);
	const isIn = calls.filter(call => call.isIn).length;
	expect((calls.length - isIn) / calls.length).toBeLessThan(0.02);
	// 10 a second for a minute.
	expect(isIn).toBeGreaterThanOrEqual(0.9 * 600);
}, 150_000);

const refusal = '{"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}';
const answer = JSON.stringify({
	id: 'chatcmpl-1',
	object: 'chat.completion',
	created: 1,
	model: 'gpt-4o-mini',
	choices: [{index: 0, message: {role: 'assistant', content: 'done'}, finish_reason: 'stop'}],
	usage: {prompt_tokens: 3, completion_tokens: 2, total_tokens: 5},
});
