// The package as npm would publish it: its size, and from `npx` to the first frame in an empty folder.
import {execFileSync} from 'node:child_process';
import {mkdirSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {measureInPty} from './full-screen-figures.mjs';
import {median} from './process-figures.mjs';

export async function packed({folder, rounds}) {
	const [{filename, unpackedSize}] = JSON.parse(
		execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]).toString(),
	);
	const tarball = path.join(folder, filename);
	const home = path.join(folder, 'installed');
	mkdirSync(home);
	writeFileSync(path.join(home, 'package.json'), '{}');
	writeFileSync(
		path.join(home, 'spec.yaml'),
		'model: gpt-4o-mini\nprompts: Say {{a}}\nargs: [{a: one}, {a: two}]\n',
	);
	execFileSync('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball], {
		cwd: home,
	});
	const seen = [];
	for (let round = 0; round < rounds; round++) {
		const {seenMs, code} = await measureInPty({
			file: 'npx',
			args: ['promptbatch-tui', 'spec.yaml', '--simulate', '--dir', `run-${round}`, '--exit-when-done'],
			cwd: home,
			until: /Queue/,
		});
		if (code !== 0) {
			throw new Error(`the installed package ended with ${code}`);
		}

		seen.push(seenMs);
	}

	return [
		{name: 'packed tarball', value: statSync(tarball).size / 1e6, unit: 'MB'},
		{name: 'packed tarball: unpacked', value: unpackedSize / 1e6, unit: 'MB'},
		{name: 'npx to the first frame, installed', value: median(seen), unit: 'ms'},
	];
}
