import {expect, test} from 'vitest';
import {createHeap, peekKey, peekValue, pop, push} from '../../source/domain/heap.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

test('an empty heap holds nothing, also after a pop', () => {
	const heap = createHeap();
	pop(heap);
	expect([peekKey(heap), peekValue(heap)]).toEqual([undefined, undefined]);
	push(heap, 5, 50);
	pop(heap);
	expect(heap.items).toEqual([]);
});

test('random pushes and pops give the smallest key first, each pair whole', () => {
	const random = seededRandom(testSeed('heap'));
	const heap = createHeap();
	const sorted: [number, number][] = [];
	for (let step = 0; step < 5000; step++) {
		if (random() < 0.55) {
			const key = Math.floor(random() * 100) - 50;
			push(heap, key, step);
			sorted.push([key, step]);
		} else if (sorted.length > 0) {
			const smallest = Math.min(...sorted.map(([key]) => key));
			expect(peekKey(heap)).toBe(smallest);
			const at = sorted.findIndex(([key, value]) => key === smallest && value === peekValue(heap));
			expect(at).toBeGreaterThanOrEqual(0);
			sorted.splice(at, 1);
			pop(heap);
		}

		expect(heap.items).toHaveLength(sorted.length * 2);
	}
});
