import {mkdtempSync, writeFileSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {bundleScreen} from './bundle-screen.ts';
import {type PtySession, startInPty} from './pty-session.ts';

let program = '';
let folder = '';
let session: PtySession | null = null;

beforeAll(async () => {
	program = await bundleScreen('test/ui/screen-program.ts');
	folder = mkdtempSync(path.join(os.tmpdir(), 'promptbatch-pager-'));
	// Shows what it was given, and goes when a line is typed.
	writeFileSync(
		path.join(folder, 'pager.sh'),
		'printf "[paged]\\n"; cat; read line </dev/tty; printf "read %s" "$line"\n',
	);
});

afterEach(() => session?.close());
afterAll(async () => {
	await rm(path.dirname(program), {recursive: true});
	await rm(folder, {recursive: true});
});

function start(pager: string, perSecond = 40): PtySession {
	const env = {LC_ALL: 'C.UTF-8', PAGER: pager};
	session = startInPty(process.execPath, [program, '100000', String(perSecond)], {env});
	return session;
}

const times = (text: string, part: string): number => text.split(part).length - 1;
const takeScreen = '\u001b[?1049h';
const leaveScreen = '\u001b[?1049l';

describe('o', () => {
	test('gives the terminal to the pager, and takes it back with the screen whole', async () => {
		const {shows, type, output, rows, terminal, exited} = start(`sh ${folder}/pager.sh`);
		await shows('▶ RUNNING');
		type('o');
		await shows('[paged]');
		await shows('text of a hostile ␛[2J answer');
		expect(terminal.buffer.active.type).toBe('normal');
		expect(times(output(), leaveScreen)).toBe(1);
		const before = output().length;
		type('abc\r');
		await shows('[1 Queue]');
		expect(output().slice(before)).toContain('read abc');
		// The keys went to the pager alone.
		expect(rows().join('\n')).not.toContain('copied');
		expect(times(output(), takeScreen)).toBe(2);
		expect(terminal.modes.bracketedPasteMode).toBe(true);
		type('p');
		await shows('‖ PAUSED');
		type('\u0003');
		type('\u0003');
		await exited;
	});

	test('ctrl-c ends the pager, not the run', async () => {
		const {shows, type} = start(`sh ${folder}/pager.sh`);
		await shows('▶ RUNNING');
		type('o');
		await shows('[paged]');
		type('\u0003');
		await shows('[1 Queue]');
		await shows('▶ RUNNING');
	});

	test('goes on with the run meanwhile', async () => {
		const {shows, type, rows} = start(`sh ${folder}/pager.sh`);
		await shows('▶ RUNNING');
		const share = () => Number(/(\d+)\/100k/.exec(rows().join('\n'))?.[1] ?? 0);
		await vi.waitFor(() => expect(share()).toBeGreaterThan(0), {timeout: 5000});
		const then = share();
		type('o');
		await shows('[paged]');
		await new Promise(resolve => setTimeout(resolve, 1000));
		type('\r');
		await shows('[1 Queue]');
		await vi.waitFor(() => expect(share()).toBeGreaterThan(then + 20), {timeout: 2000});
	});

	test('says so when there is no such pager', async () => {
		const {shows, type} = start('no-such-pager --plain');
		await shows('▶ RUNNING');
		type('o');
		await shows('the pager no-such-pager --plain cannot be run: set PAGER');
		await shows('[1 Queue]');
	});
});

test('y asks the terminal for its clipboard beside the frames, and moves no cell', async () => {
	const {shows, type, output, terminal} = start('cat', 1);
	// So slow that no failure is heard of, whose warning would take the place of a toast.
	const copied: string[] = [];
	terminal.parser.registerOscHandler(52, data => {
		copied.push(data);
		return true;
	});
	await shows('▶ RUNNING');
	type('j');
	type('y');
	await shows('copied ');
	const [, base64 = ''] = /\u001b\]52;c;([\w+/=]+)\u0007/.exec(output()) ?? [];
	expect(Buffer.from(base64, 'base64').toString()).toMatch(/^\d{6}$/);
	await vi.waitFor(() => expect(copied).toEqual([`c;${base64}`]));
	type('C');
	await shows('as curl');
	await vi.waitFor(() => expect(copied).toHaveLength(2));
	const answer = Buffer.from(copied[1]!.slice(2), 'base64').toString();
	expect(answer).toBe('text of a hostile \u001b[2J answer');
	expect(output()).not.toContain('hostile \u001b[2J');
});
