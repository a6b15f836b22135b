import {describe, expect, test} from 'vitest';
import type {RequestList} from '../../source/view/request-list.ts';
import {plainOrder, type RowOrder} from '../../source/view/snapshot.ts';
import {answered, failed, failure, started} from '../domain/run-fixture.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {listOf} from './list-of.ts';
import {createManualWork} from './manual-work.ts';
import {happen, type TriageRun, triageRun} from './triage-run.ts';

const seed = testSeed('frozen-list');
const order = (rest: Partial<RowOrder>): RowOrder => ({...plainOrder, ...rest});
const view = (list: RequestList) => list.view({showsGroups: false});
const all = (list: RequestList) => view(list).rowsAt(0, view(list).total);

describe('while rows are marked or a dialog is open, the list stands still', () => {
	test.each([
		['plain', {}],
		['filtered', {filter: 'status:failed'}],
		['sorted', {sort: 'try'}],
	] as const)('%s', (_, rest) => {
		const random = seededRandom(seed);
		const run = triageRun(60);
		happen(run, random, 300);
		const list = listOf(run);
		list.look(order(rest));
		const before = all(list);
		expect(view(list).isFrozen).toBe(false);
		list.mark({type: 'toggle', index: before[0]!});
		happen(run, random, 200, list.observe);
		expect(all(list)).toEqual(before);
		expect(view(list)).toMatchObject({isFrozen: true, marked: 1, total: before.length});
		list.look(order({...rest, isFrozen: true}));
		list.mark({type: 'clear'});
		happen(run, random, 100, list.observe);
		expect(all(list)).toEqual(before);
		expect(view(list)).toMatchObject({isFrozen: true, marked: 0});
		list.look(order(rest));
		expect(all(list)).not.toEqual(before);
		const fresh = listOf(run);
		fresh.look(order(rest));
		expect(all(list)).toEqual(all(fresh));
	});

	test('although it was being written anew just then', () => {
		const run = triageRun(200_000);
		const work = createManualWork();
		const list = listOf(run, work);
		list.look(order({sort: 'try'}));
		while (work.step()) {
			// Until it stands.
		}

		const top = () => view(list).rowsAt(0, 20);
		const before = top();
		for (const event of [started([7]), failed(7, {sequel: 'fail'})]) {
			run.take(event);
			list.observe(event);
		}

		for (let patience = 0; patience < 5000; patience++) {
			work.now();
		}

		view(list);
		list.mark({type: 'toggle', index: 9});
		while (work.step()) {
			// What was under way.
		}

		expect(top()).toEqual(before);
		list.mark({type: 'clear'});
		do {
			view(list);
		} while (work.step());
		expect(top()[0]).toBe(7);
	});

	test('but another filter makes another list, which then stands still', () => {
		const run = triageRun(30);
		const list = listOf(run);
		list.mark({type: 'toggle', index: 3});
		list.look(order({filter: 'status:queued'}));
		expect(view(list)).toMatchObject({total: 30, isFrozen: true, marked: 1});
		for (const event of [started([7]), answered(7)]) {
			run.take(event);
			list.observe(event);
		}

		expect(view(list).total).toBe(30);
		list.look(order({filter: 'status:done'}));
		expect(all(list)).toEqual([7]);
		list.look(order({}));
		expect(all(list).at(-1)).toBe(7);
	});

	test('and a search that was asked for before comes to its end', () => {
		const run = triageRun(3000);
		const work = createManualWork();
		const list = listOf(run, work);
		list.mark({type: 'toggle', index: 3});
		list.look(order({filter: 'prompt:"filing 7"'}));
		do {
			for (let patience = 0; patience < 500; patience++) {
				work.now();
			}

			view(list);
		} while (work.step());
		expect(view(list)).toMatchObject({total: 300, progress: null, isFrozen: true});
	});
});

describe('marks', () => {
	function failing(): {run: TriageRun; list: RequestList} {
		const run = triageRun(12);
		const list = listOf(run);
		const events = [
			started([1, 4, 6, 8], undefined, 0),
			failed(1, {sequel: 'fail', failure: failure('server', 500, 'request 1 broke')}),
			failed(4, {sequel: 'fail', failure: failure('server', 500, 'request 4 broke')}),
			failed(6, {sequel: 'retry', failure: failure('server', 500, 'request 6 broke')}),
			failed(8, {sequel: 'fail', failure: failure('timeout', null, 'request 8 broke')}),
		];
		for (const event of events) {
			run.take(event);
			list.observe(event);
		}

		return {run, list};
	}

	const marked = (list: RequestList) => [...list.marks.indexes()];

	test('are set and taken back one by one', () => {
		const {list} = failing();
		list.mark({type: 'toggle', index: 4});
		list.mark({type: 'toggle', index: 1});
		list.mark({type: 'toggle', index: 99});
		expect(marked(list)).toEqual([1, 4]);
		expect(view(list).isMarked(4)).toBe(true);
		list.mark({type: 'toggle', index: 4});
		expect(marked(list)).toEqual([1]);
		list.mark({type: 'clear'});
		expect(marked(list)).toEqual([]);
		expect(view(list).isFrozen).toBe(false);
	});

	test('of a range are those between two rows of the list as it is shown', () => {
		const {list} = failing();
		expect(all(list).slice(0, 6)).toEqual([1, 4, 8, 6, 0, 2]);
		list.mark({type: 'range', from: 0, to: 4});
		expect(marked(list)).toEqual([0, 4, 6, 8]);
		list.look(order({filter: 'status:failed'}));
		list.mark({type: 'range', from: 0, to: 4});
		expect(marked(list)).toEqual([0, 4, 6, 8]);
		list.mark({type: 'range', from: 1, to: 1});
		expect(marked(list)).toEqual([0, 1, 4, 6, 8]);
	});

	test('of all are those in the list, whole before it is written', () => {
		const {list} = failing();
		list.look(order({filter: 'status:failed'}));
		list.mark({type: 'all'});
		expect(marked(list)).toEqual([1, 4, 8]);
		list.look(order({}));
		list.mark({type: 'all'});
		expect(view(list).marked).toBe(12);
		const work = createManualWork();
		const large = listOf(triageRun(20_000), work);
		large.look(order({filter: 'model:llama'}));
		large.mark({type: 'all'});
		while (work.step()) {
			// Until every row was judged.
		}

		expect(view(large).marked).toBe(6666);
	});

	test('are not put on all of a list that came while the one that was meant was looked for', () => {
		const work = createManualWork();
		const list = listOf(triageRun(300_000), work);
		list.look(order({filter: 'model:llama'}));
		list.mark({type: 'all'});
		list.look(order({filter: '!model:llama'}));
		while (work.step()) {
			// Until every row was judged.
		}

		expect(view(list)).toMatchObject({marked: 0, total: 200_000});
	});

	test('of the same error are the whole group, in the list or not', () => {
		const {list} = failing();
		list.look(order({filter: 'status:failed'}));
		list.mark({type: 'same-error', index: 4});
		expect(marked(list)).toEqual([1, 4, 6]);
		list.mark({type: 'same-error', index: 0});
		expect(marked(list)).toEqual([1, 4, 6]);
	});
});
