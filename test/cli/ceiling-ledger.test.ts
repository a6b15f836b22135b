import {describe, expect, test} from 'vitest';
import {loadBodyCounter} from '../../source/api/token-count.ts';
import type {JsonObject} from '../../source/domain/request.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {ledgerSpec, mostCommitted, price, runAgainst, watchBooks} from './ledger-run.ts';
import {type Answer, type Body, type LedgerServer, ledgerServer, sumOf} from './ledger-server.ts';
import {folderWith, journalOf, jsonLines, reportOf, resultsOf} from './run-folder.ts';

const {count} = await loadBodyCounter('gpt-4o-mini');
const requests = 90;
const allowed = 100;
const params = `params: {max_tokens: ${allowed}}\ncompletion_ratio: 0.5`;
const quick = 'batch: {min_requests: 20, max_requests: 20, poll_s: 0.1}\nrate: {concurrency: 7}';

/** The whole allowance, where half of it was predicted. */
const twice = (body: Body): Answer => ({input: countOf(body), output: allowed});
/** And more input than was counted. */
const more = (body: Body): Answer => ({input: Math.floor(countOf(body) * 1.05), output: allowed});

/** Every prompt has as many tokens as the dearest, or one less. */
const dearest = Math.ceil(
	countOf({model: 'gpt-4o-mini', messages: [{content: promptOf(89)}], max_tokens: 1}) * 1.05,
);
const worst = {
	tokens: dearest + allowed,
	costPico: BigInt(dearest) * price.direct.input + BigInt(allowed) * price.direct.output,
};

const ways = [
	['direct', 'mode: direct', '[gpt-4o-mini]'],
	['batch', 'mode: batch', '[gpt-4o-mini]'],
	// Leftovers of batches go direct while the batches are out.
	['mixed', 'mode: auto', '[gpt-4o-mini]'],
] as const;

