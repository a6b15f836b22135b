import {describe, expect, test} from 'vitest';
import {type BatchFixture, createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';
import {okLine} from './fake-batch-lines.ts';
import {apiFailure} from './fake-batch-transport.ts';

async function until(fixture: BatchFixture, isThere: () => boolean): Promise<void> {
	await fixture.clock.runUntil(isThere);
}

async function pass(fixture: BatchFixture, delayMs: number): Promise<void> {
	let isOver = false;
	fixture.clock.after(delayMs, () => {
		isOver = true;
	});
	await fixture.clock.runUntil(() => isOver);
}

function isDone({state}: BatchFixture): boolean {
	return state.totals.done.batch === state.count;
}

const unpushable = {maxBatches: 2};

describe('a person at the batch lane', () => {
	test('forces direct mode: no batch is created after it, what is remote is collected, the rest goes direct', async () => {
		const fixture = createBatchFixture({count: 500, batch: {maxRequests: 50}, remote: unpushable});
		await until(fixture, () => fixture.api.batches.size === 2 && fixture.state.batches.size > 3);
		fixture.engine.send({type: 'force-direct', isOn: true});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.api.batches.size).toBe(2);
		expect(fixture.state.totals.done).toEqual({direct: 400, batch: 100});
		expect(fixture.api.files.size + fixture.files.contents.size).toBe(0);
	});

	test('forces direct mode at any time: every request is answered once, whatever was under way', async () => {
		for (let delayMs = 0; delayMs < 12; delayMs++) {
			const fixture = createBatchFixture({count: 300, batch: {maxRequests: 40}, remote: unpushable});
			await pass(fixture, delayMs);
			const creates = fixture.api.count('create');
			fixture.engine.send({type: 'force-direct', isOn: true});
			expect(await finish(fixture)).toEqual({reason: 'done'});
			expect(fixture.api.count('create')).toBe(creates);
			const {direct, batch} = fixture.state.totals.done;
			expect(direct + batch).toBe(300);
			expect(batch).toBe([...fixture.api.batches.values()].reduce((sum, {lines}) => sum + lines.length, 0));
		}
	});

	test('forces direct mode while nobody knows whether a batch was made: it is looked for, never created', async () => {
		for (const done of [true, false]) {
			const fixture = createBatchFixture({
				count: 150,
				api: {
					fault: operation =>
						operation === 'create'
							? {failure: apiFailure('server', 502), maybeDone: true, done, afterMs: 500}
							: null,
				},
			});
			await until(fixture, () => fixture.api.count('create') === 1);
			fixture.engine.send({type: 'force-direct', isOn: true});
			expect(await finish(fixture)).toEqual({reason: 'done'});
			expect(fixture.api.count('create')).toBe(1);
			expect(fixture.state.totals.done).toEqual(done ? {direct: 0, batch: 150} : {direct: 150, batch: 0});
		}
	});

	test('resumes with mode direct: prepared shards are given back', async () => {
		const first = createBatchFixture({count: 150, remote: {maxBatches: 0}});
		await finish(first);
		const next = createBatchFixture({count: 150, after: first, settings: {mode: 'direct'}});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect(next.state.totals.done.direct).toBe(150);
		expect(next.files.contents.size).toBe(0);
	});

	test('pauses: nothing is cut or submitted, what is remote is polled and collected', async () => {
		const options = {count: 400, batch: {maxRequests: 50}, remote: unpushable, leaveWhenStuck: false};
		const fixture = createBatchFixture(options);
		await until(fixture, () => fixture.api.batches.size === 2);
		fixture.engine.send({type: 'pause', cause: 'person'});
		await pass(fixture, 600_000);
		expect(fixture.api.batches.size).toBe(2);
		expect(fixture.state.totals.done.batch).toBe(100);
		fixture.engine.send({type: 'resume'});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.done.batch).toBe(400);
	});

	test('asks for the end of all batches: they are cancelled, collected, and the rest is given back', async () => {
		const options = {count: 400, batch: {maxRequests: 50}, remote: unpushable, leaveWhenStuck: false};
		const fixture = createBatchFixture(options);
		await until(fixture, () => fixture.api.batches.size === 2 && fixture.state.batches.size > 3);
		fixture.engine.send({type: 'pause', cause: 'person'});
		fixture.engine.send({type: 'cancel-batches'});
		await until(fixture, () => fixture.state.batches.size === 0);
		expect([...fixture.api.batches.values()].map(({isCancelled}) => isCancelled)).toEqual([true, true]);
		expect(fixture.events.filter(({type}) => type === 'batch-cancelling')).toHaveLength(2);
		expect(fixture.state.totals.status.slice(0, 4)).toEqual([400, 0, 0, 0]);
		expect(fixture.api.files.size + fixture.files.contents.size).toBe(0);
	});

	test('drains: the session ends at once and the next one goes on with what is remote', async () => {
		const first = createBatchFixture({count: 150});
		await until(first, () => first.state.batches.get(1)?.step === 'submitted');
		const began = first.clock.now();
		first.engine.send({type: 'drain', patienceMs: null, cause: 'quit'});
		expect(await finish(first)).toEqual({reason: 'stopped', cause: 'quit'});
		expect(first.clock.now() - began).toBeLessThan(100);
		const next = createBatchFixture({count: 150, after: first});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect(next.api.count('create')).toBe(1);
	});

	test('leaves a run that is finished, and only has files at the API that will not go yet', async () => {
		const fault = (operation: string) =>
			operation === 'removeFile' ? {failure: apiFailure('server', 502)} : null;
		const fixture = createBatchFixture({
			count: 150,
			staysWhenDone: true,
			leaveWhenStuck: false,
			api: {fault},
		});
		await until(fixture, () => fixture.state.batches.get(1)?.trouble !== null && isDone(fixture));
		fixture.engine.send({type: 'drain', patienceMs: null, cause: 'quit'});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.batches.get(1)?.step).toBe('collected');
	});

	test('only processes: what is remote is collected, nothing is sent', async () => {
		const options = {count: 150, batch: {maxRequests: 50}, remote: unpushable};
		const first = createBatchFixture(options);
		await until(first, () => first.api.batches.size === 2);
		first.engine.send({type: 'drain', patienceMs: null, cause: 'quit'});
		await finish(first);
		const creates = first.api.count('create');
		const next = createBatchFixture({...options, after: first, onlyProcess: true});
		expect(await finish(next)).toMatchObject({reason: 'stuck', why: expect.stringMatching(/--only-process/)});
		expect(next.api.count('create')).toBe(creates);
		expect(next.state.totals.done.batch).toBe(100);
	});
});

