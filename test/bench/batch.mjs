// The largest batch file there may be, up and down over loopback: what it takes of memory and time.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createWriteStream, rmSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {build} from 'esbuild';
import {measure, median} from './process-figures.mjs';

const server = new URL('./batch-server.mjs', import.meta.url).pathname;

async function bundle(folder) {
	const outfile = path.join(folder, 'batch-transfer.mjs');
	await build({
		entryPoints: [new URL('./batch-transfer.ts', import.meta.url).pathname],
		outfile,
		bundle: true,
		minify: true,
		platform: 'node',
		format: 'esm',
		target: 'node20.19',
		define: {'process.env.NODE_ENV': '"production"'},
		banner: {js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);'},
	});
	return outfile;
}

async function writeShard(file, bytes) {
	const output = createWriteStream(file);
	const content = 'A page or two of text that has to be put into a few words, sentence by sentence. '.repeat(
		45,
	);
	for (let written = 0, position = 0; written < bytes; position++) {
		const body = {model: 'gpt-4o-mini', messages: [{role: 'user', content: `${position}: ${content}`}]};
		const line = `${JSON.stringify({custom_id: `1-${position}`, method: 'POST', url: '/v1/chat/completions', body})}\n`;
		written += line.length;
		if (!output.write(line)) {
			await once(output, 'drain');
		}
	}

	await new Promise(resolve => output.end(resolve));
}

/** → rows of the table for a file of `mb` megabytes each way. */
export async function batch({folder, mb, rounds}) {
	const program = await bundle(folder);
	const file = path.join(folder, 'shard-0001.jsonl');
	await writeShard(file, mb * 1e6);
	const child = spawn(process.execPath, [server], {
		stdio: ['pipe', 'pipe', 'inherit'],
		env: {...process.env, MB: String(mb)},
	});
	const [port] = await once(child.stdout, 'data');
	const rows = [];
	for (const [ways, name] of [
		['up', `${mb} MB batch file, upload`],
		['down', `${mb} MB result file, download`],
		['up,down', `${mb} MB up and ${mb} MB down`],
	]) {
		const runs = [];
		for (let round = 0; round < rounds; round++) {
			const {code, stdout, stderr} = await measure({args: [program, String(port).trim(), ways, file]});
			const run = code === 0 ? JSON.parse(stdout) : null;
			if (run === null || run.answered !== run.lines) {
				throw new Error(`${name}: ${stdout}${stderr}`);
			}

			runs.push(run);
		}

		const ms = median(runs.map(({tookMs}) => Object.values(tookMs).reduce((sum, one) => sum + one, 0)));
		rows.push(
			{name: `${name}: time`, value: ms, unit: 'ms'},
			{
				name: `${name}: peak memory`,
				value: Math.max(...runs.map(({peakMb}) => peakMb)),
				unit: 'MB',
				must: 150,
				aim: 115,
			},
		);
	}

	child.stdin.end();
	rmSync(file);
	return rows;
}
