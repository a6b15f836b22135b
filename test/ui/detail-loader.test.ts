import {describe, expect, test} from 'vitest';
import {createDetailLoader} from '../../source/ui/detail-loader.ts';
import type {RequestDetail} from '../../source/view/request-detail.ts';
import {createFakeClock} from './fake-clock.ts';
import {detailFixture} from './snapshot-fixture.ts';

/** A loader whose reads a test answers one by one. */
function start() {
	const clock = createFakeClock();
	const reads: {readonly index: number; answer(detail: RequestDetail | Error): Promise<void>}[] = [];
	let changes = 0;
	const loader = createDetailLoader({
		clock,
		read: index =>
			new Promise((resolve, reject) => {
				reads.push({
					index,
					async answer(detail) {
						if (detail instanceof Error) reject(detail);
						else resolve(detail);
						await new Promise(setImmediate);
					},
				});
			}),
		onChange: () => changes++,
	});
	return {clock, reads, loader, changes: () => changes};
}

describe('the detail loader', () => {
	test('reads when the cursor rests, and only what it rests on', async () => {
		const {clock, reads, loader, changes} = start();
		for (const index of [1, 2, 3]) {
			loader.want(index, 'failed 1', false);
			clock.advance(100);
		}

		expect(reads).toHaveLength(0);
		clock.advance(50);
		expect(reads.map(({index}) => index)).toEqual([3]);
		await reads[0]!.answer(detailFixture(3));
		expect(loader.loaded()?.index).toBe(3);
		expect(changes()).toBe(1);
	});

	test('reads at once what is opened', () => {
		const {clock, reads, loader} = start();
		loader.want(1, 'failed 1', false);
		loader.want(1, 'failed 1', true);
		clock.advance(0);
		expect(reads).toHaveLength(1);
	});

	test('never shows one request as another', async () => {
		const {clock, reads, loader, changes} = start();
		loader.want(1, 'failed 1', true);
		clock.advance(0);
		loader.want(2, 'failed 1', true);
		await reads[0]!.answer(detailFixture(1));
		expect(loader.loaded()).toBeNull();
		expect(changes()).toBe(0);
	});

	test('reads again when something happened to it, and shows what it had until then', async () => {
		const {clock, reads, loader} = start();
		loader.want(1, 'waiting 1', true);
		clock.advance(0);
		await reads[0]!.answer(detailFixture(1));
		loader.want(1, 'waiting 1', true);
		loader.want(1, null, true);
		clock.advance(500);
		expect(reads).toHaveLength(1);
		loader.want(1, 'failed 2', false);
		expect(loader.loaded()).not.toBeNull();
		clock.advance(150);
		expect(reads).toHaveLength(2);
	});

	test('says what went wrong', async () => {
		const {clock, reads, loader} = start();
		loader.want(1, 'done 1', true);
		clock.advance(0);
		await reads[0]!.answer(new Error('journal.jsonl is damaged at byte 17'));
		expect(loader.loaded()).toBeNull();
		expect(loader.problem()).toBe('journal.jsonl is damaged at byte 17');
		loader.want(null, null, false);
		expect(loader.problem()).toBeNull();
	});

	test('reads nothing more after it was stopped', () => {
		const {clock, reads, loader} = start();
		loader.want(1, 'done 1', false);
		loader.stop();
		clock.advance(1000);
		expect(reads).toHaveLength(0);
	});
});
