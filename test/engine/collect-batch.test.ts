import {expect, test} from 'vitest';
import {cleanUpBatch} from '../../source/engine/clean-up.ts';
import {collectBatch} from '../../source/engine/collect-batch.ts';
import {shardCut, submitted, updated} from '../domain/batch-fixture.ts';
import {created, sessionStarted, start, testPrice} from '../domain/run-fixture.ts';
import {
	type CollectFixture,
	type CollectFixtureOptions,
	createCollectFixture,
	ok,
	okLines,
} from './collect-fixture.ts';
import {errorLine} from './fake-batch-lines.ts';
import {apiFailure} from './fake-batch-transport.ts';

function failing(position: number, code: string, status = 0): string {
	return errorLine({custom_id: `1-${position}`}, code, status);
}

async function collect(options: CollectFixtureOptions): Promise<CollectFixture> {
	const fixture = createCollectFixture(options);
	await fixture.finish(collectBatch(fixture.batch(), fixture.lane, new AbortController().signal));
	return fixture;
}

function collected({events}: CollectFixture) {
	return events.find(event => event.type === 'batch-collected');
}

test('fault 25: unknown, repeated and broken lines are counted and kept aside, and the rest is stored', async () => {
	const odd = [
		ok(0, 2),
		ok(4),
		ok(1).replaceAll('1-1', '1-01'),
		ok(1).replaceAll('1-1', '<b>x'),
		'{"custom_id": "1-0", "resp',
		ok(0),
		ok(0).replace('"0"', '"other"'),
	];
	const {files, words, run, ...fixture} = await collect({output: [ok(0), ...odd, ok(3), ok(2), ok(1)]});
	expect(words()).toEqual(['done', 'done', 'done', 'done']);
	expect(run.state.totals.aside).toEqual({unknown: 4, duplicate: 2, garbled: 1, orphans: 0});
	expect(files.aside.get(1)).toEqual(odd);
	const first = run.events.find(event => event.type === 'attempt-answered');
	expect(first).toMatchObject({index: 0, lane: 'batch', batchId: 'batch_1', startedAt: start});
	expect(first?.raw).toContain('"0"');
	expect(fixture.steps).toEqual(['downloading', 'collected']);
});

test('fault 25: an id in both files has its answer, in whichever it is', async () => {
	const {words, run} = await collect({
		output: [ok(0), failing(1, 'server_error', 500)],
		errors: [failing(0, 'server_error', 500), ok(1), failing(2, 'bad', 400), failing(3, 'bad', 400)],
	});
	expect(words()).toEqual(['done', 'waiting', 'failed', 'failed']);
	expect(run.state.totals.aside.duplicate).toBe(2);
});

test('fault 26: three ids in neither file are missing: once queued again, then failed', async () => {
	const fixture = await collect({count: 6, output: okLines(6).slice(3)});
	expect(fixture.words()).toEqual(['queued', 'queued', 'queued', 'done', 'done', 'done']);
	expect(collected(fixture)).toMatchObject({outcomes: {done: 3, failed: 0, expired: 0, missing: 3}});
	const {run, api, lane} = fixture;
	run.take({type: 'batch-cleaned', at: start, shard: 1}, shardCut(2, [0, 1, 2]), ...submitted(2));
	run.take(updated(2, 'completed'));
	const content = `${ok(1, 2)}\n`;
	api.files.set('file-out-2', {id: 'file-out-2', name: '', bytes: 0, createdAt: 0, content});
	await fixture.finish(collectBatch(fixture.batch(2), lane, new AbortController().signal));
	expect(fixture.words()).toEqual(['failed', 'done', 'failed', 'done', 'done', 'done']);
	expect(run.state.totals.failed).toEqual(new Map([['missing', 2]]));
});

test('row 27: a server_error in the error file fails its request as any other attempt, and no other', async () => {
	const {words, run} = await collect({
		output: okLines(4).slice(1),
		errors: [failing(0, 'server_error', 500)],
		retry: {maxRetries: 0},
	});
	expect(words()).toEqual(['failed', 'done', 'done', 'done']);
	expect(run.state.totals.failed).toEqual(new Map([['server', 1]]));
});

test.each([
	{output: null, errors: null, status: 'completed', kind: 'missing'},
	{output: null, errors: null, status: 'cancelled', kind: 'expired'},
	{output: [], errors: [], status: 'completed', kind: 'missing'},
	{output: [], errors: null, status: 'expired', kind: 'expired'},
])('fault 27: $status without lines ($output, $errors): all is $kind', async ({kind, ...ends}) => {
	const fixture = await collect(ends);
	expect(fixture.words()).toEqual(['queued', 'queued', 'queued', 'queued']);
	expect(collected(fixture)).toMatchObject({outcomes: {done: 0, failed: 0, [kind]: 4}});
	expect(fixture.batch().step).toBe('collected');
});