describe('a paused run that only processes', () => {
	test('collects what is remote before it ends', async () => {
		const options = {count: 150, batch: {maxRequests: 50}, remote: unpushable};
		const first = createBatchFixture({...options, leaveWhenStuck: false});
		await until(first, () => first.api.batches.size === 2);
		first.engine.send({type: 'pause', cause: 'person'});
		first.engine.send({type: 'drain', patienceMs: null, cause: 'quit'});
		await finish(first);
		const next = createBatchFixture({...options, after: first, onlyProcess: true});
		next.engine.send({type: 'cancel-batches'});
		expect(await finish(next)).toMatchObject({reason: 'stuck'});
		expect(next.state.batches.size).toBe(0);
		expect(next.api.count('cancel')).toBe(2);
	});
});

describe('mode auto', () => {
	test('sends enough requests by batch, and a few direct', async () => {
		const many = createBatchFixture({count: 101, settings: {mode: 'auto'}});
		expect(await finish(many)).toEqual({reason: 'done'});
		expect(many.state.totals.done).toEqual({direct: 0, batch: 101});
		const few = createBatchFixture({count: 100, settings: {mode: 'auto'}});
		expect(await finish(few)).toEqual({reason: 'done'});
		expect(few.state.totals.done).toEqual({direct: 100, batch: 0});
		const both = createBatchFixture({count: 250, settings: {mode: 'auto'}, batch: {maxRequests: 200}});
		expect(await finish(both)).toEqual({reason: 'done'});
		expect(both.state.totals.done).toEqual({direct: 50, batch: 200});
	});
});

describe('a key that is refused', () => {
	test('holds the queue; a headless run ends with the reason, and the next session goes on', async () => {
		let isRevoked = true;
		const fixture = createBatchFixture({
			count: 150,
			api: {
				fault: operation => (isRevoked && operation === 'upload' ? {failure: apiFailure('auth', 401)} : null),
			},
		});
		expect(await finish(fixture)).toMatchObject({
			reason: 'stuck',
			why: expect.stringMatching(/openai\/m is held/),
		});
		expect(fixture.api.count('upload')).toBe(1);
		isRevoked = false;
		const next = createBatchFixture({count: 150, after: fixture});
		next.engine.send({type: 'resume'});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect(next.state.queues[0]?.access).toBe('open');
	});
});

describe('a disk that is full', () => {
	test('is asked again a few times, then a person is', async () => {
		const fixture = createBatchFixture({count: 150, leaveWhenStuck: false});
		fixture.files.refuse('ENOSPC');
		await pass(fixture, 3000);
		fixture.files.refuse(null);
		await until(fixture, () => fixture.api.batches.size === 1);
		const full = createBatchFixture({count: 150});
		full.files.refuse('ENOSPC');
		expect(await finish(full)).toMatchObject({reason: 'stuck', why: expect.stringMatching(/ENOSPC/)});
		expect(full.state.totals.status[0]).toBe(150);
	});

	test('while results come in: they are taken in once there is room', async () => {
		const fixture = createBatchFixture({
			count: 150,
			api: {end: lines => ({output: [...lines.map(line => okLine(line)), 'garbled']})},
		});
		await until(fixture, () => fixture.state.batches.get(1)?.step === 'submitted');
		fixture.files.refuse('ENOSPC');
		await pass(fixture, 120_000);
		expect(fixture.state.batches.get(1)?.trouble?.failure.message).toMatch(/ENOSPC/);
		fixture.files.refuse(null);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.files.aside.get(1)).toEqual(['garbled']);
	});
});

test.each([
	{operation: 'retrieve', waitsMs: 10_000},
	{operation: 'create', waitsMs: 60_000},
])(
	'an abort waits for a call that creates a batch and hangs, and for no other: $operation',
	async ({operation, waitsMs}) => {
		let left = 1;
		const fault = (called: string) =>
			called === operation && left-- === 1
				? {failure: apiFailure('timeout', null), maybeDone: true, done: true, afterMs: 60_000}
				: null;
		const fixture = createBatchFixture({count: 150, api: {fault}});
		await until(fixture, () => left === 0);
		const at = fixture.clock.now();
		fixture.engine.send({type: 'drain', cause: 'quit', patienceMs: 10_000});
		expect(await finish(fixture)).toEqual({reason: 'stopped', cause: 'quit'});
		expect(fixture.clock.now() - at).toBe(waitsMs);
		const next = createBatchFixture({count: 150, after: fixture});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect(next.api.batches.size).toBe(1);
		expect(next.state.totals.done.batch).toBe(150);
	},
);
