// From 10,000 to 1,000,000 requests with a transport that answers at once, and the resumes of what that leaves.
import {existsSync, renameSync, rmSync, statSync} from 'node:fs';
import path from 'node:path';
import {bundleInstantRun, instantRun} from './instant-run.mjs';
import {measure, median} from './process-figures.mjs';
import {writeRows, writeSpec} from './rows.mjs';

export async function scale({cli, folder, counts, rounds}) {
	const program = await bundleInstantRun(folder);
	const rows = [];
	let firstPerRequest = null;
	for (const count of counts) {
		const dir = path.join(folder, `scale-${count}`);
		await writeRows(dir, count);
		const spec = writeSpec(dir, {baseUrl: 'http://127.0.0.1:9/v1'});
		const run = path.join(dir, 'run');
		const {totalMs, peakMb} = await instantRun({program, spec, run, count});
		const perRequest = (totalMs / count) * 1000;
		firstPerRequest ??= perRequest;
		const name = `${count.toLocaleString('en')} requests at once`;
		const isMillion = count === 1_000_000;
		rows.push(
			{name, value: totalMs / 1000, unit: 's', ...(isMillion ? {must: 45, aim: 30} : {})},
			{name: `${name}: each`, value: perRequest, unit: 'µs'},
			{name: `${name}: peak memory`, value: peakMb, unit: 'MB', ...(isMillion ? {must: 400, aim: 300} : {})},
			{
				name: `${name}: state.json`,
				value: statSync(path.join(run, 'state.json')).size / count,
				unit: 'B/request',
			},
		);
		if (isMillion) {
			rows.push({
				name: 'time per request, 1,000,000 / 10,000',
				value: perRequest / firstPerRequest,
				unit: '×',
				must: 1.2,
			});
		}

		rows.push(...(await resumes({cli, spec, run, count, rounds, isMillion})));
		rmSync(dir, {recursive: true, force: true});
	}

	return rows;
}

/** A finished run started again: reads the state, sends nothing, rewrites nothing that is there. */
async function resumes({cli, spec, run, count, rounds, isMillion}) {
	const resume = async () => {
		const values = [];
		for (let round = 0; round < rounds; round++) {
			const {ms, code, stderr} = await measure({
				args: [cli, spec, '--dir', run, '--display', 'none', '--no-run'],
			});
			if (code !== 0) {
				throw new Error(stderr);
			}

			values.push(ms);
		}

		return median(values);
	};

	const name = `resume of ${count.toLocaleString('en')} finished requests`;
	const budget = count === 100_000 ? {must: 250, aim: 150} : isMillion ? {must: 800, aim: 450} : {};
	const rows = [{name, value: await resume(), unit: 'ms', ...budget}];
	const state = path.join(run, 'state.json');
	const aside = `${state}.aside`;
	const values = [];
	for (let round = 0; round < rounds; round++) {
		if (existsSync(state)) {
			renameSync(state, aside);
		}

		const {ms} = await measure({args: [cli, spec, '--dir', run, '--display', 'none', '--no-run']});
		values.push(ms);
	}

	rows.push({
		name: `${name}, from the journal alone`,
		value: median(values),
		unit: 'ms',
		...(isMillion ? {must: 3000, aim: 1500} : {}),
	});
	return rows;
}
