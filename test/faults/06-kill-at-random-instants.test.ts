import {expect, it} from 'vitest';
import type {SimulatorCall} from '../../source/simulator/call.ts';
import {type CliEnd, type CliProcess, runCli, startCli} from '../cli/cli-process.ts';
import {folderWith, journalOf, reportOf, resultsOf, specOf} from '../cli/run-folder.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {type Simulated, simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {type Acknowledged, acknowledgedIn} from './own-journal.ts';
import {times} from './strength.ts';
import {type Witness, witnessOf} from './witness.ts';

const kills = times(8, 200);
const requests = times(200, 500);
const concurrency = 16;
const script = 'latency=60..180ms,429=5%,500=5%,503=3%,cut=3%,empty=2%,html=1%';
const key = 'sk-test-fault-06';
const env = {OPENAI_API_KEY: key};
const retry = 'retry: {max_retries: 20, initial_s: 0.02, max_s: 0.1}';

type Run = {
	readonly folder: string;
	readonly simulator: Simulated;
	readonly witness: Witness;
	readonly ends: CliEnd[];
	before: Acknowledged;
};

it(`fault 6: kill -9 at ${kills} random instants of direct runs: nothing lost, nothing twice, little bought again`, async () => {
	const random = seededRandom(testSeed('kill -9'));
	for (let left = kills; left > 0; ) {
		const simulator = await simulated(script);
		const run: Run = {
			folder: folderWith({'spec.yaml': specOf(requests, retry)}),
			simulator,
			witness: await witnessOf(simulator.url),
			ends: [],
			before: [],
		};
		while (left > 0 && (await killOnce(run, random))) {
			left--;
		}

		await finish(run);
	}
}, 1_200_000);

function argsOf({witness}: Run): readonly string[] {
	const options = ['--display', 'json', '--concurrency', String(concurrency)];
	return ['spec.yaml', '--base-url', witness.url, ...options];
}

/** False when the run was finished before the kill. */
async function killOnce(run: Run, random: () => number): Promise<boolean> {
	const finishedBefore = answeredIn(run.folder);
	const startedAtMs = Date.now();
	const child = startCli(argsOf(run), {cwd: run.folder, env});
	await randomInstant(child, random);
	child.kill('SIGKILL');
	const end = await child.ended;
	await allOver(run.simulator);
	const lines = new Set(acknowledgedIn(run.folder));
	expect(
		run.before.filter(line => !lines.has(line)),
		'acknowledged, and lost by a kill',
	).toEqual([]);
	run.before = [...lines];

	const calls = run.simulator.calls.filter(call => call.startedAtMs >= startedAtMs);
	const again = calls.map(indexOf).filter(index => finishedBefore.has(index));
	expect(again, 'sent although the answer was in the journal').toEqual([]);
	const answered = answeredIn(run.folder);
	const boughtAgain = calls.filter(call => isAnswer(call) && !answered.has(indexOf(call)));
	expect(boughtAgain.length, 'answers lost by one kill').toBeLessThanOrEqual(concurrency);
	const open = inFlightIn(run.folder);
	expect(open.size).toBeLessThanOrEqual(concurrency);
	for (const call of boughtAgain) {
		expect(open, 'what may be billed was on record before it left').toContain(indexOf(call));
	}

	run.ends.push(end);
	return end.signal === 'SIGKILL';
}

/** Half of the instants lie anywhere in the life of a process, half among the calls. */
async function randomInstant(child: CliProcess, random: () => number): Promise<void> {
	if (random() < 0.5) {
		await new Promise(resolve => setTimeout(resolve, random() * 700));
		return;
	}

	await child.says('"event":');
	await new Promise(resolve => setTimeout(resolve, random() * 400));
}

/** Goes on without a kill: the same command ends with one result each. */
async function finish(run: Run): Promise<void> {
	const {folder, simulator, witness, before} = run;
	const end = await runCli(argsOf(run), {cwd: folder, env});
	const {code, stdout, stderr} = end;
	expect(code, stderr).toBe(0);
	expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(requests).keys()]);

	const journal = journalOf(folder);
	const answers = journal.flatMap(event => (event.type === 'attempt-answered' ? [event.index] : []));
	expect(answers.length).toBe(requests);
	expect(new Set(answers).size).toBe(requests);
	const lost = journal.reduce(
		(sum, event) => sum + (event.type === 'attempts-lost' ? event.indexes.length : 0),
		0,
	);
	const ended = journal.filter(({type}) => type === 'attempt-answered' || type === 'attempt-failed').length;
	const started = journal.reduce(
		(sum, event) => sum + (event.type === 'attempt-started' ? event.indexes.length : 0),
		0,
	);
	expect(lost).toBe(started - ended);
	expect(lost).toBeLessThanOrEqual(run.ends.length * concurrency);
	const cut = journal.filter(event => event.type === 'attempt-failed' && event.maybeBilled).length;
	const {maybe_billed: maybeBilled, requests: counts} = reportOf(stdout);
	expect(counts).toEqual({total: requests, done: requests, failed: 0, pending: 0});
	expect(maybeBilled.calls).toBe(lost + cut);
	const bought = simulator.calls.filter(isAnswer).length;
	expect(bought).toBeGreaterThanOrEqual(requests);
	expect(bought - requests, 'answers bought twice are announced').toBeLessThanOrEqual(lost);
	await expectInvariants({folder, requests, ends: [...run.ends, end], keys: [key], before, witness});
	console.log(`${run.ends.length} kills, ${lost} calls lost, ${bought - requests} answers bought again`);
}

function answeredIn(folder: string): ReadonlySet<number> {
	return new Set(
		journalOf(folder).flatMap(event => (event.type === 'attempt-answered' ? [event.index] : [])),
	);
}

/** The calls that are out by the journal's word, recounted here. */
function inFlightIn(folder: string): ReadonlySet<number> {
	const open = new Set<number>();
	for (const event of journalOf(folder)) {
		if (event.type === 'attempt-started') {
			for (const index of event.indexes) {
				open.add(index);
			}
		} else if (event.type === 'attempts-lost') {
			for (const index of event.indexes) {
				open.delete(index);
			}
		} else if (event.type === 'attempt-answered' || event.type === 'attempt-failed') {
			open.delete(event.index);
		}
	}

	return open;
}

function indexOf({body}: SimulatorCall): number {
	const {messages} = body as {readonly messages: readonly {readonly content: string}[]};
	return Number(messages[0]!.content.slice('Say '.length));
}

function isAnswer({status, fault}: SimulatorCall): boolean {
	return status === 200 && fault === null;
}

/** A call is reported when its connection has closed: waits until there is no further one. */
async function allOver({calls}: Simulated): Promise<void> {
	for (let seen = -1; seen !== calls.length; ) {
		seen = calls.length;
		await new Promise(resolve => setTimeout(resolve, 30));
	}
}
