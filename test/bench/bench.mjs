// `npm run bench`: one table, ratios within one run. `--quick` leaves out the million; results go to .bench/.
import {execSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {cpus, tmpdir, totalmem} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {batch} from './batch.mjs';
import {list} from './list.mjs';
import {scale} from './scale.mjs';
import {screen} from './screen.mjs';
import {startUp} from './start-up.mjs';
import {throughput} from './throughput.mjs';

const isQuick = process.argv.includes('--quick');
const only = process.argv.find(argument => argument.startsWith('--only='))?.slice('--only='.length);
const rounds = isQuick ? 3 : 5;
const cli = path.resolve('dist/cli.js');
const folder = mkdtempSync(path.join(tmpdir(), 'promptbatch-bench-'));
process.on('exit', () => rmSync(folder, {recursive: true, force: true}));

const parts = {
	start: async () => startUp({cli, folder, rounds}),
	throughput: async () => [
		...(await throughput({cli, folder, count: 10_000, rounds, withScreen: true})),
		...(await throughput({cli, folder, count: 20_000, rounds, withScreen: false})),
	],
	screen: async () => screen({cli, folder}),
	batch: async () => batch({folder, mb: 190, rounds}),
	list: async () => list({folder, counts: isQuick ? [100_000] : [100_000, 1_000_000]}),
	scale: async () =>
		scale({cli, folder, counts: isQuick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000], rounds}),
};

const machine = {
	node: process.version,
	cpu: `${cpus().length} × ${cpus()[0].model}`,
	memoryGb: Math.round(totalmem() / 1e9),
	commit: execSync('git rev-parse --short HEAD').toString().trim(),
	at: new Date().toISOString(),
};
console.log(`node ${machine.node}, ${machine.cpu}, ${machine.memoryGb} GB, commit ${machine.commit}\n`);

const rows = [];
for (const [name, part] of Object.entries(parts)) {
	if (only && only !== name) {
		continue;
	}

	for (const row of await part()) {
		rows.push(row);
		console.log(line(row));
	}
}

mkdirSync('.bench', {recursive: true});
writeFileSync(
	`.bench/${machine.at.replaceAll(':', '-')}.json`,
	`${JSON.stringify({machine, rows}, null, '\t')}\n`,
);

function line({name, value, unit, must, aim, least}) {
	const figure = `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`.padStart(14);
	const verdict =
		must === undefined
			? least === undefined
				? ''
				: value < least
					? 'MISSED'
					: 'reached'
			: value > must
				? 'MISSED'
				: aim !== undefined && value > aim
					? 'reached'
					: 'aim reached';
	const bounds =
		least !== undefined
			? `must be ${least} or more`
			: must === undefined
				? ''
				: `must ${must}${aim === undefined ? '' : `, aim ${aim}`}`;
	return `${name.padEnd(62)} ${figure}   ${bounds.padEnd(22)} ${verdict}`;
}
