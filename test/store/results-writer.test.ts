import {mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {reduce} from '../../source/domain/reduce.ts';
import {statusCode} from '../../source/domain/state.ts';
import {createResultsWriter} from '../../source/store/results-writer.ts';
import {started} from '../domain/run-fixture.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {type AnsweredRun, answeredRun} from './answered-run.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
let runs = 0;

describe('the result files', () => {
	test('stand in the order of the spec, whatever came first and whenever it was written', async () => {
		const random = seededRandom(testSeed('order of results'));
		for (let round = 0; round < 10; round++) {
			const run = newRun(60);
			const writer = createResultsWriter(run);
			const order = Array.from({length: 60}, (_, index) => index).sort(() => random() - 0.5);
			for (const index of order) {
				if (random() < 0.2) {
					run.fail(index);
				} else {
					run.answer(index, random() < 0.3 ? ['a', 'b'] : ['a']);
				}

				if (random() < 0.3) {
					writer.advance(random());
				}
			}

			const written = await writer.finish();
			expect(filesOf(run)).toEqual(expectedOf(run));
			expect(written).toEqual({
				results: expectedOf(run).results.length,
				failures: expectedOf(run).failures.length,
				damaged: [],
				facts: {},
			});
		}
	});

	test('leave out what has no outcome when the run is stopped', async () => {
		const run = newRun(10);
		for (const index of [0, 1, 5, 9]) {
			run.answer(index);
		}

		const writer = createResultsWriter(run);
		writer.advance(1000);
		run.answer(3);
		await writer.finish();
		expect(filesOf(run).results.map(([index]) => index)).toEqual([0, 1, 3, 5, 9]);
		expect(readFileSync(run.directory.failures, 'utf8')).toBe('');
	});

	test('begin anew when an outcome that is written already was taken back', async () => {
		const run = newRun(6);
		for (const index of [0, 1, 2, 3]) {
			run.answer(index);
		}

		run.fail(4);
		const writer = createResultsWriter(run);
		writer.advance(1000);
		// What a wipe of the failed does: the request is queued again, and answered this time.
		run.state.columns.status[4] = statusCode.queued;
		run.state.totals.status[statusCode.failed]!--;
		run.state.totals.status[statusCode.queued]!++;
		writer.advance(1000);
		run.answer(4);
		run.answer(5);
		writer.advance(1000);
		await writer.finish();
		expect(filesOf(run)).toEqual(expectedOf(run));
		expect(filesOf(run).results).toHaveLength(6);
		expect(filesOf(run).failures).toEqual([]);
	});

	test('name the requests whose lines are damaged', async () => {
		const run = newRun(3);
		for (const index of [0, 1, 2]) {
			run.answer(index);
		}

		run.journal.flush();
		const bytes = readFileSync(run.directory.journal);
		bytes.fill(0x20, run.state.columns.offset[1]! + 2, run.state.columns.offset[1]! + 8);
		writeFileSync(run.directory.journal, bytes);
		const written = await createResultsWriter(run).finish();
		expect(written).toEqual({results: 2, failures: 0, damaged: [1], facts: {}});
	});

	test('are private, and the old ones are whole until the new ones take their places', async () => {
		const run = newRun(2);
		writeFileSync(run.directory.results, 'old', {mode: 0o644});
		run.answer(0);
		const writer = createResultsWriter(run);
		writer.advance(1000);
		expect(readFileSync(run.directory.results, 'utf8')).toBe('old');
		await writer.discard();
		expect(temporaries(run)).toEqual([]);
		expect(readFileSync(run.directory.results, 'utf8')).toBe('old');
		await writer.finish();
		expect(filesOf(run).results.map(([index]) => index)).toEqual([0]);
		expect(statSync(run.directory.results).mode & 0o777).toBe(0o600);
		expect(temporaries(run)).toEqual([]);
	});

	test('that cannot be written leave the run alone, and can be written later', async () => {
		const run = newRun(2);
		// A folder in its place can be neither overwritten nor removed.
		const obstacle = `${run.directory.results}.tmp-${process.pid}`;
		mkdirSync(path.join(obstacle, 'deep'), {recursive: true});
		run.answer(0);
		const writer = createResultsWriter(run);
		writer.advance(1000);
		await expect(writer.finish()).rejects.toThrow(`Cannot write ${run.directory.results}`);
		rmdirSync(path.join(obstacle, 'deep'));
		rmdirSync(obstacle);
		await writer.finish();
		expect(filesOf(run).results).toHaveLength(1);
	});

	test('cost less at the end the more was written before', () => {
		const run = newRun(400);
		for (let index = 0; index < 400; index++) {
			run.answer(index);
		}

		const writer = createResultsWriter(run);
		const before = writer.estimateMs();
		expect(before).toBeGreaterThan(0);
		writer.advance(10_000);
		expect(writer.estimateMs()).toBe(0);
		reduce(run.state, started([0]), run.journal.end);
		expect(writer.estimateMs()).toBeGreaterThan(0);
	});
});

type Row = readonly [index: number, choice: number];

function filesOf({directory}: AnsweredRun) {
	const read = (file: string): Row[] =>
		readFileSync(file, 'utf8')
			.split('\n')
			.slice(0, -1)
			.map(line => JSON.parse(line))
			.map(row => [row.index, row.choice_index ?? -1]);
	return {results: read(directory.results), failures: read(directory.failures)};
}

function expectedOf({rows, state}: AnsweredRun) {
	const results: Row[] = [];
	const failures: Row[] = [];
	for (let index = 0; index < state.count; index++) {
		const read = rows.read(index);
		if (read.kind === 'result') {
			results.push(...read.rows.map((row): Row => [index, row.choice_index]));
		} else if (read.kind === 'failure') {
			failures.push([index, -1]);
		}
	}

	return {results, failures};
}

function temporaries({directory}: AnsweredRun): readonly string[] {
	return readdirSync(directory.path).filter(name => name.includes('.tmp-'));
}

function newRun(count: number): AnsweredRun {
	return answeredRun(path.join(folder, String(runs++)), count);
}
