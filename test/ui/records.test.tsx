import {afterEach, describe, expect, test, vi} from 'vitest';
import {UserError} from '../../source/domain/user-error.ts';
import {chosenFixture, createFakeRun, type FakeRun} from './fake-run.ts';
import {type OpenScreen, openScreen} from './open-screen.tsx';
import {rowWindow, snapshotFixture} from './snapshot-fixture.ts';

let screen: OpenScreen | null = null;

function open(change: Partial<FakeRun> = {}, snapshot = snapshotFixture()) {
	const run = Object.assign(createFakeRun(snapshot), change);
	screen = openScreen(run);
	return {run, ...screen};
}

afterEach(() => screen?.close());

describe('copying the request under the cursor', () => {
	test.each([
		['y', '000481', 'copied 000481'],
		['Y', 'json of 481', 'copied 000481 as JSON'],
		['C', 'curl of 481', 'copied 000481 as curl, its key left out'],
	])('%s puts it onto the clipboard and says so', async (key, text, toast) => {
		const {type, shows, copied} = open();
		type(key);
		await shows(toast);
		expect(copied).toEqual([text]);
	});

	test('goes by the cursor, also in the opened request', async () => {
		const {type, shows, copied} = open();
		type('j');
		type('y');
		await shows('copied 000512');
		type('\r');
		type('y');
		await vi.waitFor(() => expect(copied).toEqual(['000512', '000512']));
	});

	test('names the other ways for a record that no terminal would take', async () => {
		const {type, shows, copied} = open({readRecord: async () => 'x'.repeat(74_995)});
		type('Y');
		await shows('000481 as JSON is too long for the clipboard of a terminal: o opens it, e exports it');
		expect(copied).toEqual([]);
	});

	test('says why a record cannot be read', async () => {
		const failing = async () => Promise.reject(new UserError('The journal lines cannot be read.', ''));
		const {type, shows} = open({readRecord: failing});
		type('C');
		await shows('The journal lines cannot be read.');
	});

	test('follows a request that has left the rows in sight', async () => {
		const {type, shows, copied, run, tick} = open();
		type('j');
		run.publish(snapshotFixture({rows: rowWindow({top: 50_000, cursor: {index: 512, position: 70_000}})}));
		tick();
		type('C');
		await shows('copied 000512 as curl');
		expect(copied).toEqual(['curl of 512']);
	});

	test('has nothing to copy in an empty list', async () => {
		const {type, shows, copied} = open({}, snapshotFixture({rows: rowWindow({total: 0, rows: []})}));
		type('y');
		await shows('there is no request yet');
		expect(copied).toEqual([]);
	});
});

test('o hands the record to the pager, one at a time', async () => {
	const {type, paged, shows} = open();
	type('o');
	type('o');
	type('y');
	await shows('copied 000481');
	expect(paged).toEqual(['text of 481']);
});

describe('e', () => {
	test('exports the list as it is filtered', async () => {
		const {type, shows, run} = open();
		type('e');
		await shows('exported 3 rows of 312 requests to nightly-eval-selection-1.jsonl');
		expect(run.choices).toEqual([{scope: {kind: 'list'}, act: {kind: 'export'}}]);
	});

	test('exports the marked rows where some are', async () => {
		const {type, shows, run} = open({}, snapshotFixture({rows: rowWindow({marked: 2})}));
		type('e');
		await shows('exported 3 rows');
		expect(run.choices).toEqual([{scope: {kind: 'marked'}, act: {kind: 'export'}}]);
	});

	test.each([
		[{count: 0}, 'nothing to export'],
		[{problem: 'the filter cannot be read'}, 'the filter cannot be read'],
	])('says why not: %j', async (chosen, toast) => {
		const {type, shows} = open({chosen: {...chosenFixture, ...chosen}});
		type('e');
		await shows(toast);
	});

	test('says what the disk said', async () => {
		const full = async () => Promise.reject(new UserError('Cannot write a.jsonl: ENOSPC.', ''));
		const {type, shows} = open({exportSet: full});
		type('e');
		await shows('Cannot write a.jsonl: ENOSPC.');
	});
});
