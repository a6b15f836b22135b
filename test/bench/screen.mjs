// The full screen in a pseudo terminal while 100,000 requests go through a loopback server: what it writes, what it
// costs, how fast it answers a key, and what a terminal that reads nothing does to the run.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, rmSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {writeRows, writeSpec} from './rows.mjs';

const server = new URL('./loopback-server.mjs', import.meta.url).pathname;
const count = 100_000;
/** With 50 ms a call about 2,000 answers a second. */
const inFlight = 110;
const steadyMs = 10_000;
const stallMs = 5000;
const keys = 60;

export async function screen({cli, folder}) {
	const dir = path.join(folder, 'screen');
	await writeRows(dir, count);
	return [
		...(await sizeRows({cli, dir, columns: 120, rows: 40})),
		...(await sizeRows({cli, dir, columns: 80, rows: 24})),
		...(await stallRows({cli, dir})),
	];
}

async function sizeRows({cli, dir, columns, rows}) {
	const session = await start({cli, dir, columns, rows});
	await session.isRunning();
	// The first seconds draw panes that are still empty.
	await delay(3000);
	const steady = await session.over(steadyMs);
	const latencies = await keyLatencies(session);
	await session.stop();
	const name = `screen ${columns}x${rows}, ${Math.round(steady.answers)}/s`;
	const at = share => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
	return [
		{name: `${name}: written`, value: steady.bytes / 1000, unit: 'kB/s', must: 5},
		{name: `${name}: mean frame`, value: steady.bytes / steady.frames, unit: 'B', must: 1000},
		{name: `${name}: UI thread busy`, value: steady.busy * 100, unit: '%', must: 20},
		{name: `${name}: key to frame, p50`, value: at(0.5), unit: 'ms'},
		{name: `${name}: key to frame, p95`, value: at(0.95), unit: 'ms', must: 100},
	];
}

/** Alternates two keys that move a bracket on the screen, at times that no tick of the screen keeps. */
async function keyLatencies(session) {
	const latencies = [];
	for (let press = 0; press < keys; press++) {
		await delay(90 + ((press * 37) % 80));
		const [key, shown] = press % 2 === 0 ? ['2', '[2 In flight'] : ['1', '[1 Queue'];
		const from = performance.now();
		session.type(key);
		while (!session.text().includes(shown) && performance.now() - from < 2000) {
			await session.nextChunk();
		}

		latencies.push(performance.now() - from);
	}

	return latencies.toSorted((one, other) => one - other);
}

/** The same run read and unread in turns, so that a slow moment of the machine hits both. */
async function stallRows({cli, dir}) {
	const session = await start({cli, dir, columns: 120, rows: 40});
	await session.isRunning();
	await delay(3000);
	const rates = {read: [], unread: []};
	for (let round = 0; round < 2; round++) {
		rates.read.push((await session.over(stallMs)).answers);
		session.pause();
		rates.unread.push((await session.over(stallMs)).answers);
		session.resume();
		await delay(500);
	}

	await session.stop();
	const sum = values => values.reduce((total, value) => total + value, 0);
	const value = sum(rates.unread) / sum(rates.read);
	return [{name: 'throughput with a terminal that reads nothing / normal', value, unit: '×', least: 0.95}];
}

async function start({cli, dir, columns, rows}) {
	const child = spawn(process.execPath, [server], {stdio: ['pipe', 'pipe', 'inherit']});
	const [chunk] = await once(child.stdout, 'data');
	const port = Number(String(chunk));
	const spec = writeSpec(dir, {baseUrl: `http://127.0.0.1:${port}/v1`, concurrency: inFlight});
	const run = path.join(dir, 'run');
	rmSync(run, {recursive: true, force: true});
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	const shell = pty.spawn(process.execPath, [cli, spec, '--dir', run], {
		name: 'xterm-256color',
		cols: columns,
		rows,
		env: {...process.env, CI: '', SSH_CONNECTION: '', LANG: 'C.UTF-8'},
	});
	let bytes = 0;
	let frames = 0;
	let lastAt = 0;
	const awaiting = [];
	shell.onData(data => {
		bytes += Buffer.byteLength(data);
		// A frame is one write, which may arrive in pieces.
		frames += performance.now() - lastAt > 4 ? 1 : 0;
		lastAt = performance.now();
		terminal.write(data, () => {
			for (const resolve of awaiting.splice(0)) resolve();
		});
	});
	const exited = new Promise(resolve => shell.onExit(resolve));
	const text = () =>
		Array.from(
			{length: rows},
			(_, y) => terminal.buffer.active.getLine(y)?.translateToString(true) ?? '',
		).join('\n');
	const served = async () => Number(await (await fetch(`http://127.0.0.1:${port}/served`)).text());

	return {
		text,
		type: keys => shell.write(keys),
		pause: () => shell.pause(),
		resume: () => shell.resume(),
		nextChunk: async () => Promise.race([new Promise(resolve => awaiting.push(resolve)), delay(20)]),
		async isRunning() {
			while (!text().includes('RUNNING')) await delay(20);
		},
		/** Per second over a time: bytes, answers, and the share of a core that the UI's thread took. */
		async over(ms) {
			const before = {
				bytes,
				frames,
				cpu: cpuSeconds(shell.pid),
				served: await served(),
				at: performance.now(),
			};
			await delay(ms);
			const seconds = (performance.now() - before.at) / 1000;
			return {
				bytes: (bytes - before.bytes) / seconds,
				frames: (frames - before.frames) / seconds,
				busy: (cpuSeconds(shell.pid) - before.cpu) / seconds,
				answers: ((await served()) - before.served) / seconds,
			};
		},
		async stop() {
			shell.kill('SIGKILL');
			await exited;
			child.stdin.end();
		},
	};
}

/** Of the process's first thread, which is the UI's: the engine has one of its own. In ticks of 1/100 s. */
function cpuSeconds(pid) {
	const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) / 100;
}
