import {describe, expect, test} from 'vitest';
import {answered, createFixture, failed, finish} from './engine-fixture.ts';
import type {FakeClock} from './fake-clock.ts';
import {request, type Scripted, scriptedStage, yes} from './scripted-stage.ts';

/** Long enough for anything to begin that may. */
async function rest(clock: FakeClock): Promise<void> {
	let isOver = false;
	clock.after(10_000, () => {
		isOver = true;
	});
	await clock.runUntil(() => isOver);
}

describe('a run with a stage', () => {
	test('goes on until the stage is closed and all that it added is done', async () => {
		const stage: Scripted = scriptedStage('judge', (event, port) => {
			if (event.type === 'attempt-answered' && event.index < 3) {
				port.add(request(port.add(request(3 + 2 * event.index, String(event.index))) + 1));
			}
		});
		const fixture = createFixture({count: 3, script: yes, stages: [stage]});
		await fixture.clock.runUntil(() => fixture.calls.length === 9);
		await rest(fixture.clock);
		expect(fixture.state.stages).toMatchObject([{name: 'judge', isOpen: true, count: 6}]);
		expect(fixture.events.at(-1)!.type).toBe('attempt-answered');
		stage.close();
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.count).toBe(9);
		expect(fixture.calls.map(({index}) => index).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
		expect(fixture.events.at(-1)!.type).toBe('stage-closed');
	});

	test('may begin with no request at all', async () => {
		const stage: Scripted = scriptedStage('task', (event, port) => {
			if (event.type === 'stage-opened') {
				port.add(request(0));
				stage.close();
			}
		});
		const fixture = createFixture({count: 0, script: yes, stages: [stage]});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.done.direct).toBe(1);
	});

	test('tells it of every fact, once and in order, those that it makes itself too', async () => {
		const stage: Scripted = scriptedStage('task', (event, port) => {
			if (event.type === 'attempt-answered' && event.index === 0) {
				port.add(request(1));
				stage.close();
			}
		});
		const fixture = createFixture({count: 1, script: yes, stages: [stage]});
		await finish(fixture);
		expect(stage.told.slice(0, 5).map(({type}) => type)).toEqual([
			'session-started',
			'stage-opened',
			'attempt-started',
			'attempt-answered',
			'request-added',
		]);
	});

	test('takes nothing from it once the session has ended', async () => {
		const stage = scriptedStage('task', () => {});
		const fixture = createFixture({count: 1, script: yes, stages: [stage]});
		await fixture.clock.runUntil(() => fixture.calls.length === 1);
		fixture.engine.send({type: 'drain', cause: 'quit', patienceMs: null});
		await finish(fixture);
		const before = fixture.lines.length;
		stage.port().add(request(1));
		stage.port().fail('late');
		expect(fixture.lines).toHaveLength(before);
	});

	test('starts nothing while the stage has stopped it, and goes on when a person does', async () => {
		const stage: Scripted = scriptedStage('task', (event, port) => {
			if (event.type === 'attempt-answered' && event.index === 0) {
				port.fail('task.mjs:7: no such thing');
			}
		});
		const fixture = createFixture({
			count: 4,
			script: yes,
			stages: [stage],
			rate: {concurrency: 1},
			leaveWhenStuck: false,
		});
		await fixture.clock.runUntil(() => fixture.state.stageFailure !== null);
		await rest(fixture.clock);
		expect(fixture.calls).toHaveLength(1);
		stage.close();
		fixture.engine.send({type: 'resume'});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.calls).toHaveLength(4);
	});

	test('ends with the reason where nobody is there to go on', async () => {
		const stage: Scripted = scriptedStage('task', (event, port) => {
			if (event.type === 'stage-opened') {
				port.fail('task.mjs:7: no such thing');
			}
		});
		const fixture = createFixture({count: 1, script: yes, stages: [stage]});
		expect(await finish(fixture)).toEqual({
			reason: 'stuck',
			why: 'task.mjs:7: no such thing; the same command goes on',
		});
	});
});

