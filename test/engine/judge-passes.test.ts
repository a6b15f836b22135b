import {expect, test} from 'vitest';
import {defaultSettings} from '../../source/domain/settings.ts';
import {statuses} from '../../source/domain/state.ts';
import {answered, createFixture, failed, finish} from './engine-fixture.ts';

const fatal = {afterMs: 1, outcome: failed('invalid_request', 400)};
const good = {afterMs: 1, outcome: answered()};

test('row 28: two bad passes of 50 direct requests stop the run, and a person goes on with a fresh count', async () => {
	const fixture = createFixture({count: 400, script: () => fatal, rate: {concurrency: 10}});
	const end = await finish(fixture);
	expect(end).toMatchObject({reason: 'stuck', why: expect.stringContaining('guard')});
	const {state} = fixture;
	expect(state.guard).toMatchObject({
		badPasses: 2,
		tripped: '2 passes in a row had less than 50 % good results',
	});
	const failedCount = state.totals.status[statuses.indexOf('failed')]!;
	expect(failedCount).toBeGreaterThanOrEqual(100);
	expect(failedCount).toBeLessThanOrEqual(100 + 10);

	const resumed = createFixture({
		count: 400,
		script: () => fatal,
		rate: {concurrency: 10},
		earlier: [...fixture.events, {type: 'resumed', at: fixture.clock.now()}],
	});
	expect(resumed.state.guard).toMatchObject({badPasses: 0, tripped: null});
	await finish(resumed);
	expect(resumed.state.totals.status[statuses.indexOf('failed')]).toBeGreaterThanOrEqual(failedCount + 90);
});

test('a good pass in between, and one that is exactly at the ratio, stop nothing', async () => {
	const script = (index: number) => (index % 100 < 50 || index % 2 === 0 ? good : fatal);
	const fixture = createFixture({
		count: 400,
		script: ({body}) => script(body.index as number),
		rate: {concurrency: 1},
	});
	expect(await finish(fixture)).toEqual({reason: 'done'});
	const judged = fixture.events.filter(event => event.type === 'pass-judged');
	expect(judged.map(({requests, passed, isBad}) => [requests, passed, isBad])).toEqual(
		[50, 25, 50, 25, 50, 25, 50, 25].map(passed => [50, passed, false]),
	);
});

test('a run that is finished is not stopped any more, however bad its last pass was', async () => {
	const fixture = createFixture({
		count: 60,
		script: () => fatal,
		rate: {concurrency: 60},
		settings: {guard: {...defaultSettings.guard, maxPassFailures: 1}},
	});
	expect(await finish(fixture)).toEqual({reason: 'done'});
	expect(fixture.state.guard.tripped).toBeNull();
});
