import {describe, expect, test} from 'vitest';
import {defaultSettings} from '../../source/domain/settings.ts';
import {refusalOf, specOf} from './spec-folder.ts';

const head = 'model: m\nprompts: x\n';

test('a silent spec has the defaults', async () => {
	expect((await specOf(head)).settings).toEqual(defaultSettings);
});

test('every key of the batch lane and the money arrives, in the units that are used inside', async () => {
	const {settings} = await specOf(
		`${head}mode: batch
batch: {min_requests: 5, max_requests: 40, max_mb: 1.5, max_ktokens: 2.5, max_cost: 0.25, poll_s: 0.5, max_unpushed: 2}
remote: {max_batches: 3, max_requests: 400, max_mb: 15, max_ktokens: 25, max_cost: 2.5}
remote_files: keep
limits: {task: {requests: 9, ktokens: 0.5, cost: 1.1}, session: {requests: 0, ktokens: 7, cost: 0}}
guard: {min_pass_ratio: 0.9, max_pass_failures: 4, process_failed_batches: -1}
completion_ratio: 0.4
`,
	);
	expect(settings).toEqual({
		...defaultSettings,
		mode: 'batch',
		batch: {
			minRequests: 5,
			maxRequests: 40,
			maxBytes: 1_500_000,
			maxTokens: 2500,
			maxCostPico: 250_000_000_000n,
			pollMs: 500,
			maxUnpushed: 2,
		},
		remote: {
			maxBatches: 3,
			maxRequests: 400,
			maxBytes: 15e6,
			maxTokens: 25_000,
			maxCostPico: 2_500_000_000_000n,
			files: 'keep',
		},
		limits: {
			task: {requests: 9, tokens: 500, costPico: 1_100_000_000_000n},
			session: {requests: 0, tokens: 7000, costPico: 0n},
		},
		guard: {minPassRatio: 0.9, maxPassFailures: 4, processFailedBatches: -1},
		completionRatio: 0.4,
	});
});

test('a flag reaches each of them; null takes a bound away', async () => {
	const {settings} = await specOf(`${head}limits: {task: {cost: 5, requests: 3}}\n`, {
		set: [
			'limits.task.cost=null',
			'batch.max_cost=null',
			'remote.max_cost=null',
			'remote.max_batches=0',
			'remote_files=keep',
			'guard.min_pass_ratio=0',
			'completion_ratio=1',
		],
	});
	expect(settings.limits.task).toEqual({requests: 3, tokens: null, costPico: null});
	expect(settings.batch.maxCostPico).toBeNull();
	expect(settings.remote).toMatchObject({maxBatches: 0, maxCostPico: null, files: 'keep'});
	expect(settings.guard.minPassRatio).toBe(0);
	expect(settings.completionRatio).toBe(1);
});

test('the default of a batch gives way to what may be remote', async () => {
	const {settings} = await specOf(
		`${head}remote: {max_requests: 100, max_mb: 1, max_ktokens: 3, max_cost: 2}\n`,
	);
	expect(settings.batch).toMatchObject({
		maxRequests: 100,
		maxBytes: 1e6,
		maxTokens: 3000,
		maxCostPico: 2_000_000_000_000n,
	});
	const unbounded = await specOf(`${head}batch: {max_cost: null}\n`);
	expect(unbounded.settings.batch.maxCostPico).toBe(defaultSettings.remote.maxCostPico);
});

describe('limits that contradict each other, and what the Batch API does not take', () => {
	test.each([
		[
			'batch: {max_requests: 1000}\nremote: {max_requests: 500}\n',
			'spec.yaml:3:23: `batch.max_requests` (1000) is above `remote.max_requests` (500): such a batch could never be sent. | Lower `batch.max_requests`, or raise `remote.max_requests` to at least 1000.',
		],
		[
			'remote: {max_mb: 10}\nbatch: {max_mb: 10.5}\n',
			'spec.yaml:4:17: `batch.max_mb` (10.5) is above `remote.max_mb` (10)',
		],
		[
			'batch: {max_ktokens: 60001}\n',
			'spec.yaml:3:22: `batch.max_ktokens` (60001) is above `remote.max_ktokens` (60000)',
		],
		[
			'batch: {max_cost: 0.3}\nremote: {max_cost: 0.2}\n',
			'spec.yaml:3:19: `batch.max_cost` (0.3) is above `remote.max_cost` (0.2)',
		],
		[
			'batch: {max_requests: 50001}\n',
			'spec.yaml:3:23: `batch.max_requests` must be at most 50000, not the number 50001.',
		],
		['batch: {max_mb: 201}\n', 'spec.yaml:3:17: `batch.max_mb` must be at most 200, not the number 201.'],
		[
			'batch: {min_requests: 50, max_requests: 49}\n',
			'spec.yaml:3:23: `batch.min_requests` (50) is above `batch.max_requests` (49)',
		],
		['limits: {task: {cost: -1}}\n', 'spec.yaml:3:23: `limits.task.cost` must be at least 0'],
		['limits: {sesion: {cost: 1}}\n', 'spec.yaml:3:10: `sesion` is not a key of `limits`'],
		['guard: {process_failed_batches: -2}\n', 'must be at least -1'],
		['completion_ratio: 0\n', 'spec.yaml:3:19: `completion_ratio` must be above 0'],
		['mode: batch\nparams: {stream: true}\n', 'spec.yaml:4:10: `stream` cannot be set in `params`'],
	])('%j', async (yaml, message) => {
		expect(await refusalOf(`${head}${yaml}`)).toContain(message);
	});
});
