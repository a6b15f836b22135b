import {expect} from 'vitest';
import type {Simulated} from '../simulator/simulated.ts';
import {journalOf, resultsOf} from './run-folder.ts';

/** A spec whose answers name the word that their question names, so that a mix-up shows. */
export function batchSpec(requests: number, rest: string): string {
	const args = Array.from({length: requests}, (_, index) => `  - {word: ${wordOf(index)}}`).join('\n');
	return `model: gpt-4o-mini\nprompts: Describe {{word}}\nparams: {max_tokens: 60, response_format: {type: json_object}}\n${rest}\nargs:\n${args}\n`;
}

/** One result each, in order, and each answer with its request. */
export function expectRightResults(folder: string, requests: number): void {
	const results = resultsOf(folder);
	expect(results.map(({index}) => index)).toEqual([...Array(requests).keys()]);
	const mixedUp = results.filter(({index, text}) => !text?.includes(wordOf(index)));
	expect(mixedUp.map(({index, text}) => `${index}: ${text}`)).toEqual([]);
	const answers = journalOf(folder).flatMap(event =>
		event.type === 'attempt-answered' ? [event.index] : [],
	);
	expect(answers.length, 'answers on record').toBe(requests);
	expect(new Set(answers).size).toBe(requests);
}

/** One batch at the server for each that the journal knows, none twice, and no file left behind. */
export async function expectNothingOrphaned(folder: string, simulator: Simulated): Promise<number> {
	const batches = await listOf(simulator, '/batches?limit=100');
	const atServer = batches.map(batch => (batch.metadata as {readonly pb_shard: string}).pb_shard);
	expect(new Set(atServer).size, `batches twice: ${atServer.join()}`).toBe(atServer.length);
	const journal = journalOf(folder);
	const submitted = journal.flatMap(event => (event.type === 'batch-submitted' ? [event.batchId] : []));
	expect([...submitted].sort()).toEqual(batches.map(({id}) => id).sort());
	const collected = journal.filter(({type}) => type === 'batch-collected').length;
	expect(collected, 'batches collected').toBe(batches.length);
	expect(await listOf(simulator, '/files'), 'files left at the server').toEqual([]);
	return batches.length;
}

type Listed = {readonly id: string; readonly metadata?: unknown};

async function listOf(simulator: Simulated, address: string): Promise<readonly Listed[]> {
	return (JSON.parse((await simulator.get(address)).text) as {readonly data: readonly Listed[]}).data;
}

/** The simulator's words are letters only. */
function wordOf(index: number): string {
	const letters = String(index)
		.padStart(5, '0')
		.replaceAll(/\d/g, digit => 'bcdfghjklm'[Number(digit)]!);
	return `zebra${letters}`;
}
