// From `node` to help, to the first frame, and to the first frame with data; and how long a resume takes.
import {rmSync} from 'node:fs';
import path from 'node:path';
import {measureInPty} from './full-screen-figures.mjs';
import {measure, median} from './process-figures.mjs';
import {writeRows, writeSpec} from './rows.mjs';

async function repeated(rounds, once) {
	const values = [];
	for (let round = 0; round < rounds; round++) {
		values.push(await once());
	}

	return median(values);
}

export async function startUp({cli, folder, rounds}) {
	const dir = path.join(folder, 'start');
	await writeRows(dir, 10_000);
	// Nobody answers there: what counts is the screen.
	const spec = writeSpec(dir, {baseUrl: 'http://127.0.0.1:9/v1'});
	const leave = child => child.kill('SIGKILL');
	const firstFrame = async until => {
		const run = path.join(dir, 'run');
		rmSync(run, {recursive: true, force: true});
		const {seenMs} = await measureInPty({args: [cli, spec, '--dir', run], until, onSeen: leave});
		return seenMs;
	};

	return [
		{
			name: 'node -e 0',
			value: await repeated(rounds, async () => (await measure({args: ['-e', '0']})).ms),
			unit: 'ms',
		},
		{
			name: '--help',
			value: await repeated(rounds, async () => (await measure({args: [cli, '--help']})).ms),
			unit: 'ms',
			must: 130,
			aim: 100,
		},
		{
			name: 'first frame',
			value: await repeated(rounds, async () => firstFrame(/Queue/)),
			unit: 'ms',
			must: 350,
			aim: 280,
		},
		{
			name: 'first frame with 10,000 rows',
			value: await repeated(rounds, async () => firstFrame(/10,000/)),
			unit: 'ms',
			must: 500,
			aim: 380,
		},
	];
}
