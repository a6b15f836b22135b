import {existsSync} from 'node:fs';
import {expect, test} from 'vitest';
import {providerProfiles} from '../../source/domain/provider.ts';
import {simulated} from '../simulator/simulated.ts';
import {runCli} from './cli-process.ts';
import {recordingProxy} from './recording-proxy.ts';
import {folderWith, reportOf, resultsOf, runOf} from './run-folder.ts';
import {runHere} from './run-here.ts';

const rows = Array.from({length: 6}, (_, n) => `{w: word${n}}`).join(', ');
const asked = `prompts: Say {{w}}\nargs: [${rows}]\nparams: {max_tokens: 10}\n`;

test('four providers in one run: each with its own address, key, lane and price', async () => {
	const servers = await Promise.all(
		[0, 1, 2, 3].map(async () => recordingProxy((await simulated('batch=100ms')).url)),
	);
	const [openai, azure, groq, local] = servers.map(({origin}) => origin);
	const folder = folderWith({
		'.env': `OPENAI_BASE_URL=${openai}/v1\nOPENAI_API_KEY=sk-openai\nOPENAI_API_KEY_gpt_4o=sk-openai-4o\nEU_KEY=azure-eu\nGROQ_API_KEY=gsk-1\n`,
		'spec.yaml': `${asked}batch: {min_requests: 3, poll_s: 0.05}
providers:
  eu: {profile: azure, base_url: "${azure}/openai/v1", api_key_env: EU_KEY}
  groq: {base_url: "${groq}/openai/v1", batch: false}
  local: {base_url: "${local}/v1"}
model:
  - gpt-4o-mini
  - gpt-4o
  - {provider: eu, model: gpt-4o-mini}
  - {provider: groq, model: openai/gpt-oss-20b}
  - {provider: local, model: llama}
`,
	});
	const {report} = await runHere(folder);
	expect(report.requests).toMatchObject({total: 30, done: 30});
	expect(report.mode).toEqual({direct: 12, batch: 18});

	const senders = servers.map(({recorded}) => [
		...new Set(recorded.map(({authorization, apiKey}) => `${authorization} ${apiKey}`)),
	]);
	expect(senders[0]!.sort()).toEqual(['Bearer sk-openai undefined', 'Bearer sk-openai-4o undefined']);
	expect(senders.slice(1)).toEqual([
		['undefined azure-eu'],
		['Bearer gsk-1 undefined'],
		['undefined undefined'],
	]);
	const routes = servers.map(({recorded}) =>
		[...new Set(recorded.map(({url}) => /\/(batches|files|chat)/.exec(url)![1]))].sort(),
	);
	expect(routes).toEqual([['batches', 'files'], ['batches', 'files'], ['chat'], ['chat']]);
	expect(servers[1]!.recorded.every(({url}) => url.startsWith('/openai/v1/'))).toBe(true);

	const results = resultsOf(folder);
	expect(results.map(({index, provider, model, mode}) => [index, provider, model, mode])).toEqual(
		Array.from({length: 6}, () => [
			['openai', 'gpt-4o-mini', 'batch'],
			['openai', 'gpt-4o', 'batch'],
			['eu', 'gpt-4o-mini', 'batch'],
			['groq', 'openai/gpt-oss-20b', 'direct'],
			['local', 'llama', 'direct'],
		])
			.flat()
			.map((row, index) => [index, ...row]),
	);
	// The same model costs the same at Azure, and nobody knows what a server of one's own costs.
	const costs = results.slice(0, 5).map(({cost_usd}) => cost_usd);
	expect(costs[0]).toBeGreaterThan(0);
	expect(costs[2]).toBe(costs[0]);
	expect(costs[3]).toBeGreaterThan(0);
	expect(costs[4]).toBeNull();
	expect(report.unpriced_calls).toBe(6);
});

test('a provider that refuses the key holds its own queues; the others go on', async () => {
	const [good, bad] = await Promise.all([simulated(), simulated('auth_after=0')]);
	const folder = folderWith({
		'.env': 'OPENAI_API_KEY=sk-openai\nMISTRAL_API_KEY=wrong\n',
		'spec.yaml': `${asked}providers:\n  openai: {base_url: "${good.url}"}\n  mistral: {base_url: "${bad.url}"}\nmodel: [gpt-4o-mini, {provider: mistral, model: mistral-small-latest}]\nrate: {concurrency: 2}\n`,
	});
	const {report, reason, why} = await runHere(folder);
	expect(reason).toBe('stuck');
	expect(why).toContain('mistral/mistral-small-latest');
	expect(report.requests).toMatchObject({total: 12, done: 6, failed: 0, pending: 6});
	expect(good.calls).toHaveLength(6);
});

test.each(['created', 'downloading'])(
	'killed at “%s”, each provider is asked about its own batches',
	async step => {
		const [openai, groq, local] = await Promise.all([0, 1, 2].map(async () => simulated('batch=200ms')));
		const folder = folderWith({
			'spec.yaml': `${asked}batch: {min_requests: 3, poll_s: 0.05}
providers:
  openai: {base_url: "${openai!.url}"}
  groq: {base_url: "${groq!.url}"}
  local: {base_url: "${local!.url}"}
model: [gpt-4o-mini, {provider: groq, model: m}, {provider: local, model: m}]
`,
		});
		const env = {OPENAI_API_KEY: 'sk-1', GROQ_API_KEY: 'gsk-1'};
		const args = ['spec.yaml', '--display', 'json'];
		const killed = await runCli(args, {cwd: folder, env: {...env, PROMPTBATCH_FAILPOINT: step}});
		expect(killed.signal).toBe('SIGKILL');
		const {code, stdout} = await runCli(args, {cwd: folder, env});
		expect(code).toBe(0);
		expect(reportOf(stdout)).toMatchObject({requests: {total: 18, done: 18}, mode: {direct: 6, batch: 12}});
		expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(18).keys()]);
		for (const [server, batches] of [
			[openai, 1],
			[groq, 1],
			[local, 0],
		] as const) {
			expect(JSON.parse((await server!.get('/batches')).text).data).toHaveLength(batches);
			expect(JSON.parse((await server!.get('/files')).text).data).toEqual([]);
		}
	},
);

