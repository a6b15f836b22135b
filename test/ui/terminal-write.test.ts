import {execFileSync, spawn} from 'node:child_process';
import {closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it, vi} from 'vitest';
import {writeToTerminal} from '../../source/ui/terminal-write.ts';

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'promptbatch-tui-test-'));
});
afterAll(() => rmSync(folder, {recursive: true}));

/** A pipe that answers EAGAIN when it is full, as a shared terminal may. */
function openPipe(name: string): {readonly file: string; readonly fd: number} {
	const file = path.join(folder, name);
	execFileSync('mkfifo', [file]);
	return {file, fd: openSync(file, constants.O_RDWR | constants.O_NONBLOCK)};
}

it('writes all, waiting for a reader that is slower', async () => {
	const {file, fd} = openPipe('slow');
	const out = path.join(folder, 'out');
	const text = '漢x'.repeat(100_000);
	const reader = spawn('sh', ['-c', 'sleep 0.1; head -c 400000 < "$0" > "$1"', file, out]);
	const closed = new Promise(resolve => reader.on('close', resolve));
	writeToTerminal(fd, text);
	closeSync(fd);
	await closed;
	await vi.waitFor(() => expect(readFileSync(out, 'utf8')).toBe(text));
});

it('gives up on a reader that reads nothing', () => {
	const {fd} = openPipe('stuck');
	writeToTerminal(fd, 'x'.repeat(200_000));
	closeSync(fd);
});

it('is no error when the terminal is gone', () => {
	const {fd} = openPipe('gone');
	closeSync(fd);
	writeToTerminal(fd, 'x');
});
