import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {createOriginFinder} from '../../source/domain/origin.ts';
import {createRowReader, type RequestRows} from '../../source/store/row-reader.ts';
import {queueInfo} from '../domain/run-fixture.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {answeredRun, foodSource} from './answered-run.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
let runs = 0;

describe('the rows of a request', () => {
	test('come from its journal line, whether that is written yet or not', () => {
		const run = newRun(3);
		run.answer(1, ['one', 'two']);
		const expected = {
			kind: 'result',
			rows: [
				{id: '1', index: 1, choice_index: 0, prompt: 'prompt 1 of food', text: 'one', attempts: 1},
				{id: '1', index: 1, choice_index: 1, text: 'two'},
			],
		};
		expect(run.rows.read(1)).toMatchObject(expected);
		run.journal.flush();
		expect(run.rows.read(1)).toMatchObject(expected);
		expect([run.rows.read(0), run.rows.read(2)]).toEqual([{kind: 'none'}, {kind: 'none'}]);
	});

	test('of a failed one hold its whole history in order, waits and holds included', () => {
		const run = newRun(2);
		run.fail(0, {sequel: 'wait', failure: {kind: 'rate_limit', status: 429, code: null, message: 'slow'}});
		run.answer(1);
		run.fail(0, {sequel: 'retry', failure: {kind: 'timeout', status: null, code: null, message: ''}});
		run.fail(0, {raw: 'half of a bo'});
		expect(run.rows.read(0)).toMatchObject({
			kind: 'failure',
			row: {
				attempts: 3,
				error: {kind: 'server', status: 503, message: 'overloaded'},
				history: [{kind: 'rate_limit', status: 429}, {kind: 'timeout'}, {kind: 'server'}],
			},
		});
	});

	test('of one that was given up say so, after the attempts that it had', () => {
		const run = newRun(3);
		run.fail(1, {sequel: 'retry', failure: {kind: 'timeout', status: null, code: null, message: ''}});
		giveUp(run, [0, 1]);
		const error = {kind: 'cancelled', status: null, code: null, message: 'given up by a person'};
		expect(run.rows.read(0)).toMatchObject({kind: 'failure', row: {attempts: 0, error, history: []}});
		expect(run.rows.read(1)).toMatchObject({
			kind: 'failure',
			row: {attempts: 1, error, history: [{kind: 'timeout', status: null}]},
		});
		expect(run.rows.read(2)).toEqual({kind: 'none'});
	});

	test('go on behind a give-up that was wiped', () => {
		const run = newRun(2);
		run.fail(1, {sequel: 'retry', failure: {kind: 'timeout', status: null, code: null, message: ''}});
		giveUp(run, [0, 1]);
		run.take({
			type: 'requests-wiped',
			at: 1,
			what: 'failed',
			indexes: [[1, 1]],
			failedKinds: {cancelled: 1},
			failedByQueue: [1],
		});
		run.fail(1);
		expect(run.rows.read(1)).toMatchObject({
			row: {attempts: 2, error: {kind: 'server'}, history: [{kind: 'timeout'}, {kind: 'server'}]},
		});
	});

	test('are damaged where the line is, and nothing is made up', () => {
		const run = newRun(2);
		run.answer(0);
		run.answer(1);
		run.journal.flush();
		const offset = run.state.columns.offset[0]!;
		const bytes = readFileSync(run.directory.journal);
		const body = bytes.indexOf('chatcmpl', offset);
		bytes.fill(0x22, body, body + 3);
		writeFileSync(run.directory.journal, bytes);
		expect(run.rows.read(0)).toEqual({kind: 'damaged', offset});
		expect(run.rows.read(1).kind).toBe('result');
	});
});

describe('after a change of the spec', () => {
	test('a kept result tells what was really asked, under the index and id of now', () => {
		const run = newRun(4);
		run.answer(2);
		// Request 2 moves to the front, and is followed by a new one; then a second change puts one before it.
		const change = {
			type: 'spec-changed',
			at: 1,
			queues: [queueInfo('gpt-4o-mini')],
			failedKinds: {},
		} as const;
		run.take({...change, specDigest: '2', epoch: 2, count: 2, kept: [[0, 2, 1]]});
		run.answer(1);
		run.take({...change, specDigest: '3', epoch: 3, count: 3, kept: [[1, 0, 2]]});
		run.answer(0);
		const specs = [foodSource(4, 'first'), foodSource(2, 'second'), foodSource(3, 'third', ['a', 'b', 'c'])];
		const reader = createRowReader({
			state: run.state,
			readLine: offset => run.journal.read(offset),
			specAt: epoch => ({source: specs[epoch - 1]!, check: null, asking: null}),
		});
		expect([0, 1, 2].map(index => promptOf(reader.read(index)))).toEqual([
			['a', 0, 'prompt 0 of third'],
			['b', 1, 'prompt 2 of first'],
			['c', 2, 'prompt 1 of second'],
		]);
	});

	test('a request that was given up finds its history under the index that it had', () => {
		const run = newRun(4);
		run.fail(2, {sequel: 'retry', failure: {kind: 'timeout', status: null, code: null, message: ''}});
		giveUp(run, [1, 2, 3]);
		run.take({
			type: 'spec-changed',
			at: 1,
			queues: [queueInfo('gpt-4o-mini')],
			failedKinds: {cancelled: 2},
			specDigest: '2',
			epoch: 2,
			count: 2,
			kept: [[0, 2, 2]],
		});
		const reader = createRowReader({
			state: run.state,
			readLine: offset => run.journal.read(offset),
			specAt: () => ({source: foodSource(4), check: null, asking: null}),
		});
		expect(reader.read(0)).toMatchObject({row: {error: {kind: 'cancelled'}, history: [{kind: 'timeout'}]}});
		expect(reader.read(1)).toMatchObject({row: {error: {kind: 'cancelled'}, history: []}});
	});

	test('every request is followed back through any changes', () => {
		const random = seededRandom(testSeed('origins'));
		for (let round = 0; round < 50; round++) {
			let places = Array.from({length: 30}, (_, index) => ({epoch: 1, index}));
			const epochs = [{startsAt: 0, kept: [] as [number, number, number][]}];
			for (let epoch = 2; epoch < 6; epoch++) {
				const order = places.map((_, was) => was).filter(() => random() < 0.8);
				order.sort(() => random() - 0.5);
				const gap = Math.floor(random() * 3);
				epochs.push({startsAt: (epoch - 1) * 1000, kept: order.map((was, at) => [at + gap, was, 1])});
				const fresh = Array.from({length: gap}, (_, index) => ({epoch, index}));
				places = [...fresh, ...order.map(was => places[was]!)];
			}

			const originOf = createOriginFinder(epochs);
			for (const [index, place] of places.entries()) {
				expect(originOf(index, place.epoch * 1000 - 1)).toEqual(place);
			}

			expect(originOf(places.length, 500)).toBeNull();
		}
	});
});

function newRun(count: number) {
	return answeredRun(path.join(folder, String(runs++)), count);
}

function giveUp(run: ReturnType<typeof newRun>, indexes: readonly number[]): void {
	const previous = indexes.map(index => run.state.columns.offset[index]!);
	run.take({type: 'requests-given-up', at: 1, indexes, previous, failedByQueue: [indexes.length]});
}

function promptOf(read: RequestRows): unknown {
	const row = read.kind === 'result' ? read.rows[0] : undefined;
	return [row?.id, row?.index, row?.prompt];
}