test('a ceiling over several providers holds once each has a price, which may be nothing', async () => {
	const local = 'provider: ollama\nmodel: [llama, {provider: openai, model: gpt-4o-mini}]\n';
	const folder = folderWith({
		'spec.yaml': `${asked}${local}`,
		'priced.yaml': `${asked}${local}prices: {by: {ollama: {default: {input: 0, output: 0}}}}\n`,
	});
	const refused = await runCli(['check', 'spec.yaml', '--max-cost', '1'], {cwd: folder});
	expect(refused.code).toBe(2);
	expect(refused.stderr).toContain('nobody knows the price of ollama/llama');
	expect(refused.stderr).toContain('`prices: {by: {ollama: {default: {input: 0.15, output: 0.6}}}}`');
	const run = await runCli(['priced.yaml', '--simulate', '--max-cost', '1', '--display', 'json'], {
		cwd: folder,
	});
	expect(run.code).toBe(0);
	const {cost_usd: cost, by_model: models} = reportOf(run.stdout);
	expect(models.find(({provider}) => provider === 'ollama')?.cost_usd).toBe(0);
	expect(cost).toBeGreaterThan(0);
});

test('a classic Azure address has its deployment and api-version around the route', async () => {
	const server = await recordingProxy((await simulated()).url);
	const folder = folderWith({
		'.env': 'AZURE_OPENAI_API_KEY=azure-1\n',
		'spec.yaml': `${asked}mode: auto\nbatch: {min_requests: 1}\nproviders: {azure: {base_url: "${server.origin}/openai/deployments/d1/v1?api-version=2024-10-21"}}\nprovider: azure\nmodel: d1\n`,
	});
	const {report} = await runHere(folder);
	expect(report.mode).toEqual({direct: 6, batch: 0});
	expect(new Set(server.recorded.map(({url}) => url))).toEqual(
		new Set(['/openai/deployments/d1/v1/chat/completions?api-version=2024-10-21']),
	);
});

const everyone = Object.keys(providerProfiles);
const models = `model: [${everyone.map(name => `{provider: ${name}, model: gpt-4o-mini}`).join(', ')}]\n`;

test('the simulator answers for every provider, by the lanes that it has, without a key or an address', async () => {
	const folder = folderWith({'spec.yaml': `${asked}${models}batch: {min_requests: 1, poll_s: 0.05}\n`});
	const {code, stdout} = await runCli(['spec.yaml', '--simulate=batch=100ms', '--display', 'plain'], {
		cwd: folder,
	});
	expect(code).toBe(0);
	expect(stdout).toContain('as anthropic has no Batch API');
	const results = resultsOf(folder);
	expect(results).toHaveLength(6 * everyone.length);
	for (const {provider, mode} of results) {
		expect([provider, mode]).toEqual([
			provider,
			providerProfiles[provider]!.batch === null ? 'direct' : 'batch',
		]);
	}
});

test('what keeps providers from being called is said with the name of its variable, before anything is made', async () => {
	const folder = folderWith({'spec.yaml': `${asked}${models}`});
	const env = {OPENAI_API_KEY: 'sk-1', GROQ_API_KEY: 'gsk-1', AZURE_OPENAI_ENDPOINT: 'https://x.example.org'};
	const run = await runCli(['spec.yaml', '--display', 'none'], {cwd: folder, env});
	expect(run.code).toBe(2);
	expect(run.stderr).toContain(
		'The variable AZURE_OPENAI_API_KEY is not set; provider azure needs it for its key.',
	);
	expect(existsSync(runOf(folder))).toBe(false);
	const check = await runCli(['check', 'spec.yaml'], {cwd: folder, env});
	expect(check.code).toBe(0);
	const missing = [...check.stdout.matchAll(/The variable (\w+) is not set/g)].map(([, name]) => name);
	expect(missing).toEqual([
		'AZURE_OPENAI_API_KEY',
		'ANTHROPIC_API_KEY',
		'GEMINI_API_KEY',
		'TOGETHER_API_KEY',
		'MISTRAL_API_KEY',
		'DEEPSEEK_API_KEY',
		'OPENROUTER_API_KEY',
	]);
	for (const flag of ['--base-url=https://x.example.org/v1', '--api-key-env=MINE']) {
		const refused = await runCli(['spec.yaml', flag], {cwd: folder, env: {...env, MINE: 'k'}});
		expect(refused.code).toBe(2);
		expect(refused.stderr).toContain(`but the spec names ${everyone.length} providers`);
	}

	expect(existsSync(runOf(folder))).toBe(false);
});

test('mode batch is refused for a provider, or an endpoint, without a Batch API', async () => {
	for (const [rest, sentence] of [
		['provider: ollama\nmode: batch\n', 'spec.yaml:5:7: `mode: batch` needs a Batch API'],
		[
			'provider: groq\nendpoint: responses\nmode: batch\n',
			'groq has no Batch API for the responses endpoint',
		],
	] as const) {
		const folder = folderWith({'spec.yaml': `model: m\nprompts: x\nparams: {}\n${rest}`});
		const {code, stderr} = await runCli(['check', 'spec.yaml'], {cwd: folder});
		expect(stderr).toContain(sentence);
		expect(code).toBe(2);
	}
});
