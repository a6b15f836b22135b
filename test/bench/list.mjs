// Filter, sort and groups of failures over 100,000 and 1,000,000 requests, in the thread of an engine.
import {rmSync} from 'node:fs';
import path from 'node:path';
import {build} from 'esbuild';
import {measure} from './process-figures.mjs';

const failures = 10_000;

export async function list({folder, counts}) {
	const program = path.join(folder, 'list-bench.mjs');
	await build({
		entryPoints: [new URL('./list-bench.ts', import.meta.url).pathname],
		outfile: program,
		bundle: true,
		minify: true,
		platform: 'node',
		format: 'esm',
		target: 'node20.19',
		banner: {js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);'},
	});
	const rows = [];
	for (const count of counts) {
		const journal = path.join(folder, 'list-journal.jsonl');
		const {code, stdout, stderr} = await measure({
			args: ['--expose-gc', program, String(count), String(failures), journal],
		});
		if (code !== 0) {
			throw new Error(stderr);
		}

		rmSync(journal);
		const figures = JSON.parse(stdout.trim().split('\n').at(-1));
		const counted = figures.counted.reduce((sum, one) => sum + one, 0);
		if (figures.groups !== 12 || counted !== failures) {
			throw new Error(`${figures.groups} groups of ${counted} failures`);
		}

		const name = `${count.toLocaleString('en')} rows`;
		const budget = count === 100_000 ? {must: 100, aim: 50} : {};
		rows.push(
			{
				name: `${name}: ${failures.toLocaleString('en')} failures to 12 groups, from the journal`,
				value: figures.groupsMs,
				unit: 'ms',
				...(count === 100_000 ? {must: 100, aim: 80} : {}),
			},
			{name: `${name}: what their 30,000 attempts cost`, value: figures.moneyMs, unit: 'ms'},
			...Object.entries(figures.looks).flatMap(([what, {ms, readMs}]) => [
				{name: `${name}: ${what}`, value: ms, unit: 'ms', ...budget},
				...(readMs === null
					? []
					: [{name: `${name}: ${what}, every message read`, value: readMs, unit: 'ms'}]),
			]),
			{name: `${name}: the order freezes at the first mark`, value: figures.freezeMs, unit: 'ms'},
			{name: `${name}: a set of all that are open`, value: figures.chooseMs, unit: 'ms'},
			{name: `${name}: longest slice`, value: figures.longestMs, unit: 'ms', must: 100, aim: 20},
		);
	}

	return rows;
}
