import type {Findings} from './finding.ts';
import type {JournalModel} from './journal-model.ts';
import {tokenPrices} from './made-spec.ts';
import type {ListedObject} from './witness.ts';
import type {Tokens, Witnessed} from './witness-log.ts';

function billOf(tokens: Tokens | null, lane: keyof typeof tokenPrices): bigint {
	const price = tokenPrices[lane];
	return tokens === null
		? 0n
		: BigInt(tokens.input - tokens.cached) * price.input +
				BigInt(tokens.cached) * price.cached +
				BigInt(tokens.output) * price.output;
}

/** What the server billed, answered or not. */
export function billedBy({answers}: Witnessed, batches: readonly ListedObject[]) {
	const direct = [...answers.values()].reduce((sum, {billed}) => sum + billOf(billed, 'direct'), 0n);
	const batch = batches.reduce((sum, {usage}) => {
		const tokens = usage && {
			input: usage.input_tokens,
			cached: usage.input_tokens_details.cached_tokens,
			output: usage.output_tokens,
		};
		return sum + billOf(tokens ?? null, 'batch');
	}, 0n);
	return {direct, batch};
}

/** The cost on record is what the server billed for the answers that are on record: to the picodollar, by lane. */
export function checkCost(journal: JournalModel, witnessed: Witnessed, {expect}: Findings): void {
	let [direct, batch] = [0n, 0n];
	for (const id of journal.answers.keys()) {
		const answer = witnessed.answers.get(id);
		const line = witnessed.lines.get(id);
		expect(answer !== undefined || line !== undefined, `the server knows no answer ${id}`);
		// Of what was cut on its way nobody can tell the bill: it is maybe billed.
		direct += billOf(answer?.isLost ? null : (answer?.billed ?? null), 'direct');
		batch += billOf(line?.billed ?? null, 'batch');
	}

	expect(
		journal.costPico.direct === direct,
		`direct cost on record ${journal.costPico.direct}, billed for it ${direct}`,
	);
	expect(
		journal.costPico.batch === batch,
		`batch cost on record ${journal.costPico.batch}, billed for it ${batch}`,
	);
}

/** What was billed and never arrived is within what is shown as maybe billed. */
export function checkMaybeBilled(
	journal: JournalModel,
	witnessed: Witnessed,
	batches: readonly ListedObject[],
	{expect}: Findings,
): void {
	const billed = billedBy(witnessed, batches);
	const unheard = billed.direct + billed.batch - journal.costPico.direct - journal.costPico.batch;
	expect(
		unheard <= journal.maybeBilled.pico,
		`${unheard} picodollars were billed and not received, and only ${journal.maybeBilled.pico} are maybe billed`,
	);
}