test('fault 27: an empty id is no file', async () => {
	const history = [
		created(1),
		sessionStarted(),
		shardCut(1, [0]),
		...submitted(1),
		updated(1, 'completed', {errorFileId: ''}),
	];
	const {api, words} = await collect({history, output: okLines(1)});
	expect(words()).toEqual(['done']);
	expect(api.count('download')).toBe(1);
});

test.each(['expired', 'cancelled'])(
	'fault 28, row 22: of %s with 60 of 100 done 60 are stored and 40 queued',
	async status => {
		const errors = Array.from({length: 40}, (_, position) => failing(60 + position, `batch_${status}`));
		const output = okLines(60).map((_, position) => ok(position));
		for (const lines of [errors, errors.slice(0, 7), null]) {
			const {words, run, ...fixture} = await collect({count: 100, status, output, errors: lines});
			expect(words().filter(word => word === 'done')).toHaveLength(60);
			expect(words().filter(word => word === 'queued')).toHaveLength(40);
			expect(run.state.totals.failed.size).toBe(0);
			// 60 answers of 10 tokens in and 5 out, at batch rates.
			expect(run.state.totals.cost).toEqual({direct: 0n, batch: 60n * (10n * 1_250_000n + 5n * 5_000_000n)});
			expect(collected(fixture as CollectFixture)).toMatchObject({outcomes: {done: 60, expired: 40}});
			expect(run.state.guard.badPasses).toBe(0);
		}
	},
);

test.each(['expired', 'cancelled'])(
	'of %s with 6 of 10 completed and 4 shown, 2 may have run and count as maybe billed',
	async status => {
		const history = [
			created(10),
			sessionStarted([testPrice]),
			shardCut(1, [...new Array(10).keys()]),
			...submitted(1),
			updated(1, status, {counts: {total: 10, completed: 6, failed: 0}}),
		];
		const {words, run, ...fixture} = await collect({history, output: okLines(4)});
		expect(words().filter(word => word === 'queued')).toHaveLength(6);
		expect(collected(fixture as CollectFixture)).toMatchObject({
			outcomes: {done: 4, expired: 4, missing: 2},
		});
		expect(run.state.totals.maybeBilled.calls).toBe(2);
		expect(run.state.totals.maybeBilled.cost > 0n).toBe(true);
	},
);

test('cached tokens cost what they cost in a batch', async () => {
	const usage = {prompt_tokens: 100, completion_tokens: 10, prompt_tokens_details: {cached_tokens: 60}};
	const line = JSON.parse(ok(0)) as {response: {body: {usage: object}}};
	line.response.body.usage = usage;
	const {run} = await collect({count: 1, output: [JSON.stringify(line)]});
	expect(run.state.totals.cost.batch).toBe(40n * 1_250_000n + 60n * 625_000n + 10n * 5_000_000n);
	expect(run.state.queues[0]!.cost.batch).toBe(run.state.totals.cost.batch);
});

test('fault 31: a result file that is gone three times is lost, and what the other file holds is kept', async () => {
	const fixture = createCollectFixture({errors: [failing(0, 'bad', 400)]});
	fixture.api.files.delete('file-out-1');
	for (let go = 1; go <= 3; go++) {
		expect(fixture.batch()).toMatchObject({step: 'submitted'});
		await fixture.finish(collectBatch(fixture.batch(), fixture.lane, new AbortController().signal));
	}

	expect(fixture.batch()).toMatchObject({
		step: 'rejected',
		rejection: {failure: {kind: 'not_found', status: 404}},
	});
	expect(fixture.words()).toEqual(['failed', 'batched', 'batched', 'batched']);
});

test('a download that breaks is tried again and nothing is recorded twice', async () => {
	const fault = (_: string, nth: number) =>
		nth === 1 ? {failure: apiFailure('network', null), done: true} : null;
	const fixture = createCollectFixture({api: {fault}});
	await fixture.finish(collectBatch(fixture.batch(), fixture.lane, new AbortController().signal));
	expect(fixture.batch()).toMatchObject({step: 'submitted', trouble: {times: 1}, remaining: 0});
	await fixture.finish(collectBatch(fixture.batch(), fixture.lane, new AbortController().signal));
	expect(fixture.words()).toEqual(['done', 'done', 'done', 'done']);
	expect(fixture.run.state.totals.attempts).toBe(4);
	expect(collected(fixture)).toMatchObject({outcomes: {done: 4, failed: 0}});
});

