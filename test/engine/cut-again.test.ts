import {expect, test} from 'vitest';
import {defaultSettings} from '../../source/domain/settings.ts';
import {createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';
import {okLine} from './fake-batch-lines.ts';

const none = {requests: null, tokens: null, costPico: null};

test('a request that comes back with a larger allowance is measured anew against the ceilings', async () => {
	const fixture = createBatchFixture({
		count: 1,
		body: {max_tokens: 100},
		policy: {onTruncated: 'retry'},
		settings: {
			limits: {task: {...none, tokens: 200}, session: none},
			guard: {...defaultSettings.guard, minPassRatio: 0},
		},
		batch: {minRequests: 1},
		// Of at most about 110 tokens, 15 are used up: as much again would fit, twice as much does not.
		api: {end: lines => ({output: lines.map(line => okLine(line).replace('"stop"', '"length"'))})},
	});
	const end = await finish(fixture, 600_000);
	expect('why' in end && end.why).toContain('the ceiling task.ktokens of');
	expect(fixture.api.batches.size).toBe(1);
});
