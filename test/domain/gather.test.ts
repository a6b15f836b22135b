import {expect, test} from 'vitest';
import {createGatherer} from '../../source/domain/gather.ts';
import type {Request} from '../../source/domain/request.ts';
import type {Sharing} from '../../source/domain/sharing.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

/** Shares by `key`, up to `size` members. */
function sharingBy(key: (index: number) => string | null, size: number): Sharing {
	return {
		keyOf: ({index}) => key(index),
		begin(_lead, most) {
			let members = 1;
			return {add: () => ++members <= Math.min(size, most)};
		},
		bodyOf: () => ({}),
		split: () => [],
	};
}

/** The agenda is a list of indexes; who is given back stands before all that are greater. */
function gathered(
	agenda: number[],
	sharing: Sharing | null,
	mostOf: (index: number) => number = () => Number.POSITIVE_INFINITY,
) {
	const gatherer = createGatherer(sharing, {
		draw: () => agenda.shift() ?? null,
		giveBack(index) {
			agenda.push(index);
			agenda.sort((a, b) => a - b);
		},
		requestOf: index => ({index}) as Request,
		mostOf,
		isOpen: () => true,
	});
	return {gatherer, next: () => gatherer.next()?.map(({index}) => index) ?? null};
}

const indexes = (count: number) => [...new Array(count).keys()];

function callsOf(next: () => number[] | null): number[][] {
	const calls: number[][] = [];
	for (let call = next(); call !== null; call = next()) {
		calls.push(call);
	}

	return calls;
}

test('members come in order, and the last call holds what is left', () => {
	const {next} = gathered(
		indexes(7),
		sharingBy(() => 'k', 3),
	);
	expect(callsOf(next)).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
});

test('without sharing each has its own', () => {
	expect(callsOf(gathered(indexes(2), null).next)).toEqual([[0], [1]]);
});

test('those of other keys are set aside, lead the next calls, and are given back', () => {
	const agenda = indexes(10);
	const {gatherer, next} = gathered(
		agenda,
		sharingBy(index => (index === 2 ? null : `${index % 2}`), 3),
	);
	expect(next()).toEqual([0, 4, 6]);
	expect(next()).toEqual([1, 3, 5]);
	expect(next()).toEqual([2]);
	gatherer.close();
	expect(agenda).toEqual([7, 8, 9]);
});

test('who belongs to a call that was refused shares a smaller one, on either side', () => {
	const {next} = gathered(
		indexes(8),
		sharingBy(() => 'k', 4),
		index => ({0: 2, 3: 1, 6: 2})[index] ?? Number.POSITIVE_INFINITY,
	);
	// 6 was set aside while 2, 4, 5 took 7 in.
	expect(callsOf(next)).toEqual([[0, 1], [2, 4, 5, 7], [3], [6]]);
});

test('what could not start stands where it was', () => {
	const agenda = indexes(5);
	const {gatherer} = gathered(
		agenda,
		sharingBy(index => `${index % 2}`, 2),
	);
	const members = gatherer.next()!;
	gatherer.putBack(members);
	gatherer.close();
	expect(agenda).toEqual(indexes(5));
});

test('every request is in one call, whatever the keys and bounds are', () => {
	const random = seededRandom(testSeed('gather'));
	for (let round = 0; round < 50; round++) {
		const below = (limit: number) => Math.floor(random() * limit);
		const keys = 1 + below(300);
		const most = indexes(1000).map(() => (below(4) === 0 ? 1 + below(6) : Number.POSITIVE_INFINITY));
		const size = 1 + below(30);
		const key = (index: number) => ((index * 7919) % 11 === 0 ? null : `${(index * 31) % keys}`);
		const agenda = indexes(1000).flatMap(index => (below(20) === 0 ? [index, index] : [index]));
		const calls = callsOf(gathered(agenda, sharingBy(key, size), index => most[index]!).next);
		expect(calls.flat().sort((a, b) => a - b)).toEqual(indexes(1000));
		for (const call of calls) {
			expect(call.length).toBeLessThanOrEqual(Math.min(size, ...call.map(index => most[index]!)));
			expect(new Set(call.map(key)).size).toBe(1);
			expect(call.length === 1 || key(call[0]!) !== null).toBe(true);
		}
	}
});
