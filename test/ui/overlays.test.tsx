import {afterEach, describe, expect, test} from 'vitest';
import type {Notice} from '../../source/view/notice.ts';
import {batchSnapshot} from './batch-snapshot.ts';
import {createFakeRun} from './fake-run.ts';
import {notice} from './notice-fixture.ts';
import {type OpenScreen, openScreen} from './open-screen.tsx';
import {snapshotAt, snapshotFixture} from './snapshot-fixture.ts';

let screen: OpenScreen | null = null;

function open(snapshot = snapshotFixture(), rows = 30) {
	const run = createFakeRun(snapshot);
	screen = openScreen(run, {columns: 100, rows});
	return {run, ...screen};
}

afterEach(() => screen?.close());

function notices(from: number, to: number): readonly Notice[] {
	return Array.from({length: to - from}, (_, step) => {
		const id = from + step;
		const level = id % 10 === 0 ? 'error' : id % 5 === 0 ? 'warn' : 'info';
		return notice(id, level, `notice ${id}`, {at: snapshotAt + id * 1000});
	});
}

describe('L, the log', () => {
	test('holds notices and toasts, the newest in sight', async () => {
		const {type, shows, hides, run, tick} = open(snapshotFixture({notices: notices(1, 3)}));
		type('p');
		type('L');
		await shows('[Log] all');
		await shows(/12:41:10 info {2}notice 1\b/);
		await shows(/12:41:11 info {2}notice 2\b/);
		await shows('paused: nothing new starts');
		run.publish(snapshotFixture({notices: notices(1, 60)}));
		tick();
		await shows('notice 59 ');
		await hides('notice 2 ');
		type('L');
		await shows('[1 Queue]');
	});

	test('keeps what no tick showed, as each snapshot holds only the newest notices', async () => {
		const {type, shows, run, tick} = open();
		for (let from = 1; from < 200; from += 50)
			run.publish(snapshotFixture({notices: notices(from, from + 50)}));
		tick();
		type('L');
		await shows(/lines 176 to 200 of 200|lines 17\d to 20\d of 20\d/);
		type('g');
		await shows('notice 1 ');
	});

	test('stays where it was scrolled to, and follows again from its end', async () => {
		const {type, shows, hides, run, tick} = open(snapshotFixture({notices: notices(1, 50)}));
		type('L');
		await shows('notice 49 ');
		type('k');
		await hides('notice 49 ');
		run.publish(snapshotFixture({notices: notices(1, 60)}));
		tick();
		await shows('of 59');
		await hides('notice 49 ');
		type('G');
		await shows('notice 59 ');
		run.publish(snapshotFixture({notices: notices(1, 70)}));
		tick();
		await shows('notice 69 ');
	});

	test('leaves out what is below a level', async () => {
		const {type, shows, hides} = open(snapshotFixture({notices: notices(1, 13)}));
		type('L');
		await shows('notice 12 ');
		type('w');
		await shows('[Log] warnings and errors');
		await hides('notice 12 ');
		await shows(/warn {2}notice 5 /);
		type('e');
		await hides('notice 5 ');
		await shows(/error notice 10 /);
		type('i');
		await shows('notice 12 ');
		type('\u001b');
		await shows('[1 Queue]');
	});

	test('shows dumps, cleaned, and makes no toast of what is quiet', async () => {
		const quiet = {
			...notices(4, 5)[0]!,
			isQuiet: true,
			dump: '{\n  "error": "\u001b]52;c;eHh4\u0007"\n}',
		};
		const {type, shows, hides} = open(snapshotFixture({notices: [quiet]}));
		await hides('notice 4');
		type('L');
		await shows('notice 4');
		await shows(/ {5}"error": "␛\]52;c;eHh4␇"/);
	});
});

describe(':, the palette', () => {
	test('finds an action by its name or label and does what its key does', async () => {
		const {type, shows, hides, run} = open();
		type(':');
		await shows('[Actions]');
		type('p');
		type('a');
		type('u');
		await shows(': pau_');
		await shows(/> p +pause, what runs is kept/);
		type('\r');
		await shows('paused: nothing new starts');
		await hides('[Actions]');
		expect(run.commands).toEqual([{type: 'pause', cause: 'person'}]);
	});

	test('still asks before what is dangerous', async () => {
		const {type, shows, run, clock} = open();
		type(':');
		type('\u001b[200~wipe-failed\u001b[201~');
		await shows(': wipe-failed_');
		type('\r');
		await shows('Return 312 failed requests');
		expect(run.commands).toEqual([]);
		clock.advance(200);
		type('y');
		expect(run.commands).toHaveLength(1);
	});

	test('is not run by what was typed ahead', async () => {
		const {type, shows, run} = open();
		type(':');
		type('wi\r');
		await shows(': wi_');
		await shows('[Actions]');
		expect(run.commands).toEqual([]);
	});

	test('moves through what matches, and says why an action is off', async () => {
		const {type, shows} = open();
		type(':');
		type('\u001b[200~force direct\u001b[201~');
		await shows(/> d +force direct mode.*\(not now: everything/);
		type('\r');
		await shows('everything goes direct already: mode direct');
		type(':');
		type('\u001b[200~next\u001b[201~');
		await shows(/> \S+/);
		type('\u001b[B');
		type('\u001b[A');
		type('\u001b[B');
		await shows(/ {3}tab +next pane\n?/);
		type('\u001b');
		await shows('[1 Queue]');
	});

	test('names the command for what cannot be done live', async () => {
		const {type, shows} = open(batchSnapshot());
		type(':');
		type('\u001b[200~wipe req\u001b[201~');
		await shows('wipe requests: cancel all batches');
		type('\r');
		await shows('leave with q, then run: promptbatch-tui wipe <spec> --requests');
	});

	test('says so when nothing matches', async () => {
		const {type, shows, hides} = open();
		type(':');
		type('\u001b[200~zzz\u001b[201~');
		await shows('no action matches');
		type('\r');
		await shows('no action matches');
		type('\u0015');
		await hides('no action matches');
	});
});

describe('/ in the help', () => {
	test('leaves the lines that match, and all again after esc', async () => {
		const {type, shows, hides} = open();
		type('?');
		await shows('in this pane (queue)');
		type('/');
		await shows('/_');
		for (const letter of 'curl') type(letter);
		await shows('/curl_');
		await shows('copy the call as curl');
		await hides('down one row');
		type('\r');
		await shows(/\/curl {2}/);
		type('/');
		type('\u001b');
		await shows('down one row');
		type('\u001b');
		await shows('[1 Queue]');
	});

	test('finds a key, and says when there is none', async () => {
		const {type, shows, hides} = open();
		type('?');
		type('/');
		for (const letter of 'pause') type(letter);
		await shows('pause, what runs is kept');
		type('\u001b[200~qqq\u001b[201~');
		await shows('no key matches');
		type('\u0015');
		await hides('no key matches');
	});
});

test('pasted text is still ignored where there is no field', async () => {
	const {type, shows} = open();
	type('L');
	type('\u001b[200~y\u001b[201~');
	await shows('pasted text ignored');
});