test('a line that the key or the account forbids holds the queue once and fails no request', async () => {
	const fixture = createCollectFixture({output: null, errors: ['x']});
	const outcome = {
		kind: 'failed',
		failure: {kind: 'quota', status: 429, code: 'insufficient_quota', message: 'no money'},
		retryHintMs: null,
		requestId: null,
		maybeBilled: false,
		raw: null,
		headers: null,
	} as const;
	const transport = {
		...fixture.api,
		async download(...[, , , take]: Parameters<typeof fixture.api.download>) {
			await take([0, 1, 2, 3].map(position => ({text: '{}', customId: `1-${position}`, outcome})));
			return {ok: true, value: {lines: 4}} as const;
		},
	};
	await collectBatch(fixture.batch(), {...fixture.lane, transport}, new AbortController().signal);
	expect(fixture.words()).toEqual(['queued', 'queued', 'queued', 'queued']);
	expect(fixture.events.filter(({type}) => type === 'queue-held')).toHaveLength(1);
	expect(fixture.run.state.queues[0]).toMatchObject({access: 'held', failure: {kind: 'quota'}});
});

test('an answer for a request that left the spec is paid for and kept aside', async () => {
	const history = [
		created(4),
		sessionStarted(),
		shardCut(1, [0, 1, 2, 3]),
		...submitted(1),
		updated(1, 'completed'),
		{
			type: 'spec-changed',
			at: start,
			specDigest: 'other',
			epoch: 2,
			count: 3,
			queues: [{key: 'openai/gpt-4o-mini', provider: 'openai', model: 'gpt-4o-mini'}],
			kept: [[1, 2, 2]],
			failedKinds: {},
		},
		sessionStarted(undefined, {session: 2}),
	] as const;
	const {words, run, files} = await collect({history, output: okLines(4)});
	expect(words()).toEqual(['queued', 'done', 'done']);
	expect(run.state.totals.aside.orphans).toBe(2);
	expect(run.state.totals.cost.batch).toBe(4n * (10n * 1_250_000n + 5n * 5_000_000n));
	expect(files.aside.get(1)).toEqual([ok(0), ok(1)]);
});

test('a disk that cannot keep a line aside is asked again, and nothing is recorded twice', async () => {
	const fixture = createCollectFixture({output: ['garbled', ...okLines(4)]});
	let refuses = true;
	const lane = {
		...fixture.lane,
		files: {
			...fixture.files,
			keepAside(shard: number, lines: readonly string[], isFirst: boolean) {
				if (refuses) {
					throw Object.assign(new Error('full'), {code: 'ENOSPC'});
				}

				fixture.files.keepAside(shard, lines, isFirst);
			},
		},
	};
	const {signal} = new AbortController();
	const first = fixture.finish(collectBatch(fixture.batch(), lane, signal));
	await expect(first).rejects.toThrow('full');
	expect(fixture.batch()).toMatchObject({step: 'submitted'});
	refuses = false;
	await fixture.finish(collectBatch(fixture.batch(), lane, signal));
	expect(fixture.words()).toEqual(['done', 'done', 'done', 'done']);
	expect(fixture.files.aside.get(1)).toEqual(['garbled']);
	expect(fixture.run.state.totals.attempts).toBe(4);
});

test('a batch whose model left the spec is fetched, paid for at its price, and removed', async () => {
	const other = {key: 'openai/gpt-4o', provider: 'openai', model: 'gpt-4o'};
	const history = [
		created(4),
		sessionStarted(),
		shardCut(1, [0, 1, 2, 3]),
		...submitted(1),
		updated(1, 'completed'),
		{
			type: 'spec-changed',
			at: start,
			specDigest: 'other',
			epoch: 2,
			count: 2,
			queues: [other],
			kept: [],
			failedKinds: {},
		},
		sessionStarted([null], {session: 2}),
	] as const;
	const fixture = await collect({history});
	expect(fixture.run.state.totals.aside.orphans).toBe(4);
	expect(fixture.run.state.totals.cost.batch).toBe(4n * (10n * 1_250_000n + 5n * 5_000_000n));
	expect(fixture.words()).toEqual(['queued', 'queued']);
	await fixture.finish(cleanUpBatch(fixture.batch(), fixture.lane, new AbortController().signal));
	expect(fixture.run.state.batches.size).toBe(0);
	expect(fixture.api.files.size).toBe(0);
});
