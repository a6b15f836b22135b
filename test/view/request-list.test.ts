import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import type {ListView} from '../../source/view/list-view.ts';
import type {RequestList} from '../../source/view/request-list.ts';
import {windowOf} from '../../source/view/rows.ts';
import {plainOrder, type RowOrder, sortKeys} from '../../source/view/snapshot.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {listOf} from './list-of.ts';
import {createManualWork} from './manual-work.ts';
import {compare, type Facts, factsOf} from './naive-list.ts';
import {happen, type TriageRun, triageRun} from './triage-run.ts';

const seed = testSeed('request-list');
const seeds = Array.from({length: 6}, (_, round) => seed + round);

const order = (rest: Partial<RowOrder>): RowOrder => ({...plainOrder, ...rest});
const view = (list: RequestList) => list.view({showsGroups: false});
const all = (list: ListView) => list.rowsAt(0, list.total);

function expectOrder(
	run: TriageRun,
	list: RequestList,
	one: RowOrder,
	fits: (facts: Facts, index: number) => boolean,
): void {
	const expected = Array.from({length: run.state.count}, (_, index) => index)
		.filter(index => fits(factsOf(run, index), index))
		.sort(compare(run, one.sort, one.isReversed));
	const seen = view(list);
	expect(all(seen)).toEqual(expected);
	expect(seen.total).toBe(expected.length);
	expect(seen.order).toEqual(one);
	for (const index of [0, 7, 31]) {
		const position = expected.indexOf(index);
		expect(seen.positionOf(index)).toBe(position < 0 ? null : position);
	}
}

describe.each(['decimal', 'own'] as const)('the list of a random run with %s ids', ids => {
	test.each(seeds)('is in the order of a naive sort, seed %i', one => {
		const random = seededRandom(one);
		const run = triageRun(60, ids);
		const list = listOf(run);
		for (const sort of sortKeys) {
			for (const isReversed of [false, true]) {
				const wanted = order({sort, isReversed});
				list.look(wanted);
				for (let round = 0; round < 3; round++) {
					happen(run, random, 40, list.observe);
					expectOrder(run, list, wanted, () => true);
				}
			}
		}
	});

	const filters: readonly (readonly [string, (facts: Facts, index: number, run: TriageRun) => boolean])[] = [
		['status:failed', ({status}) => status === 'failed'],
		['!status:done,queued', ({status}) => status !== 'done' && status !== 'queued'],
		['code:429', ({error}) => error.startsWith('429')],
		['code:4*', ({error}) => error.startsWith('4')],
		['code:unknown_parameter', ({error}) => error.includes('no such field')],
		['kind:timeout', ({error}) => error.startsWith('timeout')],
		['!kind:timeout status:failed', ({error, status}) => status === 'failed' && !error.startsWith('timeout')],
		['model:gpt*', ({model}) => model.startsWith('gpt')],
		['model:gpt-4o', ({model}) => model === 'gpt-4o'],
		['model:4o', ({model}) => model.includes('4o')],
		['id:1', ({id}) => id.includes('1')],
		['id:*1', ({id}) => id.endsWith('1')],
		['5', ({text}) => text.includes('5')],
		['!5', ({text}) => !text.includes('5')],
		['SLOW', ({text}) => text.includes('slow')],
		['req_', ({text}) => text.includes('req_')],
		['"connect econnrefused 127.0.0.1:1"', ({text}) => text.includes('connect econnrefused 127.0.0.1:1')],
		['#', () => false],
		['doc-2', ({text}) => text.includes('doc-2')],
		['status:failed slow', ({text, status}) => status === 'failed' && text.includes('slow')],
		['prompt:"FILING 7"', (_, index) => index % 10 === 7],
		['!prompt:"filing 7" status:done', ({status}, index) => status === 'done' && index % 10 !== 7],
		['answer:"answer 3"', (_, index, run) => answerOf(run, index).includes('Answer 3')],
	];

	test.each(filters)('is narrowed by %s as by a naive filter', (filter, fits) => {
		const random = seededRandom(seed);
		const run = triageRun(60, ids);
		happen(run, random, 300);
		const list = listOf(run);
		const wanted = order({filter});
		list.look(wanted);
		for (let round = 0; round < 4; round++) {
			happen(run, random, 60, list.observe);
			expectOrder(run, list, wanted, (facts, index) => fits(facts, index, run));
			expect(view(list)).toMatchObject({progress: null, problem: null});
		}
	});

	test.each(filters.filter((_, position) => position % 3 === 0))(
		'comes to the same by %s in slices, while the run goes on',
		(filter, fits) => {
			const random = seededRandom(seed);
			const run = triageRun(60, ids);
			happen(run, random, 300);
			const work = createManualWork();
			const list = listOf(run, work);
			const wanted = order({filter, sort: 'id'});
			list.look(wanted);
			while (work.step()) {
				happen(run, random, 2, list.observe);
			}

			// What is due is written when somebody looks.
			do {
				for (let patience = 0; patience < 500; patience++) {
					work.now();
				}

				view(list);
			} while (work.step());
			expectOrder(run, list, wanted, (facts, index) => fits(facts, index, run));
		},
	);
});

function answerOf(run: TriageRun, index: number): string {
	const offset = run.state.columns.offset[index]!;
	const event: RunEvent | null = offset < 0 ? null : run.readEvent(offset);
	return event?.type === 'attempt-answered' ? event.raw : '';
}

