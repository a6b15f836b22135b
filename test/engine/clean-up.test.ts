import {expect, test} from 'vitest';
import {cleanUpBatch, findLeftovers} from '../../source/engine/clean-up.ts';
import {collectBatch} from '../../source/engine/collect-batch.ts';
import {type CollectFixtureOptions, createCollectFixture} from './collect-fixture.ts';
import {apiFailure} from './fake-batch-transport.ts';

const {signal} = new AbortController();

async function collectedFixture(options: CollectFixtureOptions = {}) {
	const fixture = createCollectFixture({errors: [], ...options});
	await fixture.finish(collectBatch(fixture.batch(), fixture.lane, signal));
	const files = fixture.api.files;
	files.set('theirs', {id: 'theirs', name: 'theirs.jsonl', bytes: 1, createdAt: 0, content: ''});
	fixture.files.keepAside(1, ['odd'], true);
	return fixture;
}

test('row 102: all three files go at the API, then ours, and the batch is forgotten', async () => {
	const {api, files, run, ...fixture} = await collectedFixture();
	await fixture.finish(cleanUpBatch(fixture.batch(), fixture.lane, signal));
	expect([...api.files.keys()]).toEqual(['theirs']);
	expect(files.contents.size).toBe(0);
	expect(files.aside.get(1)).toEqual(['odd']);
	expect(run.state.batches.size).toBe(0);
	expect(fixture.steps.at(-1)).toBe('cleaned-up');
});

test('row 102: remote_files keep leaves them, and ours goes', async () => {
	const {api, files, run, ...fixture} = await collectedFixture({remote: {files: 'keep'}});
	await fixture.finish(cleanUpBatch(fixture.batch(), fixture.lane, signal));
	await fixture.finish(findLeftovers(fixture.lane, signal));
	expect(api.files.size).toBe(4);
	expect(api.count('removeFile') + api.count('listFiles')).toBe(0);
	expect(files.contents.size).toBe(0);
	expect(run.state.batches.size).toBe(0);
});

test('no file goes before what was read of it is on the disk', async () => {
	const fixture = await collectedFixture();
	let reachDisk = () => {};
	const lane = {
		...fixture.lane,
		durable: async () =>
			new Promise<void>(resolve => {
				reachDisk = resolve;
			}),
	};
	const cleanUp = cleanUpBatch(fixture.batch(), lane, signal);
	expect(fixture.api.count('removeFile') + fixture.api.count('listFiles')).toBe(0);
	reachDisk();
	await fixture.finish(cleanUp);
	expect([...fixture.api.files.keys()]).toEqual(['theirs']);
});

test('a removal that fails is tried again later; one that the key may not make is left', async () => {
	const fault = (operation: string, nth: number, subject: string) =>
		operation !== 'removeFile'
			? null
			: nth === 2
				? {failure: apiFailure('server', 502)}
				: subject === 'file-err-1'
					? {failure: apiFailure('auth', 403)}
					: null;
	const {api, files, run, ...fixture} = await collectedFixture({api: {fault}});
	await fixture.finish(cleanUpBatch(fixture.batch(), fixture.lane, signal));
	expect(fixture.batch()).toMatchObject({step: 'collected', trouble: {times: 1}});
	expect(files.contents.size).toBe(1);
	await fixture.finish(cleanUpBatch(fixture.batch(), fixture.lane, signal));
	expect(run.state.batches.size).toBe(0);
	expect(run.state.queues[0]!.access).toBe('open');
	expect([...api.files.keys()]).toEqual(['file-err-1', 'theirs']);
});

test('row 102: files that a killed session left are found by their names; those in use and others stay', async () => {
	const fixture = await collectedFixture();
	const {api, run} = fixture;
	run.take({type: 'batch-cleaned', at: 0, shard: 1});
	run.take({...run.events.find(event => event.type === 'shard-cut')!, shard: 3, indexes: [], count: 0});
	api.files.clear();
	const names = [
		'pb-run-1-0001-aaaaaaaa.jsonl',
		'pb-run-1-1-aaaaaaaa.jsonl',
		'pb-run-1-2-aaaaaaaa.jsonl',
		'pb-run-1-3-aaaaaaaa.jsonl',
		'pb-run-1-9-aaaaaaaa.jsonl',
		'pb-run-12-1-aaaaaaaa.jsonl',
		'pb-run-1-notes.jsonl',
	];
	for (const name of names) {
		api.files.set(name, {id: name, name, bytes: 1, createdAt: 0, content: ''});
	}

	await fixture.finish(findLeftovers(fixture.lane, signal));
	expect([...api.files.keys()]).toEqual(names.slice(3));
});