describe('an answer that its stage judges', () => {
	const byStage = new Map([
		[
			'task',
			{
				answer: {
					onTruncated: 'keep',
					onRefusal: 'fail',
					onContentFilter: 'fail',
					structured: false,
					endpoint: 'chat',
				},
				schemaCheck: null,
				judges: true,
			},
		],
	] as const);

	/** Accepts what was asked twice, refuses the first answer. */
	function judging(sequel: 'retry' | 'fail'): Scripted {
		let times = 0;
		const stage: Scripted = scriptedStage('task', (event, port) => {
			if (event.type === 'stage-opened') {
				port.add(request(0));
			}

			if (event.type === 'attempt-answered') {
				times++;
				const {index, lane, startedAt, usage, costPico} = event;
				const about = {index, queue: 0, lane, startedAt, usage, costPico, previous: fixtureOffset(index)};
				if (times === 1) {
					const failure = {kind: 'task', status: null, code: null, message: 'not yet'} as const;
					const retryAt = sequel === 'retry' ? port.now() + 500 : null;
					port.judge({type: 'answer-refused', ...about, failure, sequel, retryAt});
				} else {
					port.judge({type: 'answer-accepted', ...about, value: 7});
				}

				if (times === 2 || sequel === 'fail') {
					stage.close();
				}
			}
		});
		return stage;
	}

	let fixtureOffset = (_: number): number => -1;

	test('is on record at once, and asked again when it is refused', async () => {
		const fixture = createFixture({count: 0, script: yes, stages: [judging('retry')], byStage});
		fixtureOffset = index => fixture.state.columns.offset[index]!;
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.calls).toHaveLength(2);
		expect(fixture.calls[1]!.at - fixture.calls[0]!.at).toBeGreaterThanOrEqual(600);
		const {totals, columns} = fixture.state;
		expect(totals.done.direct).toBe(1);
		expect([columns.attempts[0], columns.retries[0]]).toEqual([2, 1]);
		expect(totals.failedAttempts.get('task')).toBe(1);
		expect(fixture.state.stages[0]!.used.requests).toBe(2);
	});

	test('fails for good when the stage says so', async () => {
		const fixture = createFixture({count: 0, script: yes, stages: [judging('fail')], byStage});
		fixtureOffset = index => fixture.state.columns.offset[index]!;
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect([...fixture.state.totals.failed]).toEqual([['task', 1]]);
	});

	test('stays unjudged when the session ends before', async () => {
		const stage: Scripted = scriptedStage('task', (event, port) => {
			if (event.type === 'stage-opened') {
				port.add(request(0));
				port.add(request(1));
			}
		});
		const fixture = createFixture({
			count: 0,
			script: call => ({
				afterMs: 100,
				outcome: call.body.index === 0 ? answered() : failed('invalid_request', 400),
			}),
			stages: [stage],
			byStage,
		});
		await fixture.clock.runUntil(() => fixture.state.unjudged.size === 1);
		fixture.engine.send({type: 'drain', cause: 'quit', patienceMs: null});
		expect(await finish(fixture)).toEqual({reason: 'stopped', cause: 'quit'});
		expect([...fixture.state.unjudged]).toEqual([0]);
		expect([...fixture.state.totals.failed]).toEqual([['invalid_request', 1]]);
	});

	test('that nobody is there to judge ends the session with that reason', async () => {
		const stage: Scripted = scriptedStage('task', (event, port) => {
			if (event.type === 'stage-opened') {
				port.add(request(0));
				stage.close();
			}
		});
		const fixture = createFixture({count: 0, script: yes, stages: [stage], byStage});
		expect(await finish(fixture)).toMatchObject({reason: 'stuck', why: expect.stringContaining('no task')});
		expect([...fixture.state.unjudged]).toEqual([0]);
	});
});
