import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import type {Stage} from '../../source/domain/stage.ts';
import type {Task, TaskRequest} from '../../source/domain/task.ts';
import {createTaskStage} from '../../source/engine/task-stage.ts';
import {
	answered,
	createFixture,
	type Fixture,
	type FixtureOptions,
	failed,
	finish,
} from './engine-fixture.ts';
import {createFakeClock} from './fake-clock.ts';

const byStage: NonNullable<FixtureOptions['byStage']> = new Map([
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
]);

type Run = Fixture & {readonly said: string[]};

/** A run of nothing but a task. The number in a request's input is the `index` that the fixture's script sees. */
function runTask(task: Task, rest: Partial<FixtureOptions> = {}): Run {
	const said: string[] = [];
	const clock = rest.clock ?? createFakeClock();
	let fixture: Fixture | null = null;
	// The stage needs the state, which the fixture makes.
	const parts = () => fixture!;
	const real = {stage: null as Stage | null};
	const readEvent = (offset: number, body: boolean) => parts().readEvent(offset, body);
	const stage: Stage = {
		name: 'task',
		begin(port) {
			real.stage = createTaskStage({
				task,
				state: parts().state,
				source: {
					id: index => addedAt(index).id,
					queueOf: () => 0,
					expand: index => ({
						...addedAt(index).request!,
						index,
						queue: 0,
						endpoint: 'chat',
						provider: 'openai',
						model: 'm',
						stage: 'task',
						parent: addedAt(index).parent,
					}),
				},
				readEvent,
				build: ({id, prompt = '', input = {}}: TaskRequest) =>
					id === 'bad'
						? {problem: 'it is bad'}
						: {
								request: {
									id: String(id),
									queue: 0,
									body: {index: parts().state.count},
									asked: {prompt, prompt_raw: prompt, prompt_args: {}},
									modelArgs: {},
									input,
								},
							},
				schemaCheck: null,
				retry: {...defaultSettings.retry, initialMs: 10},
				random: () => 0.5,
				clock,
				pulls: true,
				placeOf: () => 'task.mjs:1',
				log: text => said.push(text),
			});
			real.stage.begin(port);
		},
		observe: event => real.stage!.observe(event),
		isOpen: () => real.stage?.isOpen() ?? true,
		stop: () => real.stage?.stop(),
	};
	const addedAt = (index: number) => {
		const {added} = parts().state;
		return readEvent(added.offset[index - added.from]!, true) as Extract<RunEvent, {type: 'request-added'}>;
	};
	fixture = createFixture({
		count: 0,
		script: () => ({afterMs: 50, outcome: answered('yes')}),
		stages: [stage],
		byStage,
		clock,
		...rest,
	});
	return {...fixture, said};
}

const three = () => [1, 2, 3].map(n => ({id: `n${n}`, prompt: `Say ${n}`, input: {n}}));
const ids = (run: Run) => run.events.flatMap(event => (event.type === 'request-added' ? [event.id] : []));

