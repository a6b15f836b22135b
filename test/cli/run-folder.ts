import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {decodeEvent} from '../../source/domain/event-line.ts';
import type {FailureRow, ResultRow} from '../../source/domain/result.ts';
import type {Report} from '../../source/view/report.ts';

/** A fresh folder with files in it, by name. It goes with the test. */
export function folderWith(files: {readonly [name: string]: string | Buffer}): string {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'promptbatch-cli-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(path.dirname(path.join(folder, name)), {recursive: true});
		writeFileSync(path.join(folder, name), content);
	}

	return folder;
}

/** A spec of so many requests, short prompts and answers; in direct mode where `rest` names no other. */
export function specOf(requests: number, rest = ''): string {
	const mode = /^mode:/m.test(rest) ? '' : 'mode: direct\n';
	const args = Array.from({length: requests}, (_, index) => `  - {n: "${index}"}`).join('\n');
	return `model: gpt-4o-mini\nprompts: Say {{n}}\nparams: {max_tokens: 8}\n${mode}${rest}\nargs:\n${args}\n`;
}

/** The run directory of `spec.yaml` in a folder. */
export function runOf(folder: string): string {
	return path.join(folder, 'spec.promptbatch');
}

export function resultsOf(folder: string): readonly ResultRow[] {
	return linesOf(path.join(runOf(folder), 'results.jsonl')) as readonly ResultRow[];
}

export function failuresOf(folder: string): readonly FailureRow[] {
	return linesOf(path.join(runOf(folder), 'failures.jsonl')) as readonly FailureRow[];
}

/** The whole lines of the journal; one that is not an event fails the test. */
export function journalOf(folder: string): readonly RunEvent[] {
	const file = path.join(runOf(folder), 'journal.jsonl');
	const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
	return text
		.split('\n')
		.slice(0, -1)
		.map(line => {
			const event = decodeEvent(line, {body: true});
			if (!event) {
				throw new Error(`not an event: ${line}`);
			}

			return event;
		});
}

/** The objects of a JSON display, or of any text with one JSON value a line. */
export function jsonLines(text: string): readonly {readonly [key: string]: unknown}[] {
	return text
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line));
}

/** The last line of a JSON display. */
export function reportOf(stdout: string): Report & {readonly event: string; readonly exit_code: number} {
	return jsonLines(stdout).at(-1) as never;
}

/** Every file below a folder. */
export function filesBelow(folder: string): readonly string[] {
	return readdirSync(folder, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => path.join(entry.parentPath, entry.name));
}

function linesOf(file: string): readonly unknown[] {
	return jsonLines(readFileSync(file, 'utf8'));
}
