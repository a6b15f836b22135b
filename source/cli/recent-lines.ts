import path from 'node:path';
import {readLockOwner} from '../store/lock.ts';
import {displayWidth} from '../view/cells.ts';
import {count, money, percent, shortDuration} from '../view/format.ts';
import {runStatus} from '../view/run-status.ts';
import {safeText} from '../view/safe-text.ts';
import type {RecentRun} from './check-preferences.ts';
import {readRun} from './read-run.ts';
import {standing} from './standing.ts';

/** A recent run as its files show it now. */
export type FoundRun = {
	readonly run: RecentRun;
	readonly isGone: boolean;
	readonly simulated: boolean;
	/** What its line says, a cell each. */
	readonly cells: readonly string[];
};

export async function findRun(run: RecentRun, now: number): Promise<FoundRun> {
	const name = run.name ?? path.basename(run.directory).replace(/\.promptbatch$/, '');
	const used = `${shortDuration(now - Date.parse(run.at))} ago`;
	try {
		const {directory, state} = await readRun(run.directory, null);
		const status = runStatus(state, null, now);
		const {requests, cost_usd: costUsd} = status;
		const owner = readLockOwner(directory.lock);
		const word = owner ? `running, pid ${owner.pid} on ${owner.host}` : standing(state, status);
		const cells = [
			`${word}${state.simulated === null ? '' : ' (simulated)'}`,
			`${percent(requests.done + requests.failed, requests.total)} of ${count(requests.total)}`,
			`${count(requests.failed)} failed`,
			money(costUsd),
		];
		return {
			run,
			isGone: false,
			simulated: state.simulated !== null,
			cells: [name, ...cells, used, run.specPath],
		};
	} catch {
		const cells = [name, 'gone', '', '', '', used, run.directory];
		return {run, isGone: true, simulated: false, cells};
	}
}

/** Numbered lines with their cells under each other. */
export function recentLines(runs: readonly FoundRun[]): readonly string[] {
	const table = runs.map(({cells}, position) => [
		String(position + 1).padStart(2),
		...cells.map(cell => safeText(cell, {maxLength: 200})),
	]);
	const widths = (table[0] ?? []).map((_, column) =>
		Math.max(...table.map(cells => displayWidth(cells[column]!))),
	);
	return table.map(cells =>
		cells
			.map((cell, column) => cell + ' '.repeat(widths[column]! - displayWidth(cell)))
			.join('  ')
			.trimEnd(),
	);
}
