// Headless and full screen against a bare undici Pool: same calls, same server process, alternating in one run.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {rmSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {measureInPty} from './full-screen-figures.mjs';
import {measure, median} from './process-figures.mjs';
import {writeRows, writeSpec} from './rows.mjs';

const bare = new URL('./bare-undici.mjs', import.meta.url).pathname;
const server = new URL('./loopback-server.mjs', import.meta.url).pathname;
const inFlight = 256;

async function startServer() {
	const child = spawn(process.execPath, [server], {stdio: ['pipe', 'pipe', 'inherit']});
	const [chunk] = await once(child.stdout, 'data');
	return {port: Number(String(chunk)), stop: () => child.stdin.end()};
}

/** → rows of the table for `count` calls, `rounds` rounds. */
export async function throughput({cli, folder, count, rounds, withScreen}) {
	const dir = path.join(folder, `throughput-${count}`);
	const rows = await writeRows(dir, count);
	const runs = {bare: [], headless: [], screen: []};
	const peaks = {headless: [], screen: []};
	const stalls = [];
	for (let round = 0; round < rounds; round++) {
		for (const side of ['bare', 'headless', ...(withScreen ? ['screen'] : [])]) {
			const {port, stop} = await startServer();
			const spec = writeSpec(dir, {baseUrl: `http://127.0.0.1:${port}/v1`});
			const run = path.join(dir, 'run');
			rmSync(run, {recursive: true, force: true});
			if (side === 'bare') {
				const {ms, code, stderr} = await measure({args: [bare, rows, String(port), String(inFlight)]});
				if (code !== 0) {
					throw new Error(stderr);
				}

				runs.bare.push(ms);
			} else if (side === 'headless') {
				const {ms, peakMb, stallMs, code, stdout, stderr} = await measure({
					args: [cli, spec, '--dir', run, '--display', 'none'],
					withStalls: round === rounds - 1,
				});
				if (code !== 0) {
					throw new Error(`headless ended with ${code}: ${stdout}${stderr}`);
				}

				runs.headless.push(ms);
				peaks.headless.push(peakMb);
				if (stallMs !== null) {
					stalls.push(stallMs);
				}
			} else {
				const {ms, peakMb, code} = await measureInPty({args: [cli, spec, '--dir', run, '--exit-when-done']});
				if (code !== 0) {
					throw new Error(`the full screen ended with ${code}`);
				}

				runs.screen.push(ms);
				peaks.screen.push(peakMb);
			}

			stop();
		}
	}

	const bareMs = median(runs.bare);
	const headlessMs = median(runs.headless);
	const name = `${count.toLocaleString('en')} calls, 50 ms, ${inFlight} in flight`;
	return [
		{name: `${name}: bare undici`, value: bareMs, unit: 'ms'},
		{name: `${name}: headless / bare`, value: headlessMs / bareMs, unit: '×', must: 1.3, aim: 1.15},
		{name: `${name}: headless peak memory`, value: median(peaks.headless), unit: 'MB', must: 200, aim: 170},
		{name: `${name}: longest stall of a loop`, value: Math.max(...stalls), unit: 'ms', must: 120, aim: 80},
		...(withScreen
			? [
					{
						name: `${name}: full screen / headless`,
						value: median(runs.screen) / headlessMs,
						unit: '×',
						must: 1.2,
						aim: 1.1,
					},
					{
						name: `${name}: full screen peak memory`,
						value: median(peaks.screen),
						unit: 'MB',
						must: 260,
						aim: 230,
					},
				]
			: []),
	];
}
