import {describe, expect, test} from 'vitest';
import type {Key} from '../../source/ui/input-tokenizer.ts';
import {keymap} from '../../source/ui/keymap.ts';
import {createScreenStore, type ScreenStore} from '../../source/ui/screen-store.ts';
import {plainOrder} from '../../source/view/snapshot.ts';
import {createFakeClock, type FakeClock} from './fake-clock.ts';
import {createFakeRun, type FakeRun} from './fake-run.ts';
import {notice} from './notice-fixture.ts';
import {row, rowWindow, snapshotFixture} from './snapshot-fixture.ts';

type Started = {
	readonly store: ScreenStore;
	readonly clock: FakeClock;
	readonly news: () => number;
};

function start(run: FakeRun, columns = 80, rows = 24): Started {
	const clock = createFakeClock();
	let news = 0;
	const store = createScreenStore({
		run,
		clock,
		size: {columns, rows},
		isReadonly: false,
		keymap,
		onNews: () => news++,
		terminal: {write: () => {}, page: async () => null},
		onRepaint: () => {},
		onSuspend: () => {},
		onClose: () => {},
	});
	store.start();
	return {store, clock, news: () => news};
}

const key = (name: string): Key => ({name, text: '', alone: true});

describe('the screen store', () => {
	test('asks for the rows in sight and a few around them, and again only when they change', () => {
		const run = createFakeRun();
		const {store} = start(run);
		expect(run.windows).toEqual([
			{top: 0, count: 16, cursorIndex: null, order: plainOrder, showsGroups: false},
		]);
		store.tick();
		store.tick();
		expect(run.windows).toHaveLength(1);
		store.resize({columns: 120, rows: 40});
		expect(run.windows.at(-1)).toEqual({
			top: 0,
			count: 29,
			cursorIndex: null,
			order: plainOrder,
			showsGroups: false,
		});
	});

	test('ticks soon when the rows that it waits for have come, and for no other snapshot', () => {
		const run = createFakeRun();
		const {store, news} = start(run);
		run.publish(snapshotFixture());
		expect(news()).toBe(1);
		run.publish(snapshotFixture());
		expect(news()).toBe(1);
		store.tick();
		store.press(key('G'));
		run.publish(snapshotFixture());
		expect(news()).toBe(1);
		const {top} = run.windows.at(-1)!;
		run.publish(snapshotFixture({rows: rowWindow({top, rows: [row(99_999, 'queued')]})}));
		expect(news()).toBe(2);
	});

	test('ticks soon when the run is open, whatever rows come with it', () => {
		const run = createFakeRun();
		const {news} = start(run);
		const elsewhere = snapshotFixture({rows: rowWindow({top: 50, total: 100})});
		run.publish(elsewhere);
		expect(news()).toBe(1);
		run.publish(elsewhere);
		expect(news()).toBe(1);
	});

	test('does not chase an order that moves all the time', () => {
		const run = createFakeRun();
		const {store, news} = start(run);
		store.tick();
		store.press(key('j'));
		for (let step = 1; step <= 20; step++) {
			const {cursorIndex} = run.windows.at(-1)!;
			const position = 1 + step * 50;
			const rows = rowWindow({top: position - 5, cursor: {index: 512, position}, rows: []});
			expect(cursorIndex).toBe(512);
			// Each tick asks for other rows, and each question is answered at once.
			run.publish(snapshotFixture({rows}));
			store.tick();
			run.publish(snapshotFixture({rows: {...rows, top: run.windows.at(-1)!.top}}));
		}

		expect(run.windows.length).toBeGreaterThan(20);
		expect(news()).toBeLessThanOrEqual(10);
	});

	test('tells React from ticks and keys only', () => {
		const run = createFakeRun();
		const {store} = start(run);
		let changes = 0;
		const unsubscribe = store.subscribe(() => changes++);
		const before = store.getModel();
		run.publish(snapshotFixture({phase: 'PAUSED'}));
		expect(store.getModel()).toBe(before);
		store.tick();
		expect(changes).toBe(1);
		expect(store.getModel().snapshot?.phase).toBe('PAUSED');
		store.press(key('j'));
		expect(changes).toBe(2);
		unsubscribe();
		store.tick();
		expect(changes).toBe(2);
	});

	test('makes toasts of notices, each once', () => {
		const run = createFakeRun();
		const {store, clock} = start(run);
		const notices = [notice(4, 'error', 'held openai gpt-4o-mini')];
		run.publish(snapshotFixture({notices}));
		store.tick();
		expect(store.getModel().ui.toast?.text).toBe('held openai gpt-4o-mini');
		clock.advance(9000);
		run.publish(snapshotFixture({notices}));
		store.tick();
		expect(store.getModel().ui.toast).toBeNull();
	});

	test('reads the request on which the cursor rests, and nothing that hurries past', () => {
		const run = createFakeRun(snapshotFixture({rows: windowOf('in-flight')}));
		const {store, clock} = start(run);
		store.tick();
		clock.advance(1000);
		expect(run.detailsRead).toEqual([]);
		run.publish(snapshotFixture({rows: windowOf('failed')}));
		store.tick();
		clock.advance(149);
		expect(run.detailsRead).toEqual([]);
		clock.advance(1);
		expect(run.detailsRead).toEqual([5]);
	});

	test('counts a question as seen when it stands on the screen', () => {
		const {store, clock} = start(createFakeRun());
		store.tick();
		store.press(key('q'));
		expect(store.getModel().ui.dialog).toEqual({kind: 'quit', drawnAt: null});
		store.drawn();
		expect(store.getModel().ui.dialog).toEqual({kind: 'quit', drawnAt: clock.now()});
	});

	test('cannot show a question on a screen that is too small for it', () => {
		const run = createFakeRun();
		const {store, clock} = start(run, 30, 6);
		store.tick();
		store.press(key('q'));
		store.drawn();
		clock.advance(1000);
		store.press(key('y'));
		expect(run.commands).toEqual([]);
		store.press(key('ctrl-c'));
		expect(run.commands).toHaveLength(1);
	});
});

function windowOf(status: 'in-flight' | 'failed') {
	return rowWindow({total: 1, rows: [row(5, status)]});
}

test('marks that a key changed are drawn with the snapshot that has them', () => {
	const run = createFakeRun();
	const {store, news} = start(run);
	run.publish(snapshotFixture());
	store.tick();
	const before = news();
	store.press(key('space'));
	run.publish(snapshotFixture({rows: rowWindow({marked: 1})}));
	expect(news()).toBe(before + 1);
	run.publish(snapshotFixture({rows: rowWindow({marked: 1})}));
	expect(news()).toBe(before + 1);
});

test('a set that is told after the screen was left does nothing', async () => {
	const run = createFakeRun();
	const {store, news} = start(run);
	store.tick();
	store.press(key('j'));
	store.press(key('r'));
	store.stop();
	const before = news();
	await Promise.resolve();
	await Promise.resolve();
	expect(run.choices).toHaveLength(1);
	expect(run.commands).toEqual([]);
	expect(news()).toBe(before);
});
