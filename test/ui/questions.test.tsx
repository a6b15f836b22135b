import {afterEach, expect, test} from 'vitest';
import {batchSnapshot} from './batch-snapshot.ts';
import {chosenFixture, createFakeRun} from './fake-run.ts';
import {type OpenScreen, openScreen} from './open-screen.tsx';
import {snapshotFixture} from './snapshot-fixture.ts';

let screen: OpenScreen | null = null;

function open(snapshot = batchSnapshot()) {
	const run = createFakeRun(snapshot);
	screen = openScreen(run);
	return {run, ...screen};
}

afterEach(() => screen?.close());

test('w wipes the set that was fixed when it was asked, whatever fails meanwhile', async () => {
	const {run, type, shows, hides, clock, tick} = open();
	type('w');
	await shows('Return 312 failed requests to the queue, for about $0.10?');
	const {counts} = snapshotFixture();
	run.publish(batchSnapshot({counts: {...counts, failed: 400}, journalEnd: 6_000_000}));
	clock.advance(200);
	tick();
	await shows('failed 400');
	await shows('Return 312 failed requests');
	type('y');
	await hides('Wipe all that failed?');
	expect(run.choices).toEqual([{scope: {kind: 'failed'}, act: {kind: 'wipe'}}]);
	expect(run.commands).toEqual([{type: 'act', set: 1, act: {kind: 'wipe'}}]);
});

test('neither a paste nor a key too soon answers', async () => {
	const {run, type, shows, clock} = open();
	type('w');
	type('y');
	await shows('Return 312');
	type('y');
	clock.advance(200);
	type('\u001b[200~y\u001b[201~');
	await shows('pasted text ignored');
	type('yy');
	await shows('Wipe all that failed?');
	expect(run.commands).toEqual([]);
});

test('many are wiped only by who types how many', async () => {
	const {run, type, shows, clock} = open();
	run.chosen = {...chosenFixture, count: 1204};
	type('w');
	await shows('type 1204 then y: _');
	clock.advance(200);
	type('y');
	type('1');
	type('2');
	type('0');
	type('4');
	await shows('type 1204 then y: 1204_');
	expect(run.commands).toEqual([]);
	type('y');
	expect(run.commands).toHaveLength(1);
});

test('d shows the price difference and forces, and takes it back', async () => {
	const {run, type, shows, hides, clock, tick} = open();
	type('d');
	await shows('Direct only: 34,019 requests for about $10.20 instead of $5.10?');
	clock.advance(200);
	type('d');
	type('y');
	await hides('Direct mode?');
	run.publish(batchSnapshot({forceDirect: true, lanes: 'BATCH+DIRECT (forced)'}));
	tick();
	await shows('BATCH+DIRECT (forced)');
	await shows('d direct off');
	type('d');
	await shows('Batches again: 34,019 requests for about $5.10 instead of $10.20?');
	clock.advance(200);
	type('y');
	expect(run.commands).toEqual([
		{type: 'force-direct', isOn: true},
		{type: 'force-direct', isOn: false},
	]);
});

test('+ in the cost pane raises the ceiling', async () => {
	const {run, type, shows, clock} = open();
	type('4');
	type('+');
	await shows('USD for the whole run: 50_');
	clock.advance(200);
	type('\r');
	await shows('$50.00 is the ceiling already');
	type('\u007f');
	type('\u007f');
	type('6');
	type('0');
	type('\r');
	await shows('$60.00 for the whole run?');
	type('y');
	expect(run.commands).toEqual([]);
	clock.advance(200);
	type('y');
	expect(run.commands).toEqual([{type: 'raise-ceiling', costPico: 60_000_000_000_000}]);
});
