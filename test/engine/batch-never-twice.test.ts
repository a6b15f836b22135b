import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {type BatchFixture, type BatchFixtureOptions, createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';
import {apiFailure, type BatchFault} from './fake-batch-transport.ts';

const badGateway = {failure: apiFailure('server', 502), maybeDone: true};

function onCreate(faults: readonly (BatchFault | null)[]) {
	return (operation: string, nth: number) => (operation === 'create' ? (faults[nth - 1] ?? null) : null);
}

/** Every batch at the API belongs to another shard, and each request has one outcome. */
function expectOnce({api, state, ...fixture}: BatchFixture, count: number): void {
	expect(state.totals.done.batch).toBe(count);
	expect(new Set([...api.batches.values()].map(({metadata}) => metadata.pb_shard)).size).toBe(
		api.batches.size,
	);
	const answered = fixture
		.record()
		.flatMap(event => (event.type === 'attempt-answered' ? [event.index] : []));
	expect(answered.toSorted((one, other) => one - other)).toEqual([...new Array(count).keys()]);
}

describe('a create call whose outcome is unknown', () => {
	test.each<[string, BatchFault]>([
		['answers 502 although the batch was made', {...badGateway, done: true}],
		[
			'hangs until its timeout, with the batch made',
			{failure: apiFailure('timeout', null), maybeDone: true, done: true, afterMs: 60_000},
		],
		[
			'is cut off after the batch was made',
			{failure: apiFailure('network', null), maybeDone: true, done: true},
		],
	])('%s: it is found and adopted', async (_, fault) => {
		const fixture = createBatchFixture({count: 150, api: {fault: onCreate([fault])}});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.api.count('create')).toBe(1);
		expect(fixture.events).toContainEqual(
			expect.objectContaining({type: 'batch-submitted', isAdopted: true}),
		);
		expectOnce(fixture, 150);
	});

	test('answers 502 and nothing was made: it is looked for twice, with a grace, before it is created again', async () => {
		const fixture = createBatchFixture({count: 150, api: {fault: onCreate([badGateway])}});
		await finish(fixture);
		const {log} = fixture.api;
		const looks = log.filter(({operation}) => operation === 'listBatches');
		expect(looks).toHaveLength(2);
		expect(looks[1]!.at - looks[0]!.at).toBeGreaterThanOrEqual(5000);
		expect(log.filter(({operation}) => operation === 'create')).toHaveLength(2);
		expectOnce(fixture, 150);
	});

	test('was refused for sure: it is created again without a look', async () => {
		const refused = {failure: apiFailure('rate_limit', 429), maybeDone: false, hintMs: 9000};
		const fixture = createBatchFixture({count: 150, api: {fault: onCreate([refused])}});
		await finish(fixture);
		const creates = fixture.api.log.filter(({operation}) => operation === 'create');
		expect(creates).toHaveLength(2);
		expect(creates[1]!.at - creates[0]!.at).toBeGreaterThanOrEqual(9000);
		expect(fixture.api.count('listBatches')).toBe(0);
		expectOnce(fixture, 150);
	});
});

