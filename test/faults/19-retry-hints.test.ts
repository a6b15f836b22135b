import {expect, test} from 'vitest';
import {folderWith, journalOf, reportOf, resultsOf, specOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {faultKey, runAgainst, startAgainst} from './program.ts';
import {full} from './strength.ts';
import {type Witness, witnessOf} from './witness.ts';
import type {Act} from './witness-act.ts';

type Headers = {readonly [name: string]: string};

/** Refuses the first call with these headers, and no other. */
async function refusingOnce(headers: () => Headers): Promise<Witness> {
	const simulator = await simulated();
	return witnessOf(simulator.url, ({kind, nthOfKind}) =>
		kind === 'direct' && nthOfKind === 1 ? refusal(headers()) : undefined,
	);
}

function refusal(headers: Headers): Act {
	return {
		act: 'answer',
		status: 429,
		headers: {'content-type': 'application/json', ...headers},
		body: {error: {message: 'slow down', type: 'requests', code: 'rate_limit_exceeded'}},
	};
}

function gapIn(witness: Witness): number {
	const [first, second] = witness.of('direct');
	return second!.startedAtMs - first!.startedAtMs;
}

function refusalsIn(folder: string) {
	return journalOf(folder)
		.filter(event => event.type === 'attempt-failed')
		.map(refused => ({...refused, waitMs: refused.retryAt! - refused.at}));
}

const hourMs = 3_600_000;

/** An HTTP-date has seconds. */
const httpDate = (at: number) => new Date(at).toUTCString();

/** What the server says, and how long that is. */
const hints: readonly (readonly [string, () => Headers, number])[] = [
	['seconds', () => ({'retry-after': '1'}), 1000],
	['milliseconds, the finer word', () => ({'retry-after-ms': '250', 'retry-after': '3'}), 250],
	[
		'a date, by a clock that is three hours ahead',
		() => {
			const now = Date.now() + 3 * hourMs;
			return {date: httpDate(now), 'retry-after': httpDate(now + 1000)};
		},
		1000,
	],
];

test('seconds, milliseconds or a date: tried again not before, and not much later', async () => {
	await Promise.all(
		hints.map(async ([what, headers, waitMs]) => {
			const witness = await refusingOnce(headers);
			const folder = folderWith({'spec.yaml': specOf(1)});
			const end = await runAgainst(witness.url, folder);
			expect(end.code, end.stderr).toBe(0);
			expect(witness.of('direct'), what).toHaveLength(2);
			expect(gapIn(witness), what).toBeGreaterThanOrEqual(waitMs);
			const [refused] = refusalsIn(folder);
			expect(refused).toMatchObject({
				sequel: 'wait',
				hinted: true,
				failure: {kind: 'rate_limit', status: 429},
			});
			expect(refused!.waitMs, what).toBeLessThanOrEqual(waitMs * 1.2);
			expect(reportOf(end.stdout)).toMatchObject({
				attempts: 2,
				retries: 1,
				maybe_billed: {calls: 0, usd: 0},
			});
			await expectInvariants({folder, requests: 1, ends: [end], keys: [faultKey], witness});
		}),
	);
});

const garbage: readonly Headers[] = [
	{'retry-after': 'soon'},
	{'retry-after': '-5'},
	{'retry-after-ms': 'NaN', 'retry-after': 'Infinity'},
	{'retry-after': 'Fri, 99 Foo 2026 25:61:61 GMT'},
	{'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT'},
	{'retry-after': '0'},
];

test('garbage in their place, or a time that is past: its own backoff', async () => {
	const simulator = await simulated();
	const seen = new Set<string>();
	const witness = await witnessOf(simulator.url, ({body}) => {
		const [, number] = /Say (\d+)/.exec(body.toString())!;
		if (seen.has(number!)) {
			return undefined;
		}

		seen.add(number!);
		return refusal(garbage[Number(number)]!);
	});
	const folder = folderWith({
		'spec.yaml': specOf(garbage.length, 'rate: {adaptive: false}\nretry: {initial_s: 0.2, max_s: 0.4}'),
	});
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(0);
	expect(witness.of('direct')).toHaveLength(garbage.length * 2);
	for (const {hinted, waitMs} of refusalsIn(folder)) {
		expect(hinted).toBe(false);
		expect(waitMs).toBeGreaterThanOrEqual(0);
		expect(waitMs).toBeLessThanOrEqual(201);
	}

	await expectInvariants({folder, requests: garbage.length, ends: [end], keys: [faultKey], witness});
});

test(
	'retry-after: 120 is waited for: the whole queue keeps still, and a session that ends meanwhile forgets nothing',
	async () => {
		const witness = await refusingOnce(() => ({'retry-after': '120'}));
		const folder = folderWith({
			'spec.yaml': specOf(
				5,
				'rate: {concurrency: 1, adaptive: false}\nretry: {initial_s: 0.01, max_s: 0.02}',
			),
		});
		const first = startAgainst(witness.url, folder);
		await first.says('retry-scheduled');
		// Longer than the SDK, which thinks that it knows better, would wait.
		await new Promise(resolve => setTimeout(resolve, full ? 70_000 : 1200));
		expect(witness.calls).toHaveLength(1);
		first.kill('SIGINT');
		const stopped = await first.ended;
		expect(stopped.code, stopped.stderr).toBe(130);
		await expectInvariants({folder, requests: 5, ends: [stopped], keys: [faultKey], witness});
		expect(refusalsIn(folder)[0]!.waitMs).toBeGreaterThanOrEqual(120_000);
		expect(refusalsIn(folder)[0]!.waitMs).toBeLessThanOrEqual(120_000 * 1.2);
		const second = startAgainst(witness.url, folder);
		if (full) {
			expect((await second.ended).code).toBe(0);
			expect(gapIn(witness)).toBeGreaterThanOrEqual(120_000);
			expect(resultsOf(folder)).toHaveLength(5);
		} else {
			await second.says('run-started');
			await new Promise(resolve => setTimeout(resolve, 500));
			expect(witness.calls).toHaveLength(1);
		}
	},
	full ? 300_000 : 30_000,
);
