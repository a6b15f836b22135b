import {describe, expect, test} from 'vitest';
import {defaultSettings} from '../../source/domain/settings.ts';
import {refusalOf, specOf} from './spec-folder.ts';

const yaml = 'model: m\nprompts: x\nrate: {rpm: 500, concurrency: 8}\n';

test('a flag overrides one key and leaves its neighbours', async () => {
	const {settings} = await specOf(yaml, {set: ['rate.concurrency=4', 'retry.initial_s=0.25', 'mode=direct']});
	expect(settings).toMatchObject({
		mode: 'direct',
		rate: {concurrency: 4, rpm: 500},
		retry: {initialMs: 250, maxMs: 60_000},
	});
});

test('the last of two flags holds; a map replaces a map; null takes a bound away', async () => {
	const {settings} = await specOf(yaml, {set: ['rate.concurrency=4', 'rate={concurrency: 5}']});
	expect(settings.rate).toEqual({concurrency: 5, rpm: null, tpm: null, adaptive: true});
	expect((await specOf(yaml, {set: ['rate.rpm=null']})).settings.rate.rpm).toBeNull();
});

test('an overridden mistake in the file does not matter', async () => {
	const spec = await specOf('model: m\nprompts: x\nrate: {rpm: fast}\n', {set: ['rate.rpm=5']});
	expect(spec.settings.rate.rpm).toBe(5);
});

test('preferences hold where flags and spec are silent', async () => {
	const defaults = {
		...defaultSettings,
		mode: 'direct',
		rate: {concurrency: 2, rpm: 60, tpm: 1000, adaptive: false},
		retry: {maxRetries: 0, initialMs: 10, maxMs: 20, timeoutMs: 30, maxWaits: 1, retryFatal: false},
	} as const;
	const {settings} = await specOf(yaml, {defaults, set: ['retry.max_retries=3']});
	expect(settings).toEqual({
		...defaultSettings,
		mode: 'direct',
		rate: {concurrency: 8, rpm: 500, tpm: 1000, adaptive: false},
		retry: {maxRetries: 3, initialMs: 10, maxMs: 20, timeoutMs: 30, maxWaits: 1, retryFatal: false},
	});
});

describe('refused, naming the flag', () => {
	test.each([
		[
			'rate.rpm=abc',
			'--set rate.rpm=abc: `rate.rpm` must be a number, not the text "abc". | For example: `rpm: 500`',
		],
		['rate.concurrency=', '--set rate.concurrency=: `rate.concurrency` must be a number, not nothing.'],
		['rate.rmp=5', '--set rate.rmp=5: `rmp` is not a key of `rate`; the nearest known key is `rpm`.'],
		['rate=5', '--set rate=5: `rate` must be a map, not the number 5.'],
		['model=x', '--set model=x: `model` is not an operational key; the nearest is `mode`.'],
		['rate', '--set rate: must have the form key.path=value. | For example: --set rate.rpm=500'],
		['rate..rpm=1', '--set rate..rpm=1: must have the form key.path=value.'],
		['rate.__proto__.x=1', '--set rate.__proto__.x=1: must have the form key.path=value'],
		['mode.x=1', '--set mode.x=1: `mode` must be auto, batch or direct, not a map.'],
		['limits.task.cost=-5', '--set limits.task.cost=-5: `limits.task.cost` must be at least 0'],
		[
			'batch.max_requests=50001',
			'--set batch.max_requests=50001: `batch.max_requests` must be at most 50000, not the number 50001.',
		],
		[
			'batch.max_cost=200',
			'--set batch.max_cost=200: `batch.max_cost` (200) is above `remote.max_cost` (150): such a batch could never be sent.',
		],
		['rate.rpm=[', '--set rate.rpm=[: the value is not valid YAML.'],
		[
			'retry.initial_s=100',
			'--set retry.initial_s=100: the first backoff (100 s) is longer than the longest (60 s).',
		],
	])('%s', async (set, message) => {
		expect(await refusalOf(yaml, {set: [set]})).toContain(message);
	});
});
