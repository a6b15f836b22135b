// From 1,000 to 1,000,000 requests in either lane: CPU and memory of the program itself, so that other load on the
// machine says little. Direct calls are answered within the process, batches by a server that is done at once.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {bundleInstantRun, instantRun} from './instant-run.mjs';
import {writeRows, writeSpec} from './rows.mjs';

const server = new URL('./batch-api.mjs', import.meta.url).pathname;

async function startBatchApi(folder) {
	mkdirSync(folder, {recursive: true});
	const child = spawn(process.execPath, [server], {
		stdio: ['pipe', 'pipe', 'inherit'],
		env: {...process.env, FOLDER: folder},
	});
	const [port] = await once(child.stdout, 'data');
	return {
		env: {OPENAI_BASE_URL: `http://127.0.0.1:${String(port).trim()}/v1`, OPENAI_API_KEY: 'sk-bench'},
		stop: () => child.stdin.end(),
	};
}

async function measured({program, folder, count, lane}) {
	const dir = path.join(folder, `growth-${lane}-${count}`);
	await writeRows(dir, count);
	const spec =
		lane === 'direct'
			? writeSpec(dir, {baseUrl: 'http://127.0.0.1:9/v1'})
			: writeSpec(dir, {model: 'gpt-4o-mini', extra: 'mode: batch\nbatch: {poll_s: 0.1}\n'});
	const api = lane === 'direct' ? null : await startBatchApi(path.join(dir, 'api'));
	try {
		return await instantRun({program, spec, run: path.join(dir, 'run'), count, lane, env: api?.env});
	} finally {
		api?.stop();
		rmSync(dir, {recursive: true, force: true});
	}
}

/** → rows of the table, with the growth of each lane last: the longest run against the one of 10,000. */
export async function growth({folder, counts}) {
	const program = await bundleInstantRun(folder);
	const rows = [];
	for (const lane of ['direct', 'batch']) {
		const cpuUs = new Map();
		for (const count of counts) {
			const {cpuMs, peakMb} = await measured({program, folder, count, lane});
			const name = `${lane}, ${count.toLocaleString('en')} requests`;
			cpuUs.set(count, (cpuMs / count) * 1000);
			rows.push(
				{name: `${name}: CPU of each`, value: cpuUs.get(count), unit: 'µs'},
				{name: `${name}: peak memory`, value: peakMb, unit: 'MB'},
			);
		}

		const most = counts.at(-1);
		rows.push({
			name: `${lane}: CPU of a request, ${most.toLocaleString('en')} / 10,000`,
			value: cpuUs.get(most) / cpuUs.get(10_000),
			unit: '×',
			must: 1.2,
		});
	}

	return rows;
}
