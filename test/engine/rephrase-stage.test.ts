import {expect, test} from 'vitest';
import {addedSource} from '../../source/domain/added-source.ts';
import {createState} from '../../source/domain/create-state.ts';
import type {AttemptEvent, RunEvent} from '../../source/domain/event.ts';
import {reduce} from '../../source/domain/reduce.ts';
import type {RequestSource} from '../../source/domain/request.ts';
import type {Stage, StagePort} from '../../source/domain/stage.ts';
import {createRephraseStages} from '../../source/engine/rephrase-stage.ts';
import {answered} from './engine-fixture.ts';
import {createSource} from './scripted-source.ts';

type Run = ReturnType<typeof recordOf>;

/** Stages over a run on record, without a loop: what they add is on record at once. */
function runStages(own: RequestSource, stagesOf: (run: Run) => readonly Stage[], run = recordOf(own)) {
	const stages = stagesOf(run);
	const port = (stage: string): StagePort => ({
		now: () => 1,
		add({queue, parent, ...request}) {
			const index = run.state.count;
			run.put({type: 'request-added', at: 1, index, queue, stage, parent, id: request.id, request});
			return index;
		},
		judge() {},
		fail: reason => run.put({type: 'stage-failed', at: 1, stage, reason}),
		written: async () => {},
		askForTurn() {},
	});
	for (const stage of stages) {
		run.put({type: 'stage-opened', at: 1, stage: stage.name});
		stage.begin(port(stage.name));
	}

	return {
		...run,
		tell(event: RunEvent) {
			run.put(event);
			for (const stage of stages) {
				stage.observe(event);
			}
		},
		areOpen: () => stages.map(stage => stage.isOpen()),
	};
}

function recordOf(own: RequestSource) {
	const state = createState();
	const events: RunEvent[] = [];
	const put = (event: RunEvent) => {
		reduce(state, event, events.length);
		events.push(event);
		state.journalEnd = events.length;
	};

	const {count, queues} = own;
	const about = {runId: 'r', toolVersion: '0', specDigest: 'd', simulated: null, count, queues};
	put({type: 'run-created', at: 1, ...about});
	const readEvent = (offset: number) => events[offset] ?? null;
	const sourceOf = (spec: RequestSource) => addedSource(spec, state, 'chat', readEvent);
	return {state, put, readEvent, sourceOf, source: sourceOf(own)};
}

/** A later session of the run, whose spec has another prompt before all others. */
function changedRun({state, put, readEvent, sourceOf}: Run, own: RequestSource): Run {
	const {count, queues} = own;
	const kept = [[1, 0, count - 1]] as const;
	put({type: 'spec-changed', at: 1, specDigest: 'e', epoch: 2, count, queues, kept, failedKinds: {}});
	return {state, put, readEvent, sourceOf, source: sourceOf(own)};
}

/** Ids and parents of what was added since. */
function addedTo({state, source}: Run, since: number) {
	const indexes = Array.from({length: state.count - since}, (_, step) => since + step);
	return indexes.map(index => source.expand(index)).map(({id, parent}) => [id, parent]);
}

function fails(index: number): AttemptEvent {
	return {
		...about(index),
		type: 'attempt-failed',
		failure: {kind: 'server', status: 500, code: null, message: 'no'},
		sequel: 'fail',
		retryAt: null,
		hinted: false,
		usage: null,
		costPico: null,
		maybeBilled: false,
		maybeBilledPico: 0,
		maybeBilledTokens: 0,
		raw: null,
	};
}

function answers(index: number, text: string): AttemptEvent {
	const outcome = answered(text);
	return {
		...about(index),
		type: 'attempt-answered',
		usage: {input: 1, cached: 0, output: 1},
		usageEstimated: false,
		allowed: null,
		costPico: 1,
		raw: outcome.kind === 'answered' ? outcome.raw : '',
	};
}

function about(index: number) {
	const of = {lane: 'direct', startedAt: 1, batchId: null, requestId: null, previous: -1} as const;
	return {at: 1, index, ...of};
}

const counts = {failedKinds: {server: 1}, failedByQueue: [1]} as const;
const wiped = (index: number): RunEvent => ({
	type: 'requests-wiped',
	at: 1,
	what: 'failed',
	indexes: [[index, 1]],
	...counts,
});
const unwiped = (index: number): RunEvent => ({
	type: 'requests-restored',
	at: 1,
	of: 1,
	to: 'failed',
	indexes: [[index, 1]],
	waiting: [],
	offsets: [],
	wanted: [],
	...counts,
});

const rephrasing = {
	models: [{name: 'w', queue: 0, model: 'm', params: {}}],
	templates: ['Anew: {INPUT_PROMPT}'],
	parser: null,
	keepsOriginals: true,
};

const prompts = (...texts: readonly string[]): RequestSource => {
	const source = createSource(texts.length, ['m'], () => ({}), 'chat');
	const askedAt = (index: number) => ({prompt: texts[index]!, prompt_raw: texts[index]!, prompt_args: {}});
	return {...source, expand: index => ({...source.expand(index), asked: askedAt(index)})};
};

test('whoever rephrases waits for nothing once a wipe is taken back', () => {
	const originals = prompts('a');
	const run = runStages(originals, parts =>
		createRephraseStages({...parts, rephrasing, originals, endpoint: 'chat'}),
	);
	expect(run.areOpen()).toEqual([false, true]);
	run.tell(fails(1));
	expect(run.areOpen()).toEqual([false, false]);
	run.tell(wiped(1));
	expect(run.areOpen()).toEqual([false, true]);
	run.tell(unwiped(1));
	expect(run.areOpen()).toEqual([false, false]);
});

test('a prompt is found again where a changed spec has it at another place', () => {
	const stagesFor = (originals: RequestSource) => (parts: Run) =>
		createRephraseStages({...parts, rephrasing, originals, endpoint: 'chat'});
	const before = prompts('a', 'b');
	const first = runStages(before, stagesFor(before));
	first.areOpen();
	first.put(answers(2, 'A!'));
	const moved = prompts('n', 'a', 'b');
	const id = (index: number) => ['new', '0', '1'][index]!;
	const after = {...moved, id, expand: (index: number) => ({...moved.expand(index), id: id(index)})};
	const second = runStages(after, stagesFor(after), changedRun(first, after));
	expect(second.areOpen()).toEqual([false, true]);
	expect(addedTo(second, 5)).toEqual([
		['rephrase-w-0-new', 'new'],
		['rephrase-w-0-0-0', 'rephrase-w-0-0'],
	]);
	expect(second.source.expand(6).input).toMatchObject({'input-id': '0', 'input-prompt': 'a'});
});
