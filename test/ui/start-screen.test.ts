import {rm} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {displayWidth} from '../../source/view/cells.ts';
import {bundleScreen} from './bundle-screen.ts';
import {type PtySession, startInPty} from './pty-session.ts';

let program = '';
let session: PtySession | null = null;

beforeAll(async () => {
	program = await bundleScreen('test/ui/screen-program.ts');
});

afterEach(() => session?.close());
afterAll(() => rm(path.dirname(program), {recursive: true}));

function start(
	args: readonly string[],
	size: {readonly columns?: number; readonly rows?: number} = {},
): PtySession {
	session = startInPty(process.execPath, [program, ...args], {...size, env: {LC_ALL: 'C.UTF-8'}});
	return session;
}

/** The emulator keeps the cells that lie outside after a resize. */
function visibleRows({buffer, cols, rows}: PtySession['terminal']): readonly string[] {
	return Array.from(
		{length: rows},
		(_, y) => buffer.active.getLine(y)?.translateToString(true, 0, cols) ?? '',
	);
}

const takeScreen = '\u001b[?1049h';
const leaveScreen = '\u001b[?1049l';

describe('the full screen in a terminal', () => {
	test('takes the screen before anything is drawn, shows the run, and gives the screen back', async () => {
		const {shows, type, exited, output, rows} = start(['5000', '40'], {columns: 120, rows: 40});
		await shows('▶ RUNNING');
		await shows('[1 Queue] 5,000 requests');
		expect(output().startsWith(takeScreen)).toBe(true);
		expect(rows().every(row => displayWidth(row) <= 120)).toBe(true);
		type('q');
		await shows('calls in flight');
		// Nobody reads a question faster.
		await delay(200);
		type('w');
		expect(await exited).toMatchObject({exitCode: 0});
		expect(output()).toContain(leaveScreen);
		expect(rows().join('\n').trim()).toBe('left: stopped');
	});

	test('leaves at once on the second ctrl-c', async () => {
		const {shows, type, exited} = start(['100000', '1']);
		await shows('▶ RUNNING');
		type('\u0003');
		await shows('ctrl-c again to quit now · esc to go on');
		await shows('DRAINING');
		type('\u0003');
		expect(await exited).toMatchObject({exitCode: 0});
	});

	test('stays with the report and its table of costs by model', async () => {
		const {shows, type, exited} = start(['60', '300']);
		await shows('■ DONE');
		await shows('[2 Report]');
		await shows('│ openai/gpt-4o-mini │ 99.6k │ 312    │ $29.71 │ $0.00 │ $29.71 │');
		type('q');
		expect(await exited).toMatchObject({exitCode: 0});
	});

	test.each([
		['--break-drawing', 'crashed: TypeError'],
		['--break-engine', 'crashed: Error: the journal is gone'],
	])('gives the screen back before it rejects: %s', async (flag, message) => {
		const {exited, rows, output} = start(['100000', '1', flag]);
		expect(await exited).toMatchObject({exitCode: 70});
		await vi.waitFor(() => expect(rows().join('\n').trim()).toMatch(message));
		expect(output().lastIndexOf(leaveScreen)).toBeLessThan(output().indexOf('crashed'));
	});

	test('leaves by itself when asked to', async () => {
		const {exited, rows} = start(['60', '300', '--exit-when-done']);
		expect(await exited).toMatchObject({exitCode: 0});
		await vi.waitFor(() => expect(rows().join('\n').trim()).toBe('left: done'));
	});

	test('is whole again after every size', async () => {
		const {shows, resize, terminal, type} = start(['100000', '1'], {columns: 120, rows: 40});
		await shows('▶ RUNNING');
		type('p');
		await shows('‖ PAUSED');
		for (const [columns, height] of [
			[80, 24],
			[100, 30],
			[40, 12],
			[30, 6],
			[120, 40],
			[80, 24],
		] as const) {
			resize(columns, height);
			const last = columns < 40 ? `needs 40x10, has ${columns}x${height}` : '? help';
			await vi.waitFor(
				() => {
					const shown = visibleRows(terminal);
					expect(shown).toHaveLength(height);
					expect(shown[0]).toContain('PAUSED');
					expect(shown[columns < 40 ? 1 : height - 1]).toContain(last);
					if (columns >= 40) expect(shown[2]).toMatch(/^┌.*┐$/);
					if (columns >= 40) expect(displayWidth(shown[2]!)).toBe(columns);
				},
				{timeout: 5000, interval: 20},
			);
		}
	});

	test('draws a key while the run moves, and little else', async () => {
		const {shows, type, output} = start(['100000', '300'], {columns: 120, rows: 40});
		await shows('000077');
		type('jjj');
		await vi.waitFor(() => expect(output()).toContain('>'));
		const before = output().length;
		await delay(1500);
		// 5 kB a second is the budget of a steady screen.
		expect(output().length - before).toBeLessThan(7500);
		expect(output().slice(before)).not.toContain('\u001b[2J');
	});
});