describe('a task', () => {
	test.each([
		['a list', three],
		['a promise of one', async () => three()],
		[
			'a generator',
			function* () {
				yield* three();
			},
		],
		[
			'an async generator',
			async function* () {
				yield* three();
			},
		],
	] as const)('may give its requests as %s', async (_, requests) => {
		const run = runTask({
			requests: requests as Task['requests'],
			accept: (_answer, {input}) => ({value: input.n}),
		});
		expect(await finish(run)).toEqual({reason: 'done'});
		expect(ids(run)).toEqual(['n1', 'n2', 'n3']);
		const values = run.events.flatMap(event => (event.type === 'answer-accepted' ? [event.value] : []));
		expect(values.sort()).toEqual([1, 2, 3]);
	});

	test('gets an answer when it is written, and may take its time', async () => {
		const clock = createFakeClock();
		const run = runTask(
			{
				requests: three,
				async accept() {
					expect(run.state.unjudged.size).toBeGreaterThan(0);
					await clock.sleep(500);
					return {value: 1};
				},
			},
			{clock},
		);
		expect(await finish(run)).toEqual({reason: 'done'});
	});

	test('has its retries counted, and fails when they are used up', async () => {
		const run = runTask({requests: () => [{id: 'a', prompt: 'x'}], accept: () => ({retry: 'no'})});
		expect(await finish(run)).toEqual({reason: 'done'});
		expect(run.calls).toHaveLength(3);
		expect([...run.state.totals.failed]).toEqual([['task', 1]]);
	});

	test('hears of what failed for good, and may ask for something else', async () => {
		const run = runTask(
			{
				requests: () => [{id: 'a', prompt: 'x'}],
				accept: () => ({value: 1}),
				failed: ({kind}, {id}) => (id === 'a' ? {followUps: [{id: 'b', prompt: kind}]} : undefined),
			},
			{
				script: call => ({
					afterMs: 50,
					outcome: call.body.index === 0 ? failed('invalid_request', 400) : answered(),
				}),
			},
		);
		expect(await finish(run)).toEqual({reason: 'done'});
		expect(ids(run)).toEqual(['a', 'b']);
		expect(run.events.find(event => event.type === 'request-added' && event.id === 'b')).toMatchObject({
			parent: 'a',
		});
	});

	test('that has a million requests is pulled as there is room for them', async () => {
		let pulled = 0;
		const run = runTask(
			{
				*requests() {
					for (; pulled < 60_000; pulled++) {
						yield {id: pulled, prompt: 'x'};
					}
				},
				accept: () => ({value: null}),
			},
			{leaveWhenStuck: false},
		);
		await run.clock.runUntil(() => run.calls.length > 100);
		expect(pulled).toBeLessThanOrEqual(20_001 + run.calls.length);
		run.engine.send({type: 'abort', patienceMs: 0, cause: 'quit'} as never);
		await finish(run);
	}, 20_000);

	const bad: readonly (readonly [string, Partial<Task>, string])[] = [
		[
			'requests() throws',
			{
				requests() {
					throw new Error('ouch');
				},
			},
			'task.mjs:1: ouch, in requests()',
		],
		[
			'requests() gives no list',
			{requests: () => 5 as never},
			'requests() must return a list or a generator',
		],
		['an id comes twice', {requests: () => [...three(), ...three()]}, 'requests() gave the id “n1” twice'],
		[
			'a request is bad',
			{requests: () => [{id: 'bad', prompt: 'x'}]},
			'requests() gave a request that cannot be sent: it is bad',
		],
		[
			'accept() throws',
			{
				accept() {
					throw new Error('ouch');
				},
			},
			'ouch, in accept() for request n',
		],
		['accept() rejects', {accept: async () => Promise.reject(new Error('late'))}, 'late, in accept()'],
		['accept() returns nothing', {accept: () => undefined as never}, 'accept() must return {value}'],
		[
			'accept() returns two verdicts',
			{accept: () => ({value: 1, retry: 'x'})},
			'accept() must return {value}',
		],
		['a value is no JSON', {accept: () => ({value: 5n})}, 'BigInt'],
		[
			'a follow-up is bad',
			{accept: () => ({followUps: [{id: 'bad', prompt: 'x'}]})},
			'accept() gave a request',
		],
		[
			'nobody asks for what it waits for',
			{
				async *requests(run) {
					await run.outcome('x');
					yield* three();
				},
			},
			'it waits for the outcome of “x”, and there is no such request',
		],
	];
	test.each(bad)('stops the run when %s', async (_, task, reason) => {
		const run = runTask({requests: three, accept: () => ({value: 1}), ...task});
		const end = await finish(run);
		expect(end).toMatchObject({reason: 'stuck'});
		expect('why' in end && end.why).toContain(reason);
	});

	test('that threw goes on when a person says so: nothing is asked or judged twice', async () => {
		let isBroken = true;
		const judged: string[] = [];
		const run = runTask(
			{
				requests: three,
				accept(_answer, {id}) {
					if (isBroken && id === 'n2') {
						throw new Error('ouch');
					}

					judged.push(id);
					return {value: id};
				},
			},
			{leaveWhenStuck: false},
		);
		await run.clock.runUntil(() => run.state.stageFailure !== null);
		isBroken = false;
		run.engine.send({type: 'resume'});
		expect(await finish(run)).toEqual({reason: 'done'});
		expect(judged.sort()).toEqual(['n1', 'n2', 'n3']);
		expect(run.calls).toHaveLength(3);
	});
});
