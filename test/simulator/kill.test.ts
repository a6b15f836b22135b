import type {ChildProcess} from 'node:child_process';
import {spawn} from 'node:child_process';
import {readdirSync} from 'node:fs';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {build} from 'esbuild';
import OpenAI, {toFile} from 'openai';
import {expect, it, onTestFinished} from 'vitest';
import {createRandom, wholeBetween} from '../../source/simulator/random.ts';
import {chatLines, terminal} from './batch-client.ts';
import {temporaryFolder, until} from './simulated.ts';

const kills = 12;
const lineCount = 4000;

it('batches and files survive kill -9 at any moment', async () => {
	const seed = Math.floor(Math.random() * 1e9);
	const random = createRandom(seed);
	const folder = temporaryFolder();
	const program = await bundle(folder);
	const stateDir = path.join(folder, 'state');
	let {client, kill} = await spawnServer(program, stateDir);
	const text = chatLines(lineCount).map(line => JSON.stringify(line));
	const file = await client.files.create({
		file: await toFile(Buffer.from(text.join('\n')), 'in.jsonl'),
		purpose: 'batch',
	});
	const batch = await client.batches.create({
		input_file_id: file.id,
		endpoint: '/v1/chat/completions',
		completion_window: '24h',
	});
	for (let killed = 0; killed < kills; killed++) {
		// The work of this batch takes some 300 ms; every kill falls somewhere into it.
		await new Promise(resolve => setTimeout(resolve, wholeBetween(random, 0, 120)));
		await kill();
		({client, kill} = await spawnServer(program, stateDir));
		expect((await client.batches.retrieve(batch.id)).input_file_id, `seed ${seed}`).toBe(file.id);
	}

	const done = await until(async () => {
		const now = await client.batches.retrieve(batch.id);
		return terminal.includes(now.status) && now;
	});
	expect(done.request_counts, `seed ${seed}`).toEqual({total: lineCount, completed: lineCount, failed: 0});
	const output = await (await client.files.content(done.output_file_id!)).text();
	const ids = output
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line).custom_id);
	expect(ids, `seed ${seed}`).toEqual(chatLines(lineCount).map((_, at) => `id-${at}`));
	expect((await client.files.list()).data, `seed ${seed}`).toHaveLength(2);
	expect(readdirSync(path.join(stateDir, 'files')), `seed ${seed}`).toHaveLength(4);
});

async function bundle(folder: string): Promise<string> {
	const outfile = path.join(folder, 'server.mjs');
	const contents = `
		import {parseScript} from './script.ts';
		import {startSimulator} from './server.ts';
		const [scriptText, stateDir] = process.argv.slice(2);
		console.log((await startSimulator({script: parseScript(scriptText), stateDir})).url);`;
	const resolveDir = path.resolve('source/simulator');
	await build({
		stdin: {contents, resolveDir, loader: 'ts'},
		outfile,
		bundle: true,
		platform: 'node',
		format: 'esm',
	});
	return outfile;
}

async function spawnServer(program: string, stateDir: string) {
	const child = spawn(process.execPath, [program, 'batch=0s', stateDir], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	onTestFinished(() => void child.kill('SIGKILL'));
	const url = await firstLine(child);
	const client = new OpenAI({baseURL: url, apiKey: 'any', maxRetries: 0});
	const kill = async () => {
		const gone = new Promise(resolve => child.once('exit', resolve));
		child.kill('SIGKILL');
		await gone;
	};
	return {client, kill};
}

function firstLine(child: ChildProcess): Promise<string> {
	return new Promise((resolve, reject) => {
		createInterface(child.stdout!).once('line', resolve);
		child.once('exit', code => reject(new Error(`the server ended with ${code}`)));
	});
}
