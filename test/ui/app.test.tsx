import {afterEach, describe, expect, test, vi} from 'vitest';
import type {RunSnapshot} from '../../source/view/snapshot.ts';
import {createFakeRun, type FakeRun} from './fake-run.ts';
import {type OpenScreen, openScreen} from './open-screen.tsx';
import {finishedSnapshot, row, snapshotFixture} from './snapshot-fixture.ts';

// It loads only inside the bundle; start-screen.test.ts sees it there.
vi.mock('ink-table', () => ({default: {default: () => null}}));

let screen: OpenScreen | null = null;

function open(run: FakeRun): OpenScreen {
	screen = openScreen(run);
	return screen;
}

afterEach(() => screen?.close());

const cursorRow = (frame: string): string => frame.split('\n').find(line => line.includes('│>')) ?? '';

describe('the app', () => {
	test('shows its shape before the run is open, then the run', async () => {
		const run = createFakeRun(null);
		const {shows, tick} = open(run);
		await shows('STARTING');
		await shows('1 Queue');
		run.publish(snapshotFixture());
		tick();
		await shows('RUNNING');
		await shows('000481');
	});

	test('pauses and goes on', async () => {
		const run = createFakeRun();
		const {type, shows, tick} = open(run);
		type('p');
		await shows('paused: nothing new starts');
		run.publish(snapshotFixture({phase: 'PAUSED'}));
		tick();
		await shows('‖ PAUSED');
		await shows('p go on');
		type('p');
		expect(run.commands).toEqual([{type: 'pause', cause: 'person'}, {type: 'resume'}]);
	});

	test('moves the cursor, several keys in one chunk too, and asks for the rows', async () => {
		const run = createFakeRun();
		const {type, shows, frame} = open(run);
		await shows('│>! 000481');
		type('jjj');
		await shows('│>~ 000801');
		type('k');
		await shows('│>! 000733');
		type('\u001b[B');
		await shows('│>~ 000801');
		expect(run.windows.at(-1)).toMatchObject({top: 0, cursorIndex: 801});
		type('G');
		expect(run.windows.at(-1)).toMatchObject({cursorIndex: null});
		expect(run.windows.at(-1)!.top).toBeGreaterThan(99_970);
		type('g');
		await shows('│>! 000481');
		expect(cursorRow(frame())).toContain('000481');
	});

	test('keeps the cursor on its request when the order changes', async () => {
		const run = createFakeRun();
		const {type, shows, tick, frame} = open(run);
		type('jj');
		await shows('│>! 000733');
		run.publish(windowOf([9, 77, 481, 512], {cursor: {index: 733, position: 4}}));
		tick();
		await shows('000077');
		expect(cursorRow(frame())).toContain('000733');
	});

	test('opens a request, reads it, turns its tabs, and closes it', async () => {
		const run = createFakeRun();
		const {type, shows, clock} = open(run);
		type('jj');
		clock.advance(200);
		await shows('maximum context length');
		expect(run.detailsRead).toEqual([733]);
		type('\r');
		await shows('[5 Detail] 000733 failed   prompt  answer [error] attempts');
		type(']');
		await shows('[attempts]');
		await shows('request-id req_9f2c');
		type(']');
		await shows('[prompt]');
		await shows('Summarise the following filing');
		type('\u001b');
		await shows('[1 Queue]');
	});

	test('shows the help and closes it', async () => {
		const {type, shows, hides} = open(createFakeRun());
		type('?');
		await shows('[Keys]');
		await shows('in this pane (queue)');
		type('\u001b');
		await hides('[Keys]');
	});

	test('asks before it leaves calls in flight', async () => {
		const run = createFakeRun();
		const {type, shows, hides, clock, calls} = open(run);
		type('q');
		await shows('48 calls in flight, up to $0.31 maybe billed if cut off:');
		clock.advance(100);
		type('q\r');
		await hides('Quit?');
		type('q');
		await shows('Quit?');
		clock.advance(200);
		type('y');
		expect(run.commands).toEqual([{type: 'drain', patienceMs: 10_000, cause: 'quit'}]);
		await shows('esc to go on');
		type('\u001b');
		expect(run.commands.at(-1)).toEqual({type: 'stay'});
		await shows('the run goes on');
		expect(calls).toEqual([]);
	});

	test('takes no answer that came too soon', async () => {
		const run = createFakeRun();
		const {type, shows} = open(run);
		type('q');
		type('y');
		await shows('Quit?');
		expect(run.commands).toEqual([]);
	});

	test('drains on ctrl-c and aborts on the second', async () => {
		const run = createFakeRun();
		const {type, shows} = open(run);
		type('\u0003');
		await shows('ctrl-c again to quit now · esc to go on');
		type('\u0003');
		expect(run.commands).toEqual([
			{type: 'drain', patienceMs: 10_000, cause: 'SIGINT'},
			{type: 'abort', cause: 'SIGINT'},
		]);
	});

	test('ignores pasted text and says so', async () => {
		const run = createFakeRun();
		const {type, shows} = open(run);
		type('\u001b[200~pyqw\u001b[201~');
		await shows('pasted text ignored');
		expect(run.commands).toEqual([]);
	});

	test('stays with the report when the run is done, until q', async () => {
		const run = createFakeRun();
		const {type, shows, tick, calls} = open(run);
		run.publish(finishedSnapshot());
		run.finish({});
		tick();
		await shows('■ DONE');
		await shows('[2 Report]');
		await shows('requests 100,000 = 99,688 done + 312 failed');
		type('\u001b');
		await shows('[1 Queue]');
		type('q');
		await vi.waitFor(() => expect(calls).toEqual(['close']));
	});

	test('hands an error of drawing over instead of showing it', async () => {
		const run = createFakeRun();
		const {tick, calls} = open(run);
		run.publish({...snapshotFixture(), inFlight: null} as unknown as RunSnapshot);
		tick();
		await vi.waitFor(() => expect(calls.join()).toMatch(/^crash TypeError/));
	});
});

function windowOf(before: readonly number[], rest: Partial<RunSnapshot['rows']>): RunSnapshot {
	const rows = [...before, 733].map(index => row(index, 'failed'));
	return snapshotFixture({rows: {...snapshotFixture().rows, rows, ...rest}});
}
