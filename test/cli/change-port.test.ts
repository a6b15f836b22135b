import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {resolveAccess} from '../../source/api/credentials.ts';
import {createChangePort} from '../../source/cli/change-port.ts';
import {ceilingObstacle} from '../../source/cli/check-ceilings.ts';
import {loadTokenCounter, queueRulesOf} from '../../source/cli/queue-rules-of.ts';
import {changedSource} from '../../source/domain/changed-source.ts';
import type {ParamChange} from '../../source/domain/param-change.ts';
import {defaultSettings, type RunSettings} from '../../source/domain/settings.ts';
import {memoryInputs} from '../../source/spec/memory-inputs.ts';
import {openRequests} from '../../source/spec/open-requests.ts';
import {readSpec} from '../../source/spec/read-spec.ts';
import {created, queueInfo, runFixture, sessionStarted, start, testPrice} from '../domain/run-fixture.ts';
import {folderWith} from './run-folder.ts';

const config = {
	name: 'openai',
	profile: 'openai',
	baseUrl: 'https://api.openai.com/v1',
	baseUrlIsDefault: true,
	apiKeyEnv: 'KEY',
	allowHttp: false,
	batch: null,
};
const withCost: RunSettings['limits'] = {
	...defaultSettings.limits,
	task: {requests: null, tokens: null, costPico: 10_000_000_000_000n},
};

async function fixture(
	text = 'model: gpt-4o-mini\nprompts: Say hi to {{n}}\nparams: {max_tokens: 100}',
	limits = defaultSettings.limits,
	env: {readonly [name: string]: string} = {KEY: 'sk-1'},
) {
	const folder = folderWith({'spec.yaml': `${text}\nargs: [{n: a}, {n: b}, {n: c}, {n: d}]\n`});
	const spec = await readSpec(path.join(folder, 'spec.yaml'));
	const raw = openRequests(spec, await memoryInputs(spec));
	const run = runFixture(created(raw.count, raw.queues), sessionStarted(raw.queues.map(() => testPrice)));
	const {state} = run;
	const source = changedSource(raw, state);
	const queueRules = queueRulesOf(spec);
	const settings = {...defaultSettings, limits};
	const counter = await loadTokenCounter(source, queueRules, settings, state);
	const flags = {baseUrl: null, apiKeyEnv: null, allowHttp: false};
	const providers = [resolveAccess(config, [], flags, env)];
	const port = createChangePort({spec, state, source, settings, queueRules, counter, providers});
	const plan = async (body: ParamChange['body'], model: string | null = null, indexes = [0, 1, 2, 3]) =>
		port(indexes, {model, body});
	return {...run, spec, plan, queueRules, obstacle: ceilingObstacle(spec, queueRules, [testPrice], state)};
}

