import {expect, test} from 'vitest';
import {createHashIndex} from '../../source/spec/hash-index.ts';

test('holds what a map holds, also while it grows', () => {
	const index = createHashIndex(4);
	for (let i = 0; i < 20_000; i++) {
		const slot = index.slot(`key ${i}`);
		expect(index.get(slot)).toBe(-1);
		index.set(slot, i);
	}

	for (let i = 0; i < 20_000; i++) {
		expect(index.get(index.slot(`key ${i}`))).toBe(i);
	}
});
