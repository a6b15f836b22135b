import {describe, expect, test} from 'vitest';
import {chosenFixture} from './fake-run.ts';
import {openTriage} from './open-triage.ts';
import {row, rowWindow, snapshotFixture} from './snapshot-fixture.ts';
import {groupsFixture} from './triage-fixture.ts';

describe('marks', () => {
	test('space marks and moves down', () => {
		const {run, type} = openTriage();
		type(' ');
		type(' ');
		expect(run.marks).toEqual([
			{type: 'toggle', index: 481},
			{type: 'toggle', index: 512},
		]);
	});

	test.each([
		['v', 'v'],
		['v', ' '],
	])('%s begins a range that %j marks, standing still meanwhile', async (first, second) => {
		const {run, type, order, shows} = openTriage();
		type('j');
		type(first);
		expect(order().isFrozen).toBe(true);
		type('j');
		type('j');
		await shows(/>~\*000801/);
		type(second);
		expect(run.marks).toEqual([{type: 'range', from: 512, to: 801}]);
		expect(order().isFrozen).toBe(false);
	});

	test('a range is shown from where its request stands when the order has stood still', async () => {
		const rows = [1, 2, 3].map(index => row(index, 'queued'));
		const {type, answer, shows} = openTriage(snapshotFixture({rows: rowWindow({rows})}));
		type('j');
		type('v');
		answer({rows: [row(7, 'waiting'), row(8, 'waiting'), ...rows]});
		type('j');
		await shows(/ 000001 .*\*000002 .*\*000003 /s);
	});

	test('esc leaves a range', () => {
		const {run, type, order} = openTriage();
		type('v');
		type('j');
		type('\u001b');
		expect(run.marks).toEqual([]);
		expect(order().isFrozen).toBe(false);
	});

	test('a says when the list is still searched for', async () => {
		const {run, type, shows, answer} = openTriage();
		type('/');
		type('x');
		type('\r');
		answer({total: 31, progress: 0.43});
		type('a');
		await shows('marked what was found so far: the search is at 43%');
		expect(run.marks).toEqual([{type: 'all'}]);
	});

	test('a, comma and u mark all, the same error, and none', async () => {
		const {run, type, shows, answer} = openTriage();
		type('a');
		type('j');
		type(',');
		type('u');
		await shows('nothing is marked');
		answer({marked: 312, isFrozen: true});
		await shows('marked 312  order frozen');
		type('u');
		expect(run.marks).toEqual([{type: 'all'}, {type: 'same-error', index: 512}, {type: 'clear'}]);
	});
});

describe('the list', () => {
	test('f shows failures only, and all again', async () => {
		const {type, order, shows, answer} = openTriage();
		type('f');
		expect(order().filter).toBe('status:failed');
		answer({total: 312});
		await shows('312 of 100,000  status:failed');
		type('f');
		expect(order().filter).toBe('');
	});

	test('/ filters while it is typed; enter keeps, esc clears', async () => {
		const {run, type, order, shows, answer, hides} = openTriage();
		type('/');
		type('c');
		type('o');
		await shows('/co_');
		expect(order().filter).toBe('co');
		type('\u007f');
		expect(order().filter).toBe('c');
		type('\u001b[200~ode:429\nrm -rf\u001b[201~');
		expect(order().filter).toBe('code:429');
		answer({total: 31, progress: 0.43});
		await shows('31 of 100,000  code:429  searching 43%');
		type('\r');
		await hides('/code:429_');
		type('q');
		await shows('Quit?');
		type('\u001b');
		expect(run.commands).toEqual([]);
		type('/');
		answer({total: 0, rows: [], problem: '`code:` takes a number'});
		await shows('`code:` takes a number');
		type('\u001b');
		expect(order().filter).toBe('');
	});

	test('the cursor comes back to its request when the filter that hid it is gone', async () => {
		const {run, type, shows, answer} = openTriage();
		type('j');
		type('j');
		await shows(/>! 000733/);
		type('/');
		type('x');
		answer({total: 1, rows: [row(99, 'failed')]});
		expect(run.windows.at(-1)!.cursorIndex).toBe(733);
		type('\u001b');
		answer({cursor: {index: 733, position: 2}});
		await shows(/>! 000733/);
	});

	test('rows of another order than the one asked for do not move the cursor', async () => {
		const {run, type, tick, shows} = openTriage();
		type('j');
		type('S');
		run.publish(snapshotFixture({rows: rowWindow({cursor: {index: 512, position: 5}})}));
		tick();
		await shows(/>! 000512/);
	});

	test('s offers the orders, and a letter chooses; S turns it round', async () => {
		const {type, order, shows, hides} = openTriage();
		type('s');
		await shows('Sort by');
		type('e');
		await hides('Sort by');
		expect(order()).toMatchObject({sort: 'error', isReversed: false});
		type('s');
		await shows('error ▼');
		type('e');
		expect(order()).toMatchObject({sort: 'error', isReversed: true});
		type('S');
		expect(order()).toMatchObject({sort: 'error', isReversed: false});
		await shows('ERROR ▼');
		type('s');
		type('\u001b');
		await hides('Sort by');
	});

	test('n and N go on while a request is opened', async () => {
		const {type, shows} = openTriage();
		type('\r');
		await shows('[5 Detail] 000481');
		type('n');
		await shows('[5 Detail] 000512');
		type('n');
		await shows('[5 Detail] 000733');
		type('N');
		await shows('[5 Detail] 000512');
	});
});

