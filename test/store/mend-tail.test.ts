import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {encodeEvent} from '../../source/domain/event-line.ts';
import {openJournal} from '../../source/store/journal.ts';
import {answered, failed, failure} from '../domain/run-fixture.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
const file = path.join(folder, 'journal.jsonl');

describe('the last line of a journal', () => {
	const lines = [
		encodeEvent(answered(1, {raw: '{"text":"první 🐎"}'})),
		encodeEvent(failed(2, {failure: failure('server', 500, 'zlé'), raw: '<html>'})),
		encodeEvent(answered(3, {raw: '{"text":"last"}'})),
	];
	const bytes = Buffer.from(`${lines.join('\n')}\n`);
	const first = Buffer.byteLength(lines[0]!) + 1;

	test('is cut off wherever a crash tore it, with a notice', async () => {
		for (let length = first; length <= bytes.length; length++) {
			writeFileSync(file, bytes.subarray(0, length));
			const whole = bytes.subarray(0, length).toString('latin1').lastIndexOf('\n') + 1;
			const lacksBreakOnly = bytes[length] === 0x0a && whole < length;
			const notices = await reopen();
			const left = readFileSync(file);
			expect(left.equals(bytes.subarray(0, lacksBreakOnly ? length + 1 : whole)), `cut at ${length}`).toBe(
				true,
			);
			expect(notices.length).toBe(whole < length && !lacksBreakOnly ? 1 : 0);
		}
	});

	test('is cut off when it is the only one, or is no text at all', async () => {
		for (const [number, content] of ['{"type":"run-crea', '\0\0\0\0', '{'].entries()) {
			const kept = `journal.torn-0${number === 0 ? '' : `-${number + 1}`}`;
			writeFileSync(file, content);
			expect(await reopen()).toEqual([
				`The last line of the journal was torn by a crash: ${content.length} bytes at byte 0 were cut off and kept as ${kept}.`,
			]);
			expect(readFileSync(path.join(folder, kept), 'utf8')).toBe(content);
			expect(readFileSync(file, 'utf8')).toBe('');
		}
	});

	test('is cut off when it is longer than one look backwards', async () => {
		for (const length of [65_535, 65_536, 65_537, 200_000]) {
			writeFileSync(file, `${lines[0]}\n{"answered":1,"r":"${'x'.repeat(length)}`);
			expect(await reopen()).toHaveLength(1);
			expect(readFileSync(file, 'utf8')).toBe(`${lines[0]}\n`);
		}
	});

	test('makes room for the next one', async () => {
		writeFileSync(file, `${lines[0]}\n${lines[1]!.slice(0, 20)}`);
		const journal = openJournal(file, {onNotice: () => {}});
		expect(journal.append(lines[2]!)).toBe(first);
		await journal.close();
		expect(readFileSync(file, 'utf8')).toBe(`${lines[0]}\n${lines[2]}\n`);
	});
});

async function reopen(): Promise<readonly string[]> {
	const notices: string[] = [];
	await openJournal(file, {onNotice: message => notices.push(message)}).close();
	return notices;
}