describe('a change, before it is made', () => {
	test('of fields stays in the queue, and tells what one attempt costs with it and without', async () => {
		const {plan} = await fixture();
		const twice = await plan({max_tokens: 200});
		expect(twice).toMatchObject({queueKey: null, added: null, problem: null});
		// Half of 100 tokens more, of four requests, at 10 USD per million.
		expect(twice.costUsd! - twice.beforeUsd!).toBeCloseTo(4 * 50e-5, 9);
		const half = await plan({max_tokens: 200}, null, [0, 2]);
		expect(half.costUsd).toBeCloseTo(twice.costUsd! / 2, 9);
	});

	test('of the model names its queue, its price and what is known of it', async () => {
		const {plan, take, queueRules} = await fixture();
		const to = await plan({}, 'gpt-4o');
		expect(to).toMatchObject({
			queueKey: 'openai/gpt-4o',
			added: {info: queueInfo('gpt-4o'), rules: {hasBatch: true, maxOutput: 16_384}},
			problem: null,
		});
		expect(to.added!.price!.direct.output).toBe(10_000_000);
		take({type: 'queue-added', at: start, info: to.added!.info, price: testPrice});
		queueRules.push(to.added!.rules);
		expect(await plan({}, 'gpt-4o')).toMatchObject({queueKey: 'openai/gpt-4o', added: null});
	});

	test('to a model without a price is possible, but not under a ceiling in USD', async () => {
		const free = await (await fixture()).plan({}, 'nobody-knows');
		expect(free).toMatchObject({costUsd: null, problem: null, added: {price: null}});
		expect(free.beforeUsd).toBeGreaterThan(0);
		const bound = await fixture(undefined, withCost);
		expect((await bound.plan({}, 'nobody-knows')).problem).toBe(
			'nobody knows the price of openai/nobody-knows: set `prices`',
		);
		expect((await bound.plan({}, 'gpt-4o')).problem).toBeNull();
	});

	test('that takes the bound of an output away is refused under any ceiling that hangs on it', async () => {
		const tokens = {...defaultSettings.limits, session: {requests: null, tokens: 9000, costPico: null}};
		const prices = 'prices: {input: 1, output: 1}';
		const text = `model: mine\nprompts: Say {{n}}\nparams: {max_tokens: 100}\n${prices}`;
		for (const limits of [tokens, withCost]) {
			const {plan} = await fixture(text, limits);
			expect((await plan({max_tokens: null})).problem).toBe(
				'nothing bounds the output of openai/mine: change `max_tokens` too',
			);
			expect((await plan({max_completion_tokens: 7})).problem).toBeNull();
			expect((await plan({}, 'other')).problem).toBeNull();
		}

		expect((await (await fixture(text)).plan({max_tokens: null})).problem).toBeNull();
	});

	test('makes a ceiling impossible that would be typed later', async () => {
		const {obstacle, take} = await fixture();
		expect(obstacle()).toBeNull();
		take({type: 'queue-added', at: start, info: queueInfo('nobody-knows'), price: null});
		const about = {type: 'params-changed', at: start, indexes: [[1, 1]], failedByQueue: []} as const;
		take({...about, change: {model: 'nobody-knows', body: {}}, queueKey: 'openai/nobody-knows'});
		expect(obstacle()).toContain('nobody knows the price of openai/nobody-knows');
	});

	test.each([
		[{}, null, 'nothing is changed'],
		[{max_tokens: 100}, null, 'they are sent like this already'],
		[{}, 'gpt-4o-mini', 'they are sent like this already'],
		[{seed: null}, null, 'they are sent like this already'],
		[{}, ' ', 'the model has no name'],
		[{messages: []}, null, '`messages` cannot be changed: the prompt is the spec’s'],
		[{model: 'x'}, null, '`model` cannot be changed: it is changed as the model, not as a field'],
		[{stream: true}, null, '`stream` cannot be changed: answers are read whole'],
		[{n: 0}, null, '`n` must be a whole number of at least 1'],
	] as const)('%j, model %j is refused', async (body, model, problem) => {
		expect((await (await fixture()).plan(body, model)).problem).toBe(problem);
	});

	test('that would break the format of the schema is refused', async () => {
		const schema =
			'{type: object, properties: {a: {type: string}}, required: [a], additionalProperties: false}';
		const {plan} = await fixture(`model: gpt-4o-mini\nprompts: Say {{n}}\nschema: ${schema}`);
		expect((await plan({response_format: null})).problem).toContain('the schema of the spec');
		expect((await plan({temperature: 0})).problem).toBeNull();
	});

	test('of requests of several providers keeps their models', async () => {
		const models = '[mine, {provider: openai, model: gpt-4o}]\nprovider: {base_url: http://127.0.0.1:1/v1}';
		const {plan} = await fixture(`model: ${models}\nprompts: Say {{n}}\nparams: {max_tokens: 9}`);
		const all = [0, 1, 2, 3, 4, 5, 6, 7];
		expect((await plan({}, 'gpt-4.1', all)).problem).toBe(
			'they go to custom and openai: choose those of one provider to change the model',
		);
		expect((await plan({max_tokens: 5}, null, all)).problem).toBeNull();
		expect((await plan({max_tokens: 5}, null, [])).problem).toBe('no request is chosen');
	});

	test('to a model that has no key says so', async () => {
		const {plan} = await fixture(undefined, undefined, {KEY_gpt_4o: 'sk-2'});
		expect((await plan({}, 'gpt-4o')).problem).toBeNull();
		expect((await plan({}, 'gpt-4.1')).problem).toContain('The variable KEY is not set');
	});
});
