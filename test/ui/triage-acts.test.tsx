import {describe, expect, test} from 'vitest';
import {chosenFixture} from './fake-run.ts';
import {notice} from './notice-fixture.ts';
import {openTriage} from './open-triage.ts';
import {row, rowWindow, snapshotFixture} from './snapshot-fixture.ts';

const marked = (count: number) => snapshotFixture({rows: rowWindow({marked: count})});

describe('acts', () => {
	test('r retries the row under the cursor at once, and says so', async () => {
		const {run, type, shows} = openTriage();
		run.chosen = {...chosenFixture, set: 9, count: 1, costUsd: 0.0003};
		type('j');
		type('r');
		await shows('retry: 1 request, for about $0.0003');
		expect(run.choices).toEqual([{scope: {kind: 'row', index: 512}, act: {kind: 'retry'}}]);
		expect(run.commands).toEqual([{type: 'act', set: 9, act: {kind: 'retry'}}]);
	});

	test('r asks for more than 100 marked rows, or for much of the ceiling, and drops the marks', async () => {
		const {run, type, shows, clock, answer} = openTriage(marked(3));
		run.chosen = {...chosenFixture, count: 3, ceilingShare: 0.02};
		type('r');
		await shows('Try 3 requests again now');
		clock.advance(200);
		type('\r');
		expect(run.commands).toEqual([]);
		run.chosen = {...chosenFixture, count: 200};
		answer({marked: 200});
		type('r');
		await shows('Retry the marked?');
		await shows('Try 200 requests again now');
		clock.advance(200);
		type('y');
		expect(run.commands).toEqual([{type: 'act', set: 1, act: {kind: 'retry'}}]);
		expect(run.marks).toEqual([{type: 'clear'}]);
	});

	test('R always asks, for all in the list', async () => {
		const {run, type, shows} = openTriage();
		run.chosen = {...chosenFixture, count: 2};
		type('R');
		await shows('Retry all in the list?');
		await shows('Try 2 requests again now');
		expect(run.choices).toEqual([{scope: {kind: 'list'}, act: {kind: 'retry'}}]);
	});

	test('r on a row that cannot be retried says why', async () => {
		const {run, type, shows} = openTriage();
		for (const _ of [1, 2, 3, 4]) type('j');
		type('r');
		await shows('it is in flight');
		expect(run.choices).toEqual([]);
	});

	test('where nothing can be done, why is said', async () => {
		const {run, type, shows, hides} = openTriage(marked(3));
		run.chosen = {
			...chosenFixture,
			count: 0,
			skipped: [
				{count: 2, why: 'is done'},
				{count: 1, why: 'is in flight'},
			],
		};
		type('x');
		await shows('nothing to give up: 2 done, 1 in flight');
		await hides('Give up the marked?');
		run.chosen = {...run.chosen, problem: 'the search is not over'};
		type('K');
		await shows('the search is not over');
		expect(run.commands).toEqual([]);
	});

	test.each([
		['K', 'front'],
		['J', 'back'],
	] as const)('%s moves the marked rows to the %s at once', async (key, to) => {
		const {run, type, shows} = openTriage(marked(312));
		type(key);
		await shows(`312 requests to the ${to} of the queue`);
		expect(run.choices).toEqual([{scope: {kind: 'marked'}, act: {kind: 'move', to}}]);
		expect(run.commands).toEqual([{type: 'act', set: 1, act: {kind: 'move', to}}]);
		expect(run.marks).toEqual([{type: 'clear'}]);
	});

	test('a question names its request, and the cursor stays on it whatever comes to the top', async () => {
		const rows = [row(801, 'waiting'), row(7, 'queued')];
		const {run, type, shows, answer} = openTriage(snapshotFixture({rows: rowWindow({rows})}));
		type('x');
		await shows('Give up request 000801?');
		expect(run.choices).toEqual([{scope: {kind: 'row', index: 801}, act: {kind: 'give-up'}}]);
		answer({rows: [row(7, 'waiting'), row(801, 'waiting')]});
		await shows(/>~ 000801/);
	});

	test('x asks, and says what is aborted and may be billed', async () => {
		const {run, type, shows, clock} = openTriage(marked(3));
		run.chosen = {...chosenFixture, count: 3, costUsd: 0, inFlight: 1, batched: 2};
		type('x');
		await shows('1 call in flight: aborted, maybe billed. 2 in');
		clock.advance(200);
		type('x');
		expect(run.commands).toEqual([]);
		type('y');
		expect(run.commands).toEqual([{type: 'act', set: 1, act: {kind: 'give-up'}}]);
	});

	test('c takes what is typed, then asks with the price before and after', async () => {
		const {run, type, shows, clock} = openTriage(marked(3));
		type('c');
		await shows('Change the marked');
		type('\r');
		await shows('nothing is changed');
		type('\u001b[200~max_tokens=512\u001b[201~');
		type('\r');
		run.chosen = {...chosenFixture, count: 3, costUsd: 0.6, beforeUsd: 0.2};
		await shows('Send');
		clock.advance(200);
		await shows('with max_tokens=512');
		type('y');
		const act = {kind: 'change', change: {model: null, body: {max_tokens: 512}}};
		expect(run.choices).toEqual([{scope: {kind: 'marked'}, act}]);
		expect(run.commands).toEqual([{type: 'act', set: 1, act}]);
		await shows('what failed is sent again by r or w');
	});

	test.each([
		['the filter', 'f', {kind: 'list'}],
		['all that failed', '', {kind: 'failed'}],
	] as const)('w means %s', async (_what, first, scope) => {
		const {run, type, shows} = openTriage();
		if (first !== '') type(first);
		type('w');
		await shows('Return 312');
		expect(run.choices).toEqual([{scope, act: {kind: 'wipe'}}]);
	});

	test('w means the marked before anything else', async () => {
		const {run, type, shows} = openTriage(marked(2));
		type('f');
		type('w');
		await shows('Wipe the marked?');
		expect(run.choices[0]!.scope).toEqual({kind: 'marked'});
	});

	test('in an opened request r means that one, whatever is marked out of sight', async () => {
		const {run, type, shows} = openTriage(marked(500));
		run.chosen = {...chosenFixture, count: 1};
		type('j');
		type('\r');
		await shows('[5 Detail] 000512');
		type('r');
		await shows('retry: 1 request');
		expect(run.choices[0]!.scope).toEqual({kind: 'row', index: 512});
	});

	test('while the set is looked up no key answers but esc', async () => {
		const {run, type, shows, hides, clock} = openTriage();
		let answer!: () => void;
		run.choose = async () => new Promise(resolve => (answer = () => resolve(chosenFixture)));
		type('w');
		await shows('Looking up which requests these are');
		clock.advance(200);
		for (const key of ['y', 'n', '\r', 'j']) type(key);
		await shows('Looking up');
		type('\u001b');
		await hides('Looking up');
		answer();
		await Promise.resolve();
		await hides('Return 312');
		expect(run.commands).toEqual([]);
	});

	test('a set that cannot be looked up closes its question', async () => {
		const {run, type, shows, hides} = openTriage();
		run.choose = async () => Promise.reject(new Error('the engine is gone'));
		type('w');
		await shows('the engine is gone');
		await hides('Looking up');
	});

	test('the order stands still while a question is open', async () => {
		const {type, order, shows} = openTriage();
		type('w');
		await shows('Return 312');
		expect(order().isFrozen).toBe(true);
		type('\u001b');
		expect(order().isFrozen).toBe(false);
	});
});

test('z takes the last wipe back while it can be', async () => {
	const {run, type, shows, clock, tick} = openTriage();
	type('z');
	await shows('nothing to take back');
	run.publish(snapshotFixture({undo: {what: 'wipe', count: 14, until: clock.now() + 57_000}}));
	clock.advance(5000);
	tick();
	await shows('wiped 14 failed · z undoes (52s)');
	type('z');
	expect(run.commands).toEqual([{type: 'undo'}]);
	run.publish(snapshotFixture({notices: [notice(1, 'info', '12 of 14 taken back', {at: clock.now()})]}));
	tick();
	await shows('12 of 14 taken back');
});
