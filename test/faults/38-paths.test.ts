import {
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {runCli} from '../cli/cli-process.ts';
import {filesBelow, folderWith, runOf, specOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {full} from './strength.ts';
import {witnessOf} from './witness.ts';

const key = 'sk-test-fault-38-0123456789';
const env = {OPENAI_API_KEY: key};
const outside = 'not a file of the run';

/** A finished run whose part is a link to something else now. */
async function linked(part: string, target: (folder: string) => string) {
	const folder = folderWith({'spec.yaml': specOf(2), 'victim/file': outside});
	expect((await runCli(['spec.yaml', '--simulate'], {cwd: folder})).code).toBe(0);
	const place = path.join(runOf(folder), part);
	rmSync(place, {recursive: true, force: true});
	symlinkSync(target(folder), place);
	return {folder, place};
}

test('fault 38: a run writes through no link that lies in its directory', async () => {
	const parts = ['results.jsonl', 'state.json', 'journal.jsonl', ...(full ? ['failures.jsonl', 'lock'] : [])];
	for (const part of parts) {
		const {folder, place} = await linked(part, at => path.join(at, 'victim/file'));
		for (const args of [
			['spec.yaml', '--simulate', '--wipe-requests', '--yes'],
			...(full ? [['spec.yaml', '--simulate']] : []),
		]) {
			const {code, stderr} = await runCli(args, {cwd: folder});
			expect(code, `${part}: ${stderr}`).toBe(2);
			expect(stderr, part).toMatch(/symbolic link|is not a run directory|is a real run/);
			expect(stderr).toContain('spec.promptbatch');
		}

		expect(readFileSync(path.join(folder, 'victim/file'), 'utf8')).toBe(outside);
		expect(lstatSync(path.join(folder, 'victim/file')).mode & 0o777).not.toBe(0o600);
		expect(lstatSync(place).isSymbolicLink()).toBe(true);
	}
});

test('fault 38: a link that waits for a file to be made is not followed', async () => {
	const folder = folderWith({'spec.yaml': specOf(2), 'victim/file': outside});
	mkdirSync(runOf(folder));
	symlinkSync(path.join(folder, 'victim/new'), path.join(runOf(folder), 'journal.jsonl'));
	const waiting = await runCli(['spec.yaml', '--simulate'], {cwd: folder});
	expect(waiting.code, waiting.stderr).toBe(2);

	// Folders of a run are as little to be replaced as its files.
	const {folder: other} = await linked('inputs', at => path.join(at, 'victim'));
	const replaced = await runCli(['spec.yaml', '--simulate', '--wipe-requests', '--yes'], {cwd: other});
	expect(replaced.code, replaced.stderr).toBe(2);
	expect(readdirSync(path.join(folder, 'victim'))).toEqual(['file']);
	expect(readdirSync(path.join(other, 'victim'))).toEqual(['file']);
});

test('fault 38: a run directory may lie elsewhere, behind a link of its owner’s', async () => {
	const folder = folderWith({'spec.yaml': specOf(2), 'disk/x': ''});
	symlinkSync(path.join(folder, 'disk'), runOf(folder));
	const foreign = await runCli(['spec.yaml', '--simulate'], {cwd: folder});
	expect(foreign.code).toBe(2);
	expect(foreign.stderr).toContain('is not a run directory');
	rmSync(path.join(folder, 'disk/x'));
	const end = await runCli(['spec.yaml', '--simulate'], {cwd: folder});
	expect(end.code, end.stderr).toBe(0);
	expect(existsSync(path.join(folder, 'disk/results.jsonl'))).toBe(true);
	await expectInvariants({folder, requests: 2, ends: [end], keys: [key]});
});

test('fault 38: no id, name or model leads a file out of the run, and every one comes back as it was', async () => {
	const simulator = await simulated('batch=0s');
	const witness = await witnessOf(simulator.url);
	const ids = [
		'../../../etc/passwd',
		'/etc/passwd',
		'..',
		'.',
		'~/x',
		'a/b/c',
		'con\\..\\x',
		'$(id)',
		'%2e%2e%2f',
		'-rf',
	];
	const rows = ids.map(id => JSON.stringify({id, word: id}));
	const folder = folderWith({
		'inner/spec.yaml': `name: ../../out\nmodel: ../../gpt\nmode: batch\nbatch: {poll_s: 0.05, min_requests: 1}\nprompts: Say {{word}}\nparams: {max_tokens: 8}\nprices: {input: 0.15, output: 0.6, batch_input: 0.075, batch_output: 0.3}\nargs: {file: ../data/rows.jsonl}\noutput: {parts: {max_entries: 3}}\n`,
		'data/rows.jsonl': rows.join('\n'),
	});
	const inner = path.join(folder, 'inner');
	const before = filesBelow(folder);
	const end = await runCli(['spec.yaml', '--base-url', witness.url], {cwd: inner, env});
	expect(end.code, end.stdout + end.stderr).toBe(0);
	const made = filesBelow(folder).filter(file => !before.includes(file));
	expect(made.filter(file => !file.startsWith(`${runOf(inner)}/`))).toEqual([]);
	const lines = made
		.filter(file => /results-part/.test(file))
		.sort()
		.flatMap(file => readFileSync(file, 'utf8').trimEnd().split('\n'));
	expect(lines.map(line => JSON.parse(line).id)).toEqual(ids);
	// What leaves under a name of ours says nothing of the user's names.
	for (const {kind, body} of witness.calls) {
		if (kind === 'upload') expect(String(body)).not.toMatch(/"custom_id":"[^"]*(?:passwd|\.\.)/);
	}

	// The copy in the run has the file that the spec names by `..`: it needs the original no more.
	renameSync(path.join(folder, 'data'), path.join(folder, 'moved'));
	const exported = await runCli(['export', runOf(inner)], {cwd: folder});
	expect(exported.stdout.trimEnd().split('\n')).toHaveLength(ids.length);
	await expectInvariants({folder: inner, requests: ids.length, ends: [end], keys: [key], witness, shards: 1});
});

test('fault 38: rows name no file outside: only the spec, which its user wrote, may', async () => {
	const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
	const image = '[{role: user, content: [{type: image_url, image_url: {url: "URL"}}]}]';
	const spec = (url: string) =>
		`model: gpt-4o-mini\nmode: direct\nprompts: {messages: ${image.replace('URL', url)}}\nargs: {file: rows.jsonl}\n`;
	const row = (file: string) => `${JSON.stringify({file})}\n`;
	const folder = folderWith({
		'in/rows.jsonl': row('x.png'),
		'in/x.png': png,
		'out/secret.png': png,
		'in/secret.txt': 'x',
	});
	const check = async (url: string, file: string) => {
		writeFileSync(path.join(folder, 'in/spec.yaml'), spec(url));
		writeFileSync(path.join(folder, 'in/rows.jsonl'), row(file));
		return runCli(['check', 'spec.yaml'], {cwd: path.join(folder, 'in')});
	};
	expect((await check('{{file}}', 'x.png')).code).toBe(0);
	for (const file of [
		'../out/secret.png',
		path.join(folder, 'out/secret.png'),
		`file://${folder}/out/secret.png`,
	]) {
		const {code, stderr} = await check('{{file}}', file);
		expect(code, file).toBe(2);
		expect(stderr).toMatch(/rows\.jsonl:1: .*outside/);
	}

	expect((await check('{{file}}', 'secret.txt')).stderr).toMatch(/is no image of a known kind/);
	expect((await check('../out/{{file}}', 'secret.png')).code).toBe(0);
});
