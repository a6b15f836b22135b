import {type Demand, heldByBatches} from '../../source/domain/ceiling.ts';
import {createState} from '../../source/domain/create-state.ts';
import {reduce} from '../../source/domain/reduce.ts';
import {type CliEnd, runCli} from './cli-process.ts';
import {type LedgerPrice, type LedgerServer, sumOf} from './ledger-server.ts';
import {journalOf} from './run-folder.ts';

export const ledgerEnv = {OPENAI_API_KEY: 'sk-test-ledger'};

/** `price` as a spec writes it. */
const ledgerPrices =
	'prices: {input: 2.5, cached_input: 1.25, output: 10, batch_input: 1.25, batch_output: 5}';

/** USD per million tokens are picodollars per token, times a million. A batch reads its cache at half price. */
export const price: LedgerPrice = {
	direct: {input: 2_500_000n, cached: 1_250_000n, output: 10_000_000n},
	batch: {input: 1_250_000n, cached: 625_000n, output: 5_000_000n},
};

const filler = 'one of many words that make the prompt long enough for five percent to be a token or two';

export function ledgerSpec(requests: number, rest: string, models = '[gpt-4o-mini]'): string {
	const args = Array.from({length: requests}, (_, index) => `  - {n: "${index}"}`).join('\n');
	return `model: ${models}\nprompts: Number {{n}} is ${filler}, and so on it goes\n${ledgerPrices}\n${rest}\nargs:\n${args}\n`;
}

export async function runAgainst(
	server: LedgerServer,
	folder: string,
	args: readonly string[] = [],
	env: NodeJS.ProcessEnv = {},
): Promise<CliEnd> {
	return runCli(['spec.yaml', '--base-url', server.url, '--display', 'json', ...args], {
		cwd: folder,
		env: {...ledgerEnv, ...env},
	});
}

/** What was used up, may have been billed, or was held at most: after each fact of the journal, from one on. */
export function mostCommitted(
	folder: string,
	worst: {readonly tokens: number; readonly costPico: bigint},
	from = 0,
): Demand & {readonly facts: number; readonly bothLanes: boolean} {
	const state = createState();
	let [requests, tokens, costPico, bothLanes] = [0, 0, 0n, false];
	const journal = journalOf(folder);
	for (const [position, event] of journal.entries()) {
		reduce(state, event, position);
		if (position < from) {
			continue;
		}

		const {totals} = state;
		const held = heldByBatches(state);
		const out = state.inFlight.size;
		bothLanes ||= out > 0 && held.requests > 0;
		requests = Math.max(requests, totals.attempts + held.requests);
		const used = totals.tokens.input + totals.tokens.output;
		tokens = Math.max(tokens, used + held.tokens + out * worst.tokens);
		const spent = totals.cost.direct + totals.cost.batch + totals.maybeBilled.cost;
		const cost = spent + held.costPico + BigInt(out) * worst.costPico;
		costPico = cost > costPico ? cost : costPico;
	}

	return {requests, tokens, costPico, facts: journal.length, bothLanes};
}

/** The highest sum of the server's own books so far. */
export function watchBooks(server: LedgerServer): {most(): bigint} {
	let most = 0n;
	server.onBilled = () => {
		const sum = sumOf(server.billed, price);
		most = sum > most ? sum : most;
	};
	return {most: () => most};
}
