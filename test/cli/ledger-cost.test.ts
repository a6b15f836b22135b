import {expect, test} from 'vitest';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {startCli} from './cli-process.ts';
import {ledgerEnv, ledgerSpec, price, runAgainst} from './ledger-run.ts';
import {
	type Answer,
	type Billed,
	type Body,
	type LedgerPrice,
	type LedgerServer,
	ledgerServer,
	sumOf,
} from './ledger-server.ts';
import {failuresOf, folderWith, journalOf, reportOf, resultsOf} from './run-folder.ts';

const requests = 60;
const rows = 2 * requests;
/** Two models by their fields: one call gives one answer, the other two. */
const params = 'params: [{max_tokens: 40}, {max_tokens: 30, n: 2}]\non_truncated: retry';
const quick =
	'mode: auto\nbatch: {min_requests: 25, max_requests: 25, poll_s: 0.1}\nrate: {concurrency: 6}\nretry: {initial_s: 0.02, max_s: 0.1}';
const spec = ledgerSpec(requests, `${params}\n${quick}`);

/** Good and bad answers, as chance has it: by prompt, fields and time, so that a kill changes none of them. */
function chequered(seed: number) {
	return (body: Body, lane: Billed['lane'], time: number): Answer => {
		const n = body.n ?? 1;
		const number = Number(/Number (\d+)/.exec(body.messages[0]!.content)![1]);
		const random = seededRandom(seed + number * 1000 + n * 100 + time * 10 + (lane === 'batch' ? 1 : 0));
		const input = 20 + Math.floor(random() * 30);
		const usage = {input, cached: Math.floor(random() * input), output: Math.ceil(random() * 30 * n)};
		const chance = random();
		if (chance < 0.06) {
			return {status: 500, error: {message: 'try again', type: 'server_error', code: null}};
		}

		if (chance < 0.1) {
			return {status: 400, error: {message: 'no', type: 'invalid_request_error', code: null}};
		}

		if (chance < 0.18 && time === 1) {
			return {cut: usage};
		}

		const finish = chance < 0.24 ? 'length' : chance < 0.28 ? 'content_filter' : 'stop';
		return {...usage, finish};
	};
}

test('the cost of a mixed run is the sum of what the server billed, to the last picodollar', async () => {
	const server = await ledgerServer({answer: chequered(testSeed('ledger')), batchMs: 300});
	const folder = folderWith({'spec.yaml': spec});
	const {code, stdout, stderr} = await runAgainst(server, folder);
	expect(code, stderr).toBe(1);
	expectBooksAgree(server, folder, stdout);
	const {mode, maybe_billed: maybe} = reportOf(stdout);
	expect(mode.direct).toBeGreaterThan(0);
	expect(mode.batch).toBeGreaterThan(0);
	expect(maybe.calls).toBeGreaterThan(0);
	expect(
		sumOf(
			server.billed.filter(({cached}) => cached > 0),
			price,
		),
	).toBeGreaterThan(0n);
}, 60_000);

test('after 5 random kills too', async () => {
	const seed = testSeed('ledger, kills');
	const random = seededRandom(seed);
	const server = await ledgerServer({answer: chequered(seed), batchMs: 700, latencyMs: 60});
	const folder = folderWith({'spec.yaml': spec});
	let kills = 0;
	while (kills < 5) {
		const child = startCli(['spec.yaml', '--base-url', server.url, '--display', 'json'], {
			cwd: folder,
			env: ledgerEnv,
		});
		await new Promise(resolve => setTimeout(resolve, 250 + random() * 350));
		child.kill('SIGKILL');
		kills++;
		if ((await child.ended).signal !== 'SIGKILL') {
			break;
		}
	}

	const {code, stdout, stderr} = await runAgainst(server, folder);
	expect(code, stderr).toBe(1);
	expectBooksAgree(server, folder, stdout);
	console.log(
		`ledger: ${kills} kills, ${server.billed.length} billed, ${sumOf(server.billed, price)} picodollars at the server`,
	);
}, 60_000);

