import path from 'node:path';
import {expect, test} from 'vitest';
import {until} from '../cli/cli-process.ts';
import {ledgerSpec, price} from '../cli/ledger-run.ts';
import {type Answer, ledgerServer} from '../cli/ledger-server.ts';
import {folderWith, journalOf, jsonLines, resultsOf} from '../cli/run-folder.ts';
import {clockOff, settableClock} from './faked-clock.ts';
import {expectInvariants} from './invariants.ts';
import {acknowledgedIn} from './own-journal.ts';
import {faultKey, runAgainst, startAgainst} from './program.ts';
import {witnessOf} from './witness.ts';

const good: Answer = {input: 20, output: 5};
const params = 'params: {max_tokens: 20}';
const dayMs = 86_400_000;

/** Every attempt takes its time forwards, and what is on record is in order. */
function expectTimesInOrder(folder: string): void {
	for (const {latency_ms: latencyMs, sent_at: sentAt, finished_at: finishedAt, id} of resultsOf(folder)) {
		expect(latencyMs, `latency of ${id}`).toBeGreaterThanOrEqual(0);
		expect(Date.parse(finishedAt), id).toBeGreaterThanOrEqual(Date.parse(sentAt));
	}

	for (const event of journalOf(folder)) {
		if (event.type === 'attempt-failed' && event.retryAt !== null) {
			expect(event.retryAt).toBeGreaterThanOrEqual(event.at);
		}
	}
}

test('a day back between two sessions: what waited goes on waiting as long as it had left, not a day', async () => {
	const limited = {
		status: 429,
		error: {message: 'slow down', type: 'requests', code: 'rate_limit_exceeded'},
		headers: {'retry-after': '2'},
	};
	const server = await ledgerServer({answer: (_, __, time) => (time === 1 ? limited : good)});
	const folder = folderWith({
		'spec.yaml': ledgerSpec(6, `mode: direct\n${params}\nrate: {adaptive: false}`),
	});
	const witness = await witnessOf(server.url);
	const tomorrow = startAgainst(witness.url, folder, [], clockOff('+1d'));
	await until(() => server.calls() === 6, 'six refusals');
	await tomorrow.says('retry-scheduled');
	await new Promise(resolve => setTimeout(resolve, 100));
	tomorrow.kill('SIGKILL');
	const killed = await tomorrow.ended;
	const before = acknowledgedIn(folder);
	const refused = journalOf(folder).filter(({type}) => type === 'attempt-failed');
	expect(refused[0]!.at - Date.now(), 'the clock was faked').toBeGreaterThan(dayMs / 2);

	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(0);
	expect(resultsOf(folder)).toHaveLength(6);
	// Not sooner than the server asked either.
	expect(server.calls()).toBe(12);
	expectTimesInOrder(folder);
	await expectInvariants({
		folder,
		requests: 6,
		ends: [killed, end],
		keys: [faultKey],
		before,
		witness,
		price,
	});
}, 60_000);

test('a day back in the middle of a session: nothing waits for it, and nothing goes out of order', async () => {
	const server = await ledgerServer({
		answer: (_, __, time) =>
			time === 1 ? {status: 500, error: {message: 'once more', type: 'server_error', code: null}} : good,
		latencyMs: 100,
	});
	const folder = folderWith({
		'spec.yaml': ledgerSpec(12, `mode: direct\n${params}\nrate: {concurrency: 4}\nretry: {initial_s: 0.2}`),
	});
	const clock = settableClock(path.join(folder, 'clock'));
	const witness = await witnessOf(server.url);
	const run = startAgainst(witness.url, folder, [], clock.env);
	await until(() => server.calls() > 6, 'calls before');
	clock.set('-1d');
	const end = await run.ended;
	expect(end.code, end.stderr).toBe(0);
	expectTimesInOrder(folder);
	const times = journalOf(folder).map(({at}) => at);
	expect(times).toEqual(times.toSorted((one, other) => one - other));
	await expectInvariants({folder, requests: 12, ends: [end], keys: [faultKey], witness, price});
}, 60_000);

test.each([
	['two days ahead', '+2d'],
	['a day behind', '-1d'],
])(
	'a clock %s, and another time zone: the time that a batch has is told by the server’s clock',
	async (_, offset) => {
		const server = await ledgerServer({answer: () => good, batchMs: 500});
		const folder = folderWith({
			'spec.yaml': ledgerSpec(8, `mode: batch\n${params}\nbatch: {poll_s: 0.1}`),
		});
		const witness = await witnessOf(server.url);
		const env = {...clockOff(offset), TZ: 'Pacific/Kiritimati'};
		const end = await runAgainst(witness.url, folder, [], env);
		expect(end.code, end.stderr).toBe(0);
		expect(end.stdout + end.stderr).not.toContain('overdue');
		const submitted = journalOf(folder).find(event => event.type === 'batch-submitted')!;
		expect(Math.abs(submitted.expiresAt! - submitted.at - dayMs)).toBeLessThan(60_000);
		const updates = jsonLines(end.stdout).filter(({event}) => event === 'batch-updated');
		expect(updates.length, 'no news without news').toBeLessThan(6);
		expectTimesInOrder(folder);
		await expectInvariants({folder, requests: 8, ends: [end], keys: [faultKey], witness, shards: 1, price});
	},
	60_000,
);
