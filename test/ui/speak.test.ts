import {describe, expect, test, vi} from 'vitest';
import {createInputTokenizer} from '../../source/ui/input-tokenizer.ts';
import {keymap} from '../../source/ui/keymap.ts';
import {createScreenStore} from '../../source/ui/screen-store.ts';
import {nothingSpoken, type Spoken, speak} from '../../source/ui/speak.ts';
import {createFakeClock} from './fake-clock.ts';
import {createFakeRun} from './fake-run.ts';
import {notice} from './notice-fixture.ts';
import {detailFixture, finishedSnapshot, snapshotAt, snapshotFixture} from './snapshot-fixture.ts';

/** A person who listens: keys go in, lines come out. */
function listen(readonly = false) {
	const run = createFakeRun();
	const clock = createFakeClock();
	clock.advance(snapshotAt - clock.now());
	const store = createScreenStore({
		run,
		clock,
		size: {columns: 200, rows: 50},
		isReadonly: readonly,
		keymap,
		onNews: () => {},
		onRepaint: () => {},
		onSuspend: () => {},
		onClose: () => {},
		terminal: {write: () => {}, page: async () => null},
	});
	const tokenizer = createInputTokenizer();
	let spoken: Spoken = nothingSpoken;
	const hear = (): readonly string[] => {
		const said = speak(spoken, store.getModel());
		spoken = said.spoken;
		store.drawn();
		return said.lines;
	};
	const tick = (): readonly string[] => {
		store.tick();
		return hear();
	};
	store.start();
	return {
		run,
		clock,
		tick,
		type(bytes: string): readonly string[] {
			for (const key of tokenizer.push(new TextEncoder().encode(bytes), clock.now()).keys) store.press(key);
			return hear();
		},
	};
}

