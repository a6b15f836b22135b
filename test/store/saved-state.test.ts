import {describe, expect, test} from 'vitest';
import {createColumns} from '../../source/domain/create-state.ts';
import {reduce} from '../../source/domain/reduce.ts';
import {restoreColumns, saveColumns} from '../../source/store/saved-columns.ts';
import {restoreState, type SavedState, saveState} from '../../source/store/saved-state.ts';
import {randomRun} from '../domain/random-run.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

describe('a saved state', () => {
	test('comes back as it was, after any run', () => {
		const random = seededRandom(testSeed('saved states'));
		for (let round = 0; round < 40; round++) {
			const {state} = randomRun(random, 1 + Math.floor(random() * 50), Math.floor(random() * 400), true);
			expect(restoreState(throughJson(saveState(state, '0.1.0')))).toEqual(state);
		}
	});

	test('is a copy: the run goes on while the file is written', () => {
		const random = seededRandom(testSeed('saved copies'));
		for (let round = 0; round < 40; round++) {
			const {state, events} = randomRun(random, 1 + Math.floor(random() * 20), 200, true);
			const live = randomRun(() => 0.5, 0, 0).state;
			const half = Math.floor(events.length / 2);
			for (const [offset, event] of events.slice(0, half).entries()) {
				reduce(live, event, offset);
			}

			const saved = saveState(live, '0.1.0');
			const before = JSON.stringify(saved);
			for (const [offset, event] of events.slice(half).entries()) {
				reduce(live, event, half + offset);
			}

			expect(JSON.stringify(saved)).toBe(before);
			expect(live.totals).toEqual(state.totals);
		}
	});

	test('begins with what tells that it is ours', () => {
		const {state} = randomRun(() => 0.5, 3, 10);
		expect(JSON.stringify(saveState(state, '0.1.0'))).toMatch(
			/^\{"format":"promptbatch-tui run","version":2,"tool":"0\.1\.0",/,
		);
	});

	test('keeps the keys of a later version', () => {
		const {state} = randomRun(() => 0.5, 3, 10);
		const later = {...throughJson(saveState(state, '9.0.0')), scores: {'1': {id: 'score_1'}}};
		const restored = restoreState(later)!;
		expect(throughJson(saveState(restored, '0.1.0'))).toMatchObject({
			tool: '0.1.0',
			scores: {'1': {id: 'score_1'}},
		});
	});

	test.each<[string, (saved: SavedState) => unknown]>([
		['a column is short', saved => ({...saved, columns: {...saved.columns, status: 'AAAA'}})],
		['the offsets are short', saved => ({...saved, columns: {...saved.columns, offset: ''}})],
		['the count is another', saved => ({...saved, count: saved.count + 1})],
		['a part is missing', ({totals, ...saved}) => saved],
		['a part is of another kind', saved => ({...saved, queues: 5})],
		['money is no number', saved => ({...saved, session: {...saved.session, cost: '1.5'}})],
		[
			'the counts are not those of the columns',
			saved => ({...saved, totals: {...saved.totals, status: [0]}}),
		],
		['lines lie behind the end', saved => ({...saved, journalEnd: 1})],
	])('is none when %s', (_name, change) => {
		const {state} = randomRun(seededRandom(3), 10, 100);
		const saved = throughJson(saveState(state, '0.1.0'));
		expect(restoreState(saved)).not.toBeNull();
		expect(restoreState(change(saved) as SavedState)).toBeNull();
	});
});

describe('saved columns', () => {
	test('come back whether numbers are rare, frequent or large', () => {
		const random = seededRandom(testSeed('saved columns'));
		for (const density of [0, 0.01, 0.5, 1]) {
			const columns = createColumns(1000);
			for (let index = 0; index < 1000; index++) {
				if (random() < density) {
					columns.status[index] = Math.floor(random() * 6);
					columns.attempts[index] = Math.floor(random() * 65_536);
					columns.retries[index] = Math.floor(random() * 256);
					columns.waits[index] = 255;
					columns.offset[index] = Math.floor(random() * 2 ** 50);
				}
			}

			expect(restoreColumns(throughJson(saveColumns(columns, 1000)), 1000)).toEqual(columns);
		}
	});

	test('take 14 characters a request where few were retried', () => {
		const columns = createColumns(10_000);
		columns.attempts.fill(1);
		columns.retries[5] = 2;
		expect(JSON.stringify(saveColumns(columns, 10_000)).length).toBeLessThan(14 * 10_000);
	});
});

function throughJson<Data>(data: Data): Data {
	return JSON.parse(JSON.stringify(data)) as Data;
}