describe('after a kill', () => {
	/** A session that was killed, and what it left running had time to end at the API. */
	async function killed(options: BatchFixtureOptions): Promise<BatchFixture> {
		const fixture = createBatchFixture(options);
		await fixture.clock.runUntil(fixture.isKilled);
		let isLater = false;
		fixture.clock.after(100, () => {
			isLater = true;
		});
		await fixture.clock.runUntil(() => isLater);
		return fixture;
	}

	async function killedSubmitting(): Promise<{first: BatchFixture; fileId: string; sha256: string}> {
		const first = await killed({count: 150, killAfter: ({type}) => type === 'batch-submitting'});
		expect(first.api.count('create')).toBe(0);
		const {fileId, sha256} = [...first.state.batches.values()][0]!;
		return {first, fileId: fileId ?? '', sha256};
	}

	const metadata = (sha256: string) => ({pb_run: 'r', pb_shard: '1', pb_sha: sha256});

	test('at `submitting` with no batch at the API: one is created', async () => {
		const {first} = await killedSubmitting();
		const next = createBatchFixture({count: 150, after: first});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect(next.api.batches.size).toBe(1);
		expectOnce(next, 150);
	});

	test('fault 2: at `submitting` with one: it is adopted', async () => {
		const {first, fileId, sha256} = await killedSubmitting();
		first.api.plant(fileId, {...metadata(sha256), pb_run: 'another'});
		const {id} = first.api.plant(fileId, metadata(sha256));
		const next = createBatchFixture({count: 150, after: first});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect(next.api.count('create')).toBe(0);
		expect(next.events).toContainEqual(
			expect.objectContaining({type: 'batch-submitted', batchId: id, isAdopted: true}),
		);
		expect(next.state.totals.done.batch).toBe(150);
	});

	test('at `submitting` with one of which the API kept no metadata: it is known by its input file', async () => {
		const {first, fileId} = await killedSubmitting();
		first.api.plant('file-of-somebody', {});
		const {id} = first.api.plant(fileId, {});
		const next = createBatchFixture({count: 150, after: first});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect(next.api.count('create')).toBe(0);
		expect(next.events).toContainEqual(expect.objectContaining({batchId: id, isAdopted: true}));
		expect(next.state.totals.done.batch).toBe(150);
	});

	test('fault 4: at `submitting` with two: the older is adopted, the other cancelled, and what it may cost is counted', async () => {
		const {first, fileId, sha256} = await killedSubmitting();
		const older = first.api.plant(fileId, metadata(sha256));
		(older as {createdAt: number}).createdAt -= 1000;
		const other = first.api.plant(fileId, metadata(sha256));
		const next = createBatchFixture({count: 150, after: first});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect([older.isCancelled, other.isCancelled]).toEqual([false, true]);
		expect(next.events).toContainEqual(
			expect.objectContaining({type: 'batch-submitted', batchId: older.id, doubles: [other.id]}),
		);
		expect(next.state.totals.maybeBilled.calls).toBe(150);
		expect(next.state.totals.done.batch).toBe(150);
	});

	test('at `submitting`, when its batch has ended meanwhile: nothing of it is missing', async () => {
		const first = await killed({count: 150, killAt: step => step === 'created'});
		let isLater = false;
		first.clock.after(200_000, () => {
			isLater = true;
		});
		await first.clock.runUntil(() => isLater);
		const next = createBatchFixture({count: 150, after: first});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect(next.api.count('create')).toBe(1);
		expectOnce(next, 150);
	});

	test('fault 1: at `cut` with its file at the API already: it is not uploaded again', async () => {
		const first = await killed({count: 150, killAfter: ({type}) => type === 'shard-cut'});
		const [shard] = first.state.batches.values();
		const name = `pb-r-1-${shard!.sha256.slice(0, 8)}.jsonl`;
		const content = first.files.contents.get(1)!;
		first.api.files.set('f', {id: 'f', name, bytes: content.length, createdAt: 0, content});
		const next = createBatchFixture({count: 150, after: first});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect(next.api.count('upload')).toBe(0);
		expectOnce(next, 150);
	});

	test('at `cut` with its file changed: its requests are cut again', async () => {
		const first = await killed({count: 150, killAfter: ({type}) => type === 'shard-cut'});
		first.files.contents.set(1, first.files.contents.get(1)!.replace('"m"', '"x"'));
		const next = createBatchFixture({count: 150, after: first});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect(next.events).toContainEqual(
			expect.objectContaining({type: 'shard-released', reason: 'file-lost'}),
		);
		expectOnce(next, 150);
	});

	test('at any fact or step: each shard is created once, each request has one result', async () => {
		const options = {count: 220, batch: {maxRequests: 80}};
		const whole = createBatchFixture(options);
		await finish(whole);
		const facts = whole.events.flatMap(({type}, at) =>
			at === 0 || (type === 'attempt-answered' && at % 45 !== 0) ? [] : [at + 1],
		);
		const kills = [
			...facts.map(fact => ({killAfter: (_: RunEvent, nth: number) => nth === fact})),
			...whole.steps.map((step, at) => {
				const which = whole.steps.slice(0, at + 1).filter(other => other === step).length;
				return {killAt: (other: string, nth: number) => other === step && nth === which};
			}),
		];
		for (const kill of kills) {
			const first = await killed({...options, ...kill});
			const where = `killed after ${first.record().at(-1)?.type}, ${first.steps.at(-1)}`;
			const next = createBatchFixture({...options, after: first});
			expect(await finish(next), where).toEqual({reason: 'done'});
			expectOnce(next, 220);
			expect(next.state.totals.cost.batch, where).toBe(whole.state.totals.cost.batch);
			expect(next.api.files.size, where).toBe(0);
			expect(next.files.contents.size, where).toBe(0);
		}
	});
});
