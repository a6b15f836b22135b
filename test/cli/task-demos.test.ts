import {cpSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {type Simulated, simulated} from '../simulator/simulated.ts';
import {runCli, startCli} from './cli-process.ts';
import {folderWith, journalOf, reportOf, resultsOf} from './run-folder.ts';

const random = seededRandom(testSeed('task demos'));
const env = {OPENAI_API_KEY: 'sk-test-task'};
const concurrency = 6;
const kills = 2;
const script = 'latency=20..80ms,500=3%,cut=2%';
const flags = ['--display', 'json', '--concurrency', String(concurrency), '--max-retries', '9'];

/** The demo as it ships, at a folder of its own. */
function demo(name: string): string {
	const folder = folderWith({});
	cpSync('fixtures/tasks', folder, {recursive: true});
	cpSync(path.join(folder, `${name}.yaml`), path.join(folder, 'spec.yaml'));
	return folder;
}

/** Kills it in the middle, as often as that can be done, and lets it come to its end. */
async function killedAndFinished(folder: string, simulator: Simulated) {
	const args = ['spec.yaml', '--base-url', simulator.url, '--set', 'retry.initial_s=0.02', ...flags];
	for (let left = kills; left > 0; left--) {
		const child = startCli(args, {cwd: folder, env});
		await child.says('"event":"request-finished"');
		await new Promise(resolve => setTimeout(resolve, random() * 250));
		child.kill('SIGKILL');
		await child.ended;
	}

	const {code, stdout, stderr} = await runCli(args, {cwd: folder, env});
	expect(code, stderr).toBe(0);
	return reportOf(stdout);
}

function eventsOf<T extends RunEvent['type']>(journal: readonly RunEvent[], type: T) {
	return journal.filter((event): event is Extract<RunEvent, {type: T}> => event.type === type);
}

/** Nothing was lost, nothing asked for twice but what was out at a kill, and each answer was judged once. */
function expectWhole(journal: readonly RunEvent[], {calls}: Simulated): void {
	const ids = eventsOf(journal, 'request-added').map(({id}) => id);
	expect(new Set(ids).size).toBe(ids.length);
	const answers = eventsOf(journal, 'attempt-answered');
	const accepted = eventsOf(journal, 'answer-accepted').map(({index}) => index);
	const refused = eventsOf(journal, 'answer-refused');
	expect(answers.every(({unjudged}) => unjudged)).toBe(true);
	expect(new Set(accepted).size).toBe(ids.length);
	expect(accepted).toHaveLength(ids.length);
	expect(accepted.length + refused.length).toBe(answers.length);
	const lost = eventsOf(journal, 'attempts-lost').flatMap(({indexes}) => indexes);
	const bought = calls.filter(({status, fault}) => status === 200 && fault === null).length;
	expect(bought - answers.length).toBeLessThanOrEqual(lost.length);
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
	const groups = new Map<string, Item[]>();
	for (const item of items) {
		groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
	}

	return groups;
}

describe('a demo that is killed and resumed in the middle', () => {
	it('tells what every character is', async () => {
		const folder = demo('char-codes');
		const simulator = await simulated(script);
		const report = await killedAndFinished(folder, simulator);
		expect(report.requests).toEqual({total: 94, done: 94, failed: 0, pending: 0});
		expectWhole(journalOf(folder), simulator);
		const values = resultsOf(folder).map(({value}) => value as {code: number; character: string});
		expect(values.map(({code}) => code)).toEqual(Array.from({length: 94}, (_, position) => 33 + position));
		expect(values.every(({code, character}) => character === String.fromCharCode(code))).toBe(true);
	}, 60_000);

	it('asks for opinions until they agree, and no further', async () => {
		const folder = demo('emotion');
		const simulator = await simulated(script);
		await killedAndFinished(folder, simulator);
		expectWhole(journalOf(folder), simulator);
		const byUtterance = groupBy(resultsOf(folder), ({id}) => id.split('/')[0]!);
		expect(byUtterance.size).toBe(15);
		for (const [name, rows] of byUtterance) {
			expect(rows.map(({id}) => id).sort()).toEqual(rows.map((_, position) => `${name}/${position + 1}`));
			const said = rows
				.sort((a, b) => a.id.localeCompare(b.id))
				.map(({parsed}) => (parsed as {emotion: string}).emotion);
			const isEnough = (count: number) => {
				const first = said.slice(0, count);
				const agreeing = Math.max(...first.map(one => first.filter(other => other === one).length));
				return count >= Math.min(5, Math.max(3, Math.ceil((count - agreeing) / 0.22)));
			};
			expect(said.findIndex((_, position) => isEnough(position + 1)) + 1).toBe(said.length);
			expect(rows.map(({value}) => value !== null)).toEqual(rows.map((_, at) => at === rows.length - 1));
		}
	}, 60_000);
});