describe('a list', () => {
	test('of one group holds its members as they come and go', () => {
		const random = seededRandom(seed);
		const run = triageRun(60);
		happen(run, random, 500);
		const list = listOf(run);
		const [group] = list.groups.views();
		const {key} = group!;
		const wanted = order({group: key, filter: '!status:waiting'});
		list.look(wanted);
		for (let round = 0; round < 4; round++) {
			const views = list.view({showsGroups: true}).groups!;
			expect(view(list).total).toBe(views.find(one => one.key === key)?.failed ?? 0);
			for (const index of all(view(list))) {
				expect(list.groups.memberOf(index)).toBe(list.groups.numberOf(key));
			}

			happen(run, random, 60, list.observe);
		}
	});

	test.each([
		order({filter: 'model:llama'}),
		order({filter: 'model:llama', sort: 'error'}),
		order({sort: 'model'}),
	])('is not whole before it is written, %o', wanted => {
		const work = createManualWork();
		const list = listOf(triageRun(300_000), work);
		list.look(wanted);
		let steps = 0;
		do {
			const {order: shown, progress, total, positionOf} = view(list);
			expect(shown).toEqual(wanted);
			// The last of the list: a cursor on it is not to be lost.
			expect(progress !== null || positionOf(299_999) !== null).toBe(true);
			expect(progress !== null || total === (wanted.filter === '' ? 300_000 : 100_000)).toBe(true);
			steps++;
		} while (work.step());
		expect(steps).toBeGreaterThan(1);
		expect(view(list).progress).toBeNull();
	});

	test('narrows the groups to what the filter lets through', () => {
		const run = triageRun(60);
		happen(run, seededRandom(seed), 500);
		const list = listOf(run);
		const groupsOf = (filter: string) => {
			list.look(order({filter}));
			return list.view({showsGroups: true}).groups!;
		};

		const [whole, failed, waiting] = ['', 'status:failed', '!status:failed'].map(groupsOf);
		expect(whole!.length).toBeGreaterThan(1);
		for (const group of whole!) {
			const parts = [failed!, waiting!].flatMap(groups => groups.filter(({key}) => key === group.key));
			const sum = (of: 'failed' | 'waiting' | 'spentUsd') =>
				parts.reduce((total, part) => total + (part[of] ?? 0), 0);
			expect([sum('failed'), sum('waiting')]).toEqual([group.failed, group.waiting]);
			expect(sum('spentUsd')).toBeCloseTo(group.spentUsd ?? 0, 9);
			for (const {sampleIndex} of parts) {
				expect(list.groups.memberOf(sampleIndex)).toBe(list.groups.numberOf(group.key));
			}
		}

		expect(failed!.every(({waiting: open}) => open === 0)).toBe(true);
		expect(groupsOf('id:nothing')).toEqual([]);
	});

	test('that cannot be read says so, and leaves that part out', () => {
		const list = listOf(triageRun(9));
		list.look(order({filter: 'model:llama stats:x'}));
		expect(view(list)).toMatchObject({total: 3, problem: expect.stringContaining('"stats"')});
		list.look(order({filter: 'status:'}));
		expect(view(list)).toMatchObject({total: 9, problem: null});
	});

	test('makes a window whose cursor is where its request stands', () => {
		const run = triageRun(9);
		const list = listOf(run);
		const window = {
			top: 1,
			count: 5,
			cursorIndex: 5,
			order: order({filter: 'model:llama'}),
			showsGroups: false,
		};
		list.look(window.order);
		const sources = {source: run.source, settings: defaultSettings, readEvent: run.readEvent};
		list.mark({type: 'toggle', index: 8});
		const shown = windowOf(run.state, sources, window, 0, list.view(window));
		expect(structuredClone(shown)).toMatchObject({
			top: 0,
			total: 3,
			cursor: {index: 5, position: 1},
			marked: 1,
		});
		expect(shown.rows.map(({index, isMarked}) => [index, isMarked])).toEqual([
			[2, false],
			[5, false],
			[8, true],
		]);
		expect(windowOf(run.state, sources, {...window, cursorIndex: 4}, 0, list.view(window)).cursor).toBeNull();
	});

	test('is answered at once with what is known, and fills up', () => {
		const run = triageRun(20_000, 'own');
		const work = createManualWork();
		const list = listOf(run, work);
		while (work.step()) {
			// The journal is read.
		}

		list.look(order({filter: 'prompt:"filing 7"'}));
		const first = view(list);
		expect(first.order.filter).toBe('prompt:"filing 7"');
		expect(first.progress).toBeLessThan(1);
		let before = first.total;
		while (work.step()) {
			const {total, progress} = view(list);
			expect(total).toBeGreaterThanOrEqual(before);
			expect(progress === null || (progress >= 0 && progress <= 1)).toBe(true);
			before = total;
		}

		expect(view(list)).toMatchObject({total: 2000, progress: null});
		expect(list.settled()).toBeGreaterThan(0);
		expect(work.rests.some(rest => rest > 0)).toBe(true);
	});

	test('drops a search that nobody asks for any more', () => {
		const run = triageRun(3000, 'own');
		const work = createManualWork();
		const list = listOf(run, work);
		list.look(order({filter: 'prompt:"filing 7"'}));
		list.look(order({filter: 'prompt:"filing 8"'}));
		list.look(order({filter: 'model:llama'}));
		while (work.step()) {
			// To the end.
		}

		expect(view(list)).toMatchObject({total: 1000, progress: null});
	});
});
