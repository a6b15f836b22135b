import {expect, test} from 'vitest';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {startCli} from './cli-process.ts';
import {ledgerEnv, ledgerSpec, mostCommitted, price, runAgainst, watchBooks} from './ledger-run.ts';
import {type Answer, type Billed, type Body, ledgerServer, sumOf} from './ledger-server.ts';
import {folderWith, reportOf, resultsOf} from './run-folder.ts';

const requests = 120;
/** Above what any of the prompts is counted as. */
const mostInput = 40;
const allowed = 50;
const worst = {
	tokens: mostInput + allowed,
	costPico: BigInt(mostInput) * price.direct.input + BigInt(allowed) * price.direct.output,
};

/** Uses all it may; one in ten answers is billed and lost, one in ten calls fails, at first. */
function wasteful(seed: number) {
	return (body: Body, _: Billed['lane'], time: number): Answer => {
		const number = Number(/Number (\d+)/.exec(body.messages[0]!.content)![1]);
		const chance = seededRandom(seed + number * 10 + time)();
		const usage = {input: 24, cached: 0, output: body.max_tokens};
		if (chance < 0.1 && time === 1) {
			return {cut: usage};
		}

		return chance < 0.2 && time < 3
			? {status: 500, error: {message: 'try again', type: 'server_error', code: null}}
			: usage;
	};
}

test.each(['direct', 'batch', 'auto'])(
	'mode %s: random kills do not lead past a ceiling, with what may have been billed counted; raised, it completes',
	async mode => {
		const seed = testSeed(`ceiling, kills, ${mode}`);
		const random = seededRandom(seed);
		const server = await ledgerServer({answer: wasteful(seed), latencyMs: 25, batchMs: 250});
		const books = watchBooks(server);
		// Kills leave small batches, and two of them that fail by chance are what a guard is for.
		const rest =
			'batch: {min_requests: 25, max_requests: 25, poll_s: 0.1}\nrate: {concurrency: 5}\nretry: {initial_s: 0.02, max_s: 0.1, max_retries: 5}\nguard: {max_pass_failures: 1000}';
		const folder = folderWith({
			'spec.yaml': ledgerSpec(requests, `params: {max_tokens: ${allowed}}\nmode: ${mode}\n${rest}`),
		});
		const ceiling = worst.costPico * 45n;
		const args = ['--max-cost', String(Number(ceiling) / 1e12)];
		let kills = 0;
		for (; kills < 8; kills++) {
			const child = startCli(['spec.yaml', '--base-url', server.url, '--display', 'json', ...args], {
				cwd: folder,
				env: ledgerEnv,
			});
			await new Promise(resolve => setTimeout(resolve, 200 + random() * 400));
			child.kill('SIGKILL');
			if ((await child.ended).signal !== 'SIGKILL') {
				break;
			}
		}

		const stopped = await runAgainst(server, folder, args);
		expect(stopped.code, stopped.stderr).toBe(3);
		const most = mostCommitted(folder, worst);
		expect(books.most() <= ceiling, `${books.most()} of ${ceiling} at the server`).toBe(true);
		const {cost_usd: cost, maybe_billed: maybe} = reportOf(stopped.stdout);
		const known = BigInt(Math.round(((cost ?? 0) + maybe.usd) * 1e12));
		expect(known <= ceiling).toBe(true);
		// What was billed is on record, or counted as maybe billed.
		expect(sumOf(server.billed, price) <= known).toBe(true);
		const {code, stderr} = await runAgainst(server, folder, ['--max-cost', '1']);
		expect(code, stderr).toBe(0);
		expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(requests).keys()]);
		console.log(
			`${mode}: ${kills} kills, ${most.facts} facts, ${books.most()} picodollars at the server in the end`,
		);
	},
	60_000,
);
