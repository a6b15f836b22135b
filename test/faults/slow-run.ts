import {expect} from 'vitest';
import {until} from '../cli/cli-process.ts';
import {folderWith, journalOf, specOf} from '../cli/run-folder.ts';
import {type Simulated, simulated} from '../simulator/simulated.ts';
import {type Witness, witnessOf} from './witness.ts';

export const requests = 40;

/** A run of 40, four at a time, that takes seconds. */
export type SlowRun = {
	readonly key: string;
	readonly env: NodeJS.ProcessEnv;
	readonly folder: string;
	readonly simulator: Simulated;
	readonly witness: Witness;
	readonly args: readonly string[];
};

export async function slowRun(
	script = 'latency=200..400ms',
	rest = 'rate: {concurrency: 4}',
): Promise<SlowRun> {
	const key = 'sk-test-fault-signals';
	const simulator = await simulated(script);
	const witness = await witnessOf(simulator.url);
	const folder = folderWith({'spec.yaml': specOf(requests, rest)});
	const args = ['spec.yaml', '--base-url', witness.url];
	return {key, env: {OPENAI_API_KEY: key}, folder, simulator, witness, args};
}

/** Calls are out, and some have come back. */
export async function atWork({witness, folder}: SlowRun): Promise<void> {
	await until(() => witness.of('direct').length >= 6, '6 calls');
	await until(() => journalOf(folder).some(({type}) => type === 'attempt-answered'), 'an answer on record');
}

/** The session ended in order: every call that left was waited for, and its answer is on record. */
export function expectDrained({folder, witness}: SlowRun): void {
	const journal = journalOf(folder);
	expect(journal.at(-1)!.type).toBe('session-ended');
	const answers = journal.filter(({type}) => type === 'attempt-answered');
	expect(answers, 'answers on record, of all that were asked for').toHaveLength(witness.of('direct').length);
	expect(answers.length).toBeLessThan(requests);
}
