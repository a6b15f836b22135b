import {cpSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, expect} from 'vitest';
import {type CliEnd, runCli} from './cli-process.ts';
import {folderWith, reportOf, resultsOf, runOf, specOf} from './run-folder.ts';

/** What `doctor --json` says. */
export type Told = {readonly mended: readonly string[]; readonly lost: readonly string[]};

const made = new Map<string, string>();
afterAll(() => made.forEach(folder => void rmSync(folder, {recursive: true, force: true})));

/** A run of 20 requests that a hold stopped after 10: a copy of one that is made once. */
export async function stoppedRun(
	files: {readonly [name: string]: string} = {'spec.yaml': specOf(20)},
): Promise<string> {
	const folder = folderWith(files);
	const key = JSON.stringify(files);
	const before = made.get(key);
	if (before !== undefined) {
		cpSync(before, folder, {recursive: true, preserveTimestamps: true});
		return folder;
	}

	const {code} = await runCli(['spec.yaml', '--simulate=auth_after=10', '--concurrency', '2'], {cwd: folder});
	expect(code).toBe(3);
	const kept = `${folder}-kept`;
	cpSync(folder, kept, {recursive: true, preserveTimestamps: true});
	made.set(key, kept);
	return folder;
}

export async function doctor(folder: string, target = 'spec.yaml'): Promise<CliEnd & Told> {
	const end = await runCli(['doctor', target, '--json'], {cwd: folder});
	expect(end.stderr).toBe('');
	return {...end, ...(JSON.parse(end.stdout) as Told)};
}

/** Nothing is left to do, and it says so. */
export async function expectHealthy(folder: string): Promise<void> {
	const again = await runCli(['doctor', 'spec.yaml'], {cwd: folder});
	expect(again.stdout).toBe('spec.promptbatch: nothing to mend\n');
	expect(again).toMatchObject({code: 0, stderr: ''});
}

/** The rest is asked, and `again` of those that had a result. */
export async function expectResumes(folder: string, again = 0): Promise<void> {
	const end = await runCli(['spec.yaml', '--simulate=seed=1', '--display', 'json'], {cwd: folder});
	expect(end.code, end.stderr + end.stdout).toBe(0);
	expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(20).keys()]);
	const report = reportOf(end.stdout);
	expect(report.requests).toEqual({total: 20, done: 20, failed: 0, pending: 0});
	expect(report.session.requests).toBe(10 + again);
	await expectVerified(folder);
}

export async function expectVerified(folder: string): Promise<void> {
	const {code, stdout, stderr} = await runCli(['verify', 'spec.yaml'], {cwd: folder});
	expect(code, stdout + stderr).toBe(0);
}

export function fileOf(folder: string, name: string): string {
	return path.join(runOf(folder), name);
}

export function linesOf(folder: string): readonly string[] {
	return readFileSync(fileOf(folder, 'journal.jsonl'), 'utf8').split('\n');
}

/** Overwrites a line of the journal; returns its number. */
export function damageLine(
	folder: string,
	isMeant: (line: string) => boolean,
	how: (line: string) => string = line => line.replaceAll(/./g, '#'),
): number {
	const lines = [...linesOf(folder)];
	const number = lines.findIndex(isMeant);
	expect(number).toBeGreaterThan(-1);
	lines[number] = how(lines[number]!);
	writeFileSync(fileOf(folder, 'journal.jsonl'), lines.join('\n'));
	return number + 1;
}