describe.each(ways)('%s', (lane, mode, models) => {
	const spec = (rest = '') => ledgerSpec(requests, `${mode}\n${params}\n${quick}\n${rest}`, models);

	test.each([
		['twice the predicted output', twice],
		['and up to 5 % more input than counted', more],
	])(
		'fault 32: %s: no cent above the ceiling, at any fact; raised, it completes',
		async (_, answer) => {
			const random = seededRandom(testSeed(`ceiling, ${lane}`));
			const server = await ledgerServer({answer, latencyMs: 2});
			const books = watchBooks(server);
			const folder = folderWith({'spec.yaml': spec()});
			const full = BigInt(requests) * worst.costPico;
			let from = 0;
			for (const part of [0.1 + 0.15 * random(), 0.3 + 0.1 * random()]) {
				const ceiling = (full * BigInt(Math.round(part * 10_000))) / (lane === 'direct' ? 10_000n : 20_000n);
				const usd = String(Number(ceiling) / 1e12);
				const stopped = await runAgainst(server, folder, ['--max-cost', usd]);
				expect(stopped.code, stopped.stderr).toBe(3);
				expect(stopped.stderr).toContain('task.cost');
				expect(jsonLines(stopped.stdout).map(({event}) => event)).toContain('limit-reached');
				const most = mostCommitted(folder, worst, from);
				from = most.facts;
				expect(most.costPico <= ceiling, `${most.costPico} of ${ceiling}`).toBe(true);
				expect(books.most() <= ceiling, `${books.most()} of ${ceiling}`).toBe(true);
				const spent = sumOf(server.billed, price);
				expect(Math.round((reportOf(stopped.stdout).cost_usd ?? 0) * 1e12)).toBe(Number(spent));
				expect(ceiling - spent < worst.costPico, 'it was used').toBe(true);
			}

			const {code, stderr, stdout} = await runAgainst(server, folder, ['--max-cost', '1']);
			expect(code, stderr).toBe(0);
			expectDone(folder, server, stdout);
		},
		60_000,
	);

	test('no usage told: it is estimated, and the estimate does not pass the ceiling either', async () => {
		const server = await ledgerServer({answer: body => ({...more(body), silent: true}), latencyMs: 2});
		const folder = folderWith({'spec.yaml': spec()});
		const ceiling = worst.costPico * 12n;
		const stopped = await runAgainst(server, folder, ['--max-cost', String(Number(ceiling) / 1e12)]);
		expect(stopped.code, stopped.stderr).toBe(3);
		const {costPico} = mostCommitted(folder, worst);
		expect(costPico <= ceiling, `${costPico} of ${ceiling}`).toBe(true);
		expect((await runAgainst(server, folder, ['--max-cost', '1'])).code).toBe(0);
		expect(resultsOf(folder)).toHaveLength(requests);
	}, 60_000);

	test('sessions: each spends no more than its ceiling, and they come to an end', async () => {
		const server = await ledgerServer({answer: more, latencyMs: 2});
		const folder = folderWith({'spec.yaml': spec()});
		const ceiling = worst.costPico * 16n;
		let [before, sessions, code] = [0n, 0, 3];
		for (; code === 3; sessions++) {
			const end = await runAgainst(server, folder, ['--max-session-cost', String(Number(ceiling) / 1e12)]);
			expect([0, 3], end.stderr).toContain(end.code);
			code = end.code!;
			const after = sumOf(server.billed, price);
			expect(after - before <= ceiling, `${after - before} of ${ceiling}`).toBe(true);
			before = after;
			if (code === 3) {
				expect(end.stderr).toContain('session.cost');
			} else {
				expectDone(folder, server, end.stdout);
			}
		}

		expect(sessions).toBeGreaterThan(2);
	}, 60_000);

	test('limits.task.requests is exact, retries included; so is ktokens', async () => {
		// The first try of every third call fails.
		const answer = (body: Body, _: unknown, time: number): Answer =>
			time === 1 && /Number \d*[147] /.test(body.messages[0]!.content)
				? {status: 500, error: {message: 'try again', type: 'server_error', code: null}}
				: more(body);
		const server = await ledgerServer({answer, latencyMs: 2});
		const retry = 'retry: {initial_s: 0.01, max_s: 0.02}';
		const folder = folderWith({'spec.yaml': spec(`${retry}\nlimits: {task: {requests: 37}}`)});
		const stopped = await runAgainst(server, folder);
		expect(stopped.code, stopped.stderr).toBe(3);
		expect(stopped.stderr).toContain('task.requests');
		expect(server.seen).toHaveLength(37);
		expect(mostCommitted(folder, worst).requests).toBe(37);
		const tokens = 8500;
		const set = ['--set', 'limits.task.requests=null', '--set', `limits.task.ktokens=${tokens / 1000}`];
		const again = await runAgainst(server, folder, set);
		expect(again.code, again.stderr).toBe(3);
		expect(again.stderr).toContain('task.ktokens');
		const used = server.billed.reduce((sum, {input, output}) => sum + input + output, 0);
		expect(used).toBeLessThanOrEqual(tokens);
		expect(used).toBeGreaterThan(tokens - worst.tokens);
		expect(mostCommitted(folder, worst).tokens).toBeLessThanOrEqual(tokens);
		const {code, stdout, stderr} = await runAgainst(server, folder, ['--set', 'limits.task.requests=null']);
		expect(code, stderr).toBe(0);
		expectDone(folder, server, stdout);
	}, 60_000);
});

function countOf(body: Body): number {
	return count({
		...body,
		messages: body.messages.map(message => ({role: 'user', ...message})),
	} as unknown as JsonObject);
}

function promptOf(index: number): string {
	return /prompts: (.*)/.exec(ledgerSpec(1, ''))![1]!.replace('{{n}}', String(index));
}

/** One result each, as often billed as answered, and the report says what the server's books say. */
function expectDone(folder: string, server: LedgerServer, stdout: string): void {
	expect(resultsOf(folder).map(({index, text}) => [index, text])).toEqual(
		Array.from({length: requests}, (_, index) => [index, `to: ${promptOf(index)}`]),
	);
	expect(server.billed).toHaveLength(requests);
	const spent = journalOf(folder).reduce(
		(sum, event) => (event.type === 'attempt-answered' ? sum + BigInt(event.costPico ?? 0) : sum),
		0n,
	);
	expect(spent).toBe(sumOf(server.billed, price));
	const {cost_usd: cost, mode} = reportOf(stdout);
	expect(cost).toBe(Number(spent) / 1e12);
	expect(mode.direct + mode.batch).toBe(requests);
}