describe('a run in lines', () => {
	test('says its state when the phase or a tenth of it changes, and of failures every 10 s', () => {
		const {run, clock, tick} = listen();
		expect(tick()).toEqual([
			'RUNNING: 61.9%, 61,902 of 100,000, 312 failed, 31 waiting, cost $18.42, ETA 38:00 plus or minus 04:00',
		]);
		expect(tick()).toEqual([]);
		const {counts} = snapshotFixture();
		run.publish(snapshotFixture({counts: {...counts, done: counts.done + 50, failed: 313}}));
		expect(tick()).toEqual([]);
		clock.advance(10_000);
		expect(tick()[0]).toMatch(/^RUNNING: 61.9%, 61,953 of 100,000, 313 failed/);
		run.publish(snapshotFixture({counts: {...counts, done: 69_700, failed: 313}}));
		expect(tick()[0]).toMatch(/^RUNNING: 70.0%, 70,013 of 100,000/);
		run.publish(snapshotFixture({phase: 'THROTTLED', phaseDetail: 'next in 8s'}));
		expect(tick()[0]).toMatch(/^THROTTLED: .*, next in 8s$/);
	});

	test('says notices once, cleaned, and what a key leads to', () => {
		const {run, tick, type} = listen();
		tick();
		const notices = [
			notice(1, 'warn', 'first 503 server: \u001b[2Jboom'),
			notice(2, 'info', 'batch 1 submitted'),
			notice(3, 'warn', '000481: 503 server', {isQuiet: true}),
		];
		run.publish(snapshotFixture({notices}));
		expect(tick()).toEqual(['warn: first 503 server: ␛[2Jboom', 'batch 1 submitted']);
		expect(tick()).toEqual([]);
		expect(type('p')).toEqual(['paused: nothing new starts, what runs is kept; p goes on']);
		expect(run.commands).toEqual([{type: 'pause', cause: 'person'}]);
	});

	test('says the row that the cursor goes to, and what becomes of it', () => {
		const {run, tick, type} = listen();
		tick();
		expect(type('jj')).toEqual([
			'row 3 of 100,000: 000733 failed, 1 of 3 tries, 400 context_length: maximum context length is 128000 tokens, 31s ago, 4,096 tokens, $0.0011, gpt-4o-mini',
		]);
		expect(type('j')[0]).toMatch(/^row 4 of 100,000: 000801 waiting, 1 of 3 tries, .*, next try in 8s/);
		expect(type('g')).toEqual([expect.stringMatching(/^row 1 of 100,000: 000481 failed/)]);
		type('j');
		const {rows} = snapshotFixture();
		const changed = rows.rows.map(row => (row.index === 512 ? {...row, status: 'queued' as const} : row));
		run.publish(snapshotFixture({rows: {...rows, cursor: {index: 512, position: 1}, rows: changed}}));
		expect(tick()).toEqual(['000512 is queued now']);
	});

	test('asks its questions in lines, and takes the answer after they could be heard', async () => {
		const {run, clock, tick, type} = listen();
		tick();
		expect(type('w')).toEqual([
			'Wipe all that failed?',
			'Looking up which requests these are.',
			'[esc cancel]',
		]);
		await vi.waitFor(() =>
			expect(tick()).toEqual([
				'Return 312 failed requests to the queue, for about $0.10?',
				'y wipe  [esc cancel]',
			]),
		);
		expect(type('y')).toEqual([]);
		expect(run.commands).toEqual([]);
		clock.advance(200);
		type('y');
		expect(run.commands).toEqual([{type: 'act', set: 1, act: {kind: 'wipe'}}]);
	});

	test('says the groups of failures, the log, and what the palette would do', () => {
		const {run, tick, type} = listen();
		const group = {
			key: 'server',
			label: '500 server',
			sample: 'the model produced an error',
			sampleIndex: 481,
			failed: 200,
			waiting: 3,
			spentUsd: 0.06,
			firstAt: snapshotAt - 60_000,
			lastAt: snapshotAt,
		};
		tick();
		type('F');
		run.publish(snapshotFixture({rows: {...snapshotFixture().rows, groups: [group]}}));
		expect(tick()).toEqual([
			'group 1 of 1: 500 server, 200 failed, 3 waiting, $0.0600, for example the model produced an error',
		]);
		// Behind the groups stand rows that nobody sees.
		expect(type('3').filter(line => line.startsWith('row '))).toEqual([]);
		type('1');
		type('F');
		run.publish(snapshotFixture({notices: [notice(1, 'warn', 'first 503 server: overloaded')]}));
		tick();
		expect(type('L')).toEqual([expect.stringContaining('warn  first 503 server: overloaded')]);
		type('q');
		expect(type(':')).toEqual([expect.stringMatching(/^type what to do: 1 of \d+, /)]);
	});

	test('reads an opened request, another tab, a pane and the help', async () => {
		const {clock, tick, type} = listen();
		tick();
		type('jj');
		type('\r');
		clock.advance(200);
		await vi.waitFor(() =>
			expect(tick()).toEqual(['request 000733, failed, error', detailFixture(733).error]),
		);
		expect(type(']')[0]).toBe('request 000733, failed, attempts');
		expect(type('3')).toEqual([
			'pane 3 Retries',
			'429 rate limit: 281',
			'503 server: 22',
			'timeout: 9',
			'31 waiting, next in 8s',
		]);
		expect(type('?')).toEqual(expect.arrayContaining([expect.stringMatching(/^\? +this help$/)]));
	});

	test('with --readonly says why a key does nothing', () => {
		const {run, tick, type} = listen(true);
		tick();
		for (const key of ['p', 'w', '+', '-']) {
			expect(type(key)).toEqual(['warn: this screen only watches (--readonly)']);
		}

		expect(run.commands).toEqual([]);
	});

	test('reads the report at the end', () => {
		const {run, tick} = listen();
		tick();
		run.publish(finishedSnapshot());
		expect(tick()).toEqual([
			expect.stringMatching(/^DONE: 100.0%, 100,000 of 100,000, 312 failed/),
			'report: 99,688 of 100,000 requests done, 312 failed, after 1h',
			'server: 200 failed',
			'context length: 112 failed',
			'100,624 attempts, of which 624 retries',
			'tokens: 66M in, 5M of them cached, 15.8M out',
			'cost $29.71',
			'q leaves',
		]);
		expect(tick()).toEqual([]);
	});
});
