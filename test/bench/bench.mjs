// `npm run bench`: one table, ratios within one run. `--quick` leaves out the million, `--only=PART` all but one;
// results go to .bench/, and `--compare` shows the last two beside each other.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {batch} from './batch.mjs';
import {growth} from './growth.mjs';
import {list} from './list.mjs';
import {machineFacts, machineLine} from './machine.mjs';
import {packed} from './package.mjs';
import {compareLast, figure, keepRecord} from './records.mjs';
import {scale} from './scale.mjs';
import {screen} from './screen.mjs';
import {startUp} from './start-up.mjs';
import {throughput} from './throughput.mjs';

if (process.argv.includes('--compare')) {
	console.log(compareLast().join('\n'));
	process.exit(0);
}

const isQuick = process.argv.includes('--quick');
const only = process.argv.find(argument => argument.startsWith('--only='))?.slice('--only='.length);
const rounds = isQuick ? 3 : 5;
const cli = path.resolve('dist/cli.js');
const folder = mkdtempSync(path.join(tmpdir(), 'promptbatch-bench-'));
process.on('exit', () => rmSync(folder, {recursive: true, force: true}));

const parts = {
	start: async () => startUp({cli, folder, rounds}),
	package: async () => packed({folder, rounds}),
	throughput: async () => [
		...(await throughput({cli, folder, count: 10_000, rounds, withScreen: true})),
		...(await throughput({cli, folder, count: 20_000, rounds, withScreen: false})),
	],
	screen: async () => screen({cli, folder}),
	batch: async () => batch({folder, mb: 190, rounds}),
	list: async () => list({folder, counts: isQuick ? [100_000] : [100_000, 1_000_000]}),
	scale: async () =>
		scale({cli, folder, counts: isQuick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000], rounds}),
	growth: async () => growth({folder, counts: [1000, 10_000, 100_000, ...(isQuick ? [] : [1_000_000])]}),
};

const machine = machineFacts();
console.log(`${machineLine(machine)}\n`);

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

keepRecord(machine, rows);

function line({name, value, unit, must, aim, least}) {
	const shown = `${figure(value)} ${unit}`.padStart(14);
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
	return `${name.padEnd(62)} ${shown}   ${bounds.padEnd(22)} ${verdict}`;
}
