import {afterEach, describe, expect, test} from 'vitest';
import type {BatchView} from '../../source/view/batches-view.ts';
import {batchSnapshot, batchView} from './batch-snapshot.ts';
import {createFakeRun} from './fake-run.ts';
import {notice} from './notice-fixture.ts';
import {type OpenScreen, openScreen} from './open-screen.tsx';

let screen: OpenScreen | null = null;

const pull = {requests: 520, batchUsd: 0.11, directUsd: 0.22};
const list: readonly BatchView[] = [
	{...batchView(1), pull},
	{...batchView(2, {done: 750, failed: 10}), pull: {requests: 1240, batchUsd: 0.3, directUsd: 0.6}},
	batchView(3, {done: 500, pull: {requests: 1500, batchUsd: null, directUsd: null}}),
	batchView(4, {status: 'completed, collecting', pull: null}),
	batchView(5, {status: 'collected', pull: null}),
	batchView(6, {isCancelling: true, status: 'cancelling'}),
];

function snapshotOf(batches = list) {
	const base = batchSnapshot();
	return {...base, batches: {...base.batches, list: batches}};
}

function open(snapshot = snapshotOf()) {
	const run = createFakeRun(snapshot);
	screen = openScreen(run, {columns: 120, rows: 40});
	screen.type('2');
	return {run, ...screen};
}

afterEach(() => screen?.close());

describe('the cursor of pane 2', () => {
	test('steps through the batches and follows its shard', async () => {
		const {type, shows, run, tick, frame} = open();
		await shows('>#1 ');
		type('j');
		await shows('>#2 ');
		type('j');
		type('k');
		await shows('>#2 ');
		run.publish(snapshotOf([batchView(9), ...list]));
		tick();
		await shows('>#2 ');
		expect(frame()).not.toContain('>#1 ');
		type('G');
		await shows('>#6 ');
		type('g');
		await shows('>#9 ');
	});

	test('is seen only while the pane is focused', async () => {
		const {type, shows, hides} = open();
		await shows('>#1 ');
		type('1');
		await hides('>#1 ');
	});

	test('keeps its batch in sight', async () => {
		const many = Array.from({length: 40}, (_, position) => batchView(position + 1));
		const {type, shows, hides} = open(snapshotOf(many));
		await shows('>#1 ');
		for (let step = 0; step < 30; step++) type('j');
		await shows('>#31 ');
		await hides('#1 ');
	});
});

describe('x and D in pane 2', () => {
	test('x cancels a batch, keeps what it finished, and says what its rest costs', async () => {
		const {type, shows, run, clock} = open();
		type('x');
		await shows('End the batch?');
		await shows('Cancel batch #1, queue 520 again: about $0.11 by batch, $0.22 direct?');
		await shows('1,480 finished ones are kept.');
		type('y');
		expect(run.commands).toEqual([]);
		clock.advance(200);
		type('x');
		type('y');
		expect(run.commands).toEqual([{type: 'cancel-batch', shard: 1, pullsTail: false}]);
	});

	test('D pulls the tail, for who types how many requests it is when there are many', async () => {
		const {type, shows, hides, run, clock} = open();
		type('j');
		type('D');
		await shows(
			'Pull 1,240 of batch #2 to direct: about $0.60 instead of $0.30? 760 finished ones are kept.',
		);
		clock.advance(200);
		type('y');
		for (const digit of '124') type(digit);
		type('y');
		expect(run.commands).toEqual([]);
		type('0');
		await shows('type 1240 then y: 1240_');
		type('y');
		await hides('End the batch?');
		expect(run.commands).toEqual([{type: 'cancel-batch', shard: 2, pullsTail: true}]);
	});

	test.each(['\u001b', 'n', '\r'])('%j leaves the batch alone', async key => {
		const {type, shows, hides, run, clock} = open();
		type('x');
		await shows('End the batch?');
		clock.advance(200);
		type(key);
		await hides('End the batch?');
		expect(run.commands).toEqual([]);
	});

	test.each([
		[2, 'x', 'the price difference is not known?'],
		[3, 'x', 'batch #4 has ended and is being collected'],
		[4, 'D', 'batch #5 is over'],
		[5, 'x', 'batch #6 is being cancelled already'],
		[5, 'D', 'Pull 520 of batch #6'],
	])('on batch %i + 1, %s: %s', async (steps, key, text) => {
		const {type, shows} = open();
		for (let step = 0; step < steps; step++) type('j');
		type(key);
		await shows(text);
	});

	test('say so when there is no batch', async () => {
		const {type, shows} = open(snapshotOf([]));
		type('x');
		await shows('there is no batch');
	});

	test('are meant only when typed alone', async () => {
		const {type, run, frame, clock} = open();
		type('xy');
		clock.advance(300);
		type('y');
		expect(frame()).not.toContain('End the batch?');
		expect(run.commands).toEqual([]);
	});
});

test('what the run says of an answer is seen although a warning stood', async () => {
	const {run, type, shows, clock, tick} = open();
	run.publish({...snapshotOf(), notices: [notice(1, 'warn', 'first 500 server')]});
	tick();
	await shows('first 500 server');
	type('x');
	await shows('Cancel batch #1');
	clock.advance(200);
	type('y');
	const notices = [notice(1, 'warn', 'first 500 server'), notice(2, 'info', 'batch 1 shall end')];
	run.publish({...snapshotOf(), notices});
	tick();
	await shows('batch 1 shall end');
});
