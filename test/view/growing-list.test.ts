import {describe, expect, test} from 'vitest';
import {createPendingByQueue} from '../../source/view/pending-by-queue.ts';
import {plainOrder, sortKeys} from '../../source/view/snapshot.ts';
import {addedEvent} from '../domain/random-growth.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {listOf} from './list-of.ts';
import {createManualWork} from './manual-work.ts';
import {compare, factsOf} from './naive-list.ts';
import {happen, type TriageRun, triageRun} from './triage-run.ts';

const seed = testSeed('growing-list');

function add(run: TriageRun, count: number, tell: (event: ReturnType<typeof addedEvent>) => void): void {
	for (let step = 0; step < count; step++) {
		const index = run.state.count;
		const event = addedEvent(index, {queue: run.source.queueOf(index), at: run.state.lastFinishedAt});
		run.take(event);
		tell(event);
	}
}

/** With ids that stay their own however far it grows. */
function growingRun(count: number): TriageRun {
	const run = triageRun(count, 'own');
	return {...run, source: {...run.source, id: index => `Doc-${(index * 7919) % 10_007}`}};
}

describe.each(['at once', 'in slices'] as const)('a list of a run that grows, written %s', pace => {
	test.each(sortKeys)('is in the order of a naive sort by %s, and lets the new ones through', sort => {
		const random = seededRandom(seed);
		const run = growingRun(60);
		const work = pace === 'at once' ? null : createManualWork();
		const list = listOf(run, work);
		const settle = () => {
			for (let round = 0; round < 40; round++) {
				list.view({showsGroups: false});
				while (work?.step()) {}
			}
		};
		for (const filter of ['', 'status:failed', 'doc-2', '!kind:timeout']) {
			const order = {...plainOrder, sort, filter};
			list.look(order);
			for (let round = 0; round < 3; round++) {
				happen(run, random, 60, list.observe);
				add(run, 70, list.observe);
				happen(run, random, 200, list.observe);
				settle();
				const fits = (index: number) => {
					const {status, text, error} = factsOf(run, index);
					switch (filter) {
						case 'status:failed':
							return status === 'failed';
						case 'doc-2':
							return text.includes('doc-2');
						case '!kind:timeout':
							return !error.startsWith('timeout');
						default:
							return true;
					}
				};
				const expected = Array.from({length: run.state.count}, (_, index) => index)
					.filter(fits)
					.sort(compare(run, sort, false));
				const seen = list.view({showsGroups: false});
				expect(seen.rowsAt(0, seen.total)).toEqual(expected);
			}
		}
	});
});

test('marks reach the new ones', () => {
	const run = triageRun(3, 'own');
	const list = listOf(run);
	list.mark({type: 'toggle', index: 1});
	add(run, 2, list.observe);
	list.mark({type: 'toggle', index: 4});
	list.mark({type: 'toggle', index: 5});
	expect([...list.marks.indexes()]).toEqual([1, 4]);
});

test('what is pending of each queue follows growth', () => {
	const run = triageRun(20);
	const pending = createPendingByQueue(run.state, run.source);
	add(run, 10, pending.observe);
	const counts = [0, 1, 2].map(
		queue =>
			Array.from({length: 30}, (_, index) => index).filter(index => run.source.queueOf(index) === queue)
				.length,
	);
	expect(pending.counts).toEqual(counts);
});