describe('groups', () => {
	test('F shows the causes, enter opens one, and esc goes back layer by layer', async () => {
		const {run, type, order, shows, hides, answer} = openTriage();
		type('F');
		expect(run.windows.at(-1)).toMatchObject({showsGroups: true});
		answer();
		await shows(/> 500 server +200 +22 +\$0\.0312/);
		type('j');
		await shows(/> 400 context length +112/);
		type('\r');
		expect(order().group).toBe('context_length|400');
		answer({total: 112});
		await shows('112 of 100,000  400 context length');
		type('\u001b');
		answer();
		await shows(/> 400 context length +112/);
		type('q');
		await hides('CAUSE');
		expect(run.commands).toEqual([]);
	});

	test.each([
		['w', {kind: 'wipe'}],
		['x', {kind: 'give-up'}],
		['r', {kind: 'retry'}],
	] as const)('%s acts on the group under the cursor', async (key, act) => {
		const {run, type, shows, answer, clock} = openTriage();
		type('F');
		answer();
		type('j');
		await shows(/> 400 context length/);
		type(key);
		await shows('group 400 context length?');
		await shows('312');
		clock.advance(200);
		type('y');
		expect(run.choices).toEqual([{scope: {kind: 'group', key: 'context_length|400'}, act}]);
		expect(run.commands).toEqual([{type: 'act', set: 1, act}]);
	});

	test('a key means the group that the cursor was seen on, though another one came to its place', async () => {
		const {run, type, shows, answer} = openTriage();
		type('F');
		answer();
		await shows(/> 500 server/);
		answer({groups: groupsFixture.toReversed()});
		await shows(/> 500 server/);
		type('w');
		await shows('Wipe group 500 server?');
		expect(run.choices).toMatchObject([{scope: {kind: 'group', key: 'server|500'}}]);
	});

	test('the detail shows the sample of the group under the cursor', async () => {
		const {run, type, shows, answer, clock} = openTriage();
		type('F');
		answer();
		clock.advance(500);
		await shows('5 Detail  000481');
		type('j');
		clock.advance(500);
		await shows('5 Detail  000733');
		type('5');
		type('N');
		clock.advance(500);
		await shows('[5 Detail] 000481');
		run.chosen = {...chosenFixture, count: 1};
		type('r');
		await shows('retry: 1 request');
		expect(run.choices).toEqual([{scope: {kind: 'row', index: 481}, act: {kind: 'retry'}}]);
	});

	test('space says that the group has to be opened', async () => {
		const {run, type, shows, answer} = openTriage();
		type('F');
		answer();
		type(' ');
		await shows('enter opens the group');
		expect(run.marks).toEqual([]);
	});
});
