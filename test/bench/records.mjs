// What benches measured, in .bench/: one file each, and the last two beside each other.
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {machineLine} from './machine.mjs';

const folder = '.bench';

export function keepRecord(machine, rows) {
	mkdirSync(folder, {recursive: true});
	const file = path.join(folder, `${machine.at.replaceAll(':', '-')}.json`);
	writeFileSync(file, `${JSON.stringify({machine, rows}, null, '\t')}\n`);
}

/** → lines: every figure that both of the last two have. */
export function compareLast() {
	const names = readdirSync(folder).filter(name => name.endsWith('.json'));
	const [before, after] = names.sort().slice(-2);
	if (!after) {
		throw new Error(`${folder} has not two benches to compare.`);
	}

	const [old, now] = [before, after].map(name => JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
	const known = new Map(old.rows.map(({name, value}) => [name, value]));
	return [
		`before: ${machineLine({load: Number.NaN, ...old.machine})}`,
		`after:  ${machineLine({load: Number.NaN, ...now.machine})}`,
		'',
		...now.rows.flatMap(({name, value, unit}) =>
			known.has(name)
				? [
						`${name.padEnd(62)} ${figure(known.get(name))} → ${figure(value)} ${unit.padEnd(9)} ${(value / known.get(name)).toFixed(2)} ×`,
					]
				: [],
		),
	];
}

export function figure(value) {
	return value.toFixed(value < 10 ? 2 : 0).padStart(8);
}
