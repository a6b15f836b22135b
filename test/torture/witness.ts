import {type ChildProcess, fork} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {build} from 'esbuild';
import {readWitness, type Witnessed} from './witness-log.ts';

/** The server of a round, in a process of its own. */
export type Witness = {
	/** For the program. */
	readonly url: string;
	/** What was put down so far; waits until nothing is under way. */
	read(): Promise<Witnessed>;
	/** Asks the API itself, past the log. */
	list(what: 'files' | 'batches'): Promise<readonly ListedObject[]>;
	close(): Promise<void>;
};

export type ListedObject = {
	readonly id: string;
	readonly status: string;
	/** Of a batch. */
	readonly metadata?: {readonly [key: string]: string} | null;
	readonly usage?: {
		readonly input_tokens: number;
		readonly output_tokens: number;
		readonly input_tokens_details: {readonly cached_tokens: number};
	} | null;
};

export type WitnessOptions = {
	readonly script: string;
	readonly seed: number;
	readonly lossPercent: number;
	readonly logFile: string;
};

/** Longer than any call of a script takes. */
const longestCallMs = 20_000;

let program: Promise<string> | null = null;

export async function startWitness({script, seed, lossPercent, logFile}: WitnessOptions): Promise<Witness> {
	program ??= bundle();
	const child = fork(await program, [script, String(seed), logFile, String(lossPercent)], {
		execArgv: [],
		stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
	});
	const {url, simulator} = (await message(child)) as {readonly url: string; readonly simulator: string};
	return {
		url,
		async read() {
			const calm = message(child);
			child.send('calm?');
			// A call whose program was killed may never come to its end; it was not answered then.
			await Promise.race([calm, delay(longestCallMs, undefined, {ref: false})]);
			return readWitness(logFile);
		},
		async list(what) {
			const response = await fetch(`${simulator}/${what}?limit=100`);
			return ((await response.json()) as {readonly data: readonly ListedObject[]}).data;
		},
		async close() {
			const ended = new Promise(resolve => child.once('exit', resolve));
			// It takes its files with it.
			child.disconnect();
			await ended;
		},
	};
}

function message(child: ChildProcess): Promise<unknown> {
	return new Promise((resolve, reject) => {
		const onExit = () => reject(new Error('the server of the torture has ended'));
		child.once('exit', onExit);
		child.once('message', told => {
			child.off('exit', onExit);
			resolve(told);
		});
	});
}

async function bundle(): Promise<string> {
	const folder = mkdtempSync(path.join(tmpdir(), 'promptbatch-witness-'));
	process.once('exit', () => rmSync(folder, {recursive: true, force: true}));
	const outfile = path.join(folder, 'witness.mjs');
	await build({
		entryPoints: [path.resolve('test/torture/witness-program.ts')],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node20.19',
	});
	return outfile;
}