test('a long prompt costs its tier, in either lane, and the sum is not held against the tier', async () => {
	const server = await ledgerServer({
		answer: ({messages: [message]}) => ({
			input: /[13579] is/.test(message!.content) ? 272_001 : 272_000,
			cached: 100_003,
			output: 7,
		}),
	});
	const lunaSpec = (mode: string) =>
		`model: gpt-6-luna\nprompts: Number {{n}} is it\nparams: {max_completion_tokens: 7}\nmode: ${mode}\nbatch: {poll_s: 0.1}\nargs: [{n: 1}, {n: 2}, {n: 3}, {n: 4}]\n`;
	// 0.1, 0.01 and 0.5 USD per million tokens; above 272,000 tokens 0.2, 0.02 and 0.75; half of it in a batch.
	const short = luna([100_000n, 10_000n, 500_000n]);
	const long = luna([200_000n, 20_000n, 750_000n]);
	for (const mode of ['direct', 'batch'] as const) {
		const folder = folderWith({'spec.yaml': lunaSpec(mode)});
		const {code, stdout, stderr} = await runAgainst(server, folder);
		expect(code, stderr).toBe(0);
		const billed = server.billed.filter(({lane}) => lane === mode);
		const expected =
			sumOf(
				billed.filter(({input}) => input <= 272_000),
				short,
			) +
			sumOf(
				billed.filter(({input}) => input > 272_000),
				long,
			);
		expect(billed).toHaveLength(4);
		expect(reportOf(stdout).cost_usd).toBe(Number(expected) / 1e12);
	}
}, 60_000);

function luna([input, cached, output]: readonly [bigint, bigint, bigint]): LedgerPrice {
	return {
		direct: {input, cached, output},
		batch: {input: input / 2n, cached: cached / 2n, output: output / 2n},
	};
}

/** What is on record is what was billed for it; what was billed and never came is no more than may have been billed. */
function expectBooksAgree(server: LedgerServer, folder: string, stdout: string): void {
	const onRecord = new Set<string>();
	let [spent, tokens] = [0n, 0];
	let maybe = {calls: 0, pico: 0n};
	for (const event of journalOf(folder)) {
		if (
			event.type === 'attempt-answered' ||
			event.type === 'attempt-failed' ||
			event.type === 'duplicate-answered'
		) {
			spent += BigInt(event.costPico ?? 0);
			tokens += event.usage ? event.usage.input + event.usage.output : 0;
			const id = /"id":"(chatcmpl-\d+)"/.exec(event.raw ?? '')?.[1];
			if (id !== undefined && event.costPico !== null) {
				expect(onRecord.has(id), `${id} twice`).toBe(false);
				onRecord.add(id);
			}
		}

		if (event.type === 'attempt-failed' && event.maybeBilled) {
			maybe = {calls: maybe.calls + 1, pico: maybe.pico + BigInt(event.maybeBilledPico)};
		}
	}

	const known = server.billed.filter(({id}) => onRecord.has(id));
	const lost = server.billed.filter(({id}) => !onRecord.has(id));
	expect(spent).toBe(sumOf(known, price));
	expect(tokens).toBe(known.reduce((sum, {input, output}) => sum + input + output, 0));
	const report = reportOf(stdout);
	expect(report.cost_usd).toBe(Number(spent) / 1e12);
	expect(report.tokens).toEqual({
		input: known.reduce((sum, {input}) => sum + input, 0),
		cached: known.reduce((sum, {cached}) => sum + cached, 0),
		output: known.reduce((sum, {output}) => sum + output, 0),
	});
	expect(report.maybe_billed.calls).toBeGreaterThanOrEqual(lost.length);
	expect(report.maybe_billed.calls).toBeGreaterThanOrEqual(maybe.calls);
	expect(BigInt(Math.round(report.maybe_billed.usd * 1e12)) >= sumOf(lost, price)).toBe(true);

	const done = new Set(resultsOf(folder).map(({index}) => index));
	expect(done.size + failuresOf(folder).length).toBe(rows);
	const perRow = resultsOf(folder).reduce(
		(sum, row) => sum + BigInt(Math.round((row.cost_usd ?? 0) * 1e12)),
		0n,
	);
	const answered = journalOf(folder).reduce(
		(sum, event) => (event.type === 'attempt-answered' ? sum + BigInt(event.costPico ?? 0) : sum),
		0n,
	);
	expect(perRow).toBe(answered);
}
