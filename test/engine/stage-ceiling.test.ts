import {describe, expect, test} from 'vitest';
import {promptSharing} from '../../source/domain/prompt-sharing.ts';
import {createFixture, finish} from './engine-fixture.ts';
import {request, type Scripted, scriptedStage, yes} from './scripted-stage.ts';

describe('a stage with a ceiling of its own', () => {
	const none = {requests: null, tokens: null, costPico: null};

	/** Adds one request for each answer to the spec's own. */
	function echo(own: number): Scripted {
		const stage: Scripted = scriptedStage('judge', (event, port) => {
			if (event.type === 'attempt-answered' && event.index < own) {
				port.add({...request(own + event.index), body: {index: own + event.index, max_tokens: 10}});
			}

			if (event.type === 'request-added' && event.index === 2 * own - 1) {
				stage.close();
			}
		});
		return stage;
	}

	const settings = (ceiling: object) => ({
		limits: {task: none, session: none, stages: {judge: {...none, ...ceiling}}},
	});

	test.each([
		['requests', {requests: 4}, 4],
		['tokens', {tokens: 100}, null],
		['cost', {costPico: 400_000_000n}, null],
	] as const)('of %s stops that stage alone', async (what, ceiling, most) => {
		const fixture = createFixture({
			count: 10,
			script: yes,
			stages: [echo(10)],
			settings: settings(ceiling),
			rate: {concurrency: 3},
		});
		const end = await finish(fixture);
		expect('why' in end && end.why).toContain(`the ceiling judge.${what === 'tokens' ? 'ktokens' : what} of`);
		const {used} = fixture.state.stages[0]!;
		const own = fixture.calls.filter(({index}) => index < 10);
		expect(own).toHaveLength(10);
		expect(used.requests).toBeGreaterThan(0);
		expect(used.requests).toBeLessThan(10);
		expect(most ?? used.requests).toBe(used.requests);
		expect(used.tokens).toBeLessThanOrEqual(what === 'tokens' ? 100 : used.tokens);
		expect(used.costPico <= (what === 'cost' ? 400_000_000n : used.costPico)).toBe(true);
	});

	test.each([
		['', null],
		[', also where calls are shared', promptSharing(3)],
	])('lets others of its queue pass that stand behind it%s', async (_, sharing) => {
		const stage: Scripted = scriptedStage('judge', (event, port) => {
			if (event.type === 'stage-opened' && event.stage === 'judge') {
				[0, 1, 2].forEach(index => void port.add(request(index)));
				stage.close();
			}
		});
		const other: Scripted = scriptedStage('task', (event, port) => {
			if (event.type === 'stage-opened' && event.stage === 'task') {
				[3, 4].forEach(index => void port.add(request(index)));
				other.close();
			}
		});
		const fixture = createFixture({
			count: 0,
			script: yes,
			stages: [stage, other],
			...(sharing && {sharing}),
			settings: settings({requests: 1}),
		});
		expect(await finish(fixture)).toMatchObject({reason: 'stuck'});
		expect(fixture.calls.map(({index}) => index).sort()).toEqual([0, 3, 4]);
		expect(fixture.state.limitReached).toEqual({limit: 'stage:judge.requests', value: 1});
	});
});
