import type {Outputs, SamplePurpose} from '../domain/sample-event.ts';
import type {RunState} from '../domain/state.ts';
import {count, money, plural} from './format.ts';
import {causeWords} from './words.ts';

/** What a sample came to, while the run waits for a person because of it. */
export type SampleView = {
	readonly purpose: SamplePurpose;
	readonly done: number;
	readonly failed: number;
	readonly failures: readonly (readonly [cause: string, requests: number])[];
	readonly outputs: Outputs | null;
	/** Spent on the whole run so far; null where no price is known. */
	readonly costUsd: number | null;
	/** What the whole run will come to; null where nobody knows. */
	readonly forecastUsd: number | null;
	/** Requests of the run that have no outcome yet. */
	readonly left: number;
};

/** Null while no sample is waited over. */
export function sampleViewOf(
	{sample}: Pick<RunState, 'sample'>,
	left: number,
	{
		spentUsd,
		priceUnknown,
		forecastUsd,
	}: {
		readonly spentUsd: number;
		readonly priceUnknown: boolean;
		readonly forecastUsd: number | null;
	},
): SampleView | null {
	if (sample?.step !== 'paused' || !sample.result) {
		return null;
	}

	const {purpose, requests, failures, outputs} = sample.result;
	const costUsd = priceUnknown ? null : spentUsd;
	return {purpose, ...requests, failures, outputs, costUsd, forecastUsd, left};
}

/** Label and text of each fact, in the order in which they matter. */
export function sampleFacts(sample: SampleView): readonly (readonly [label: string, text: string])[] {
	const {done, failed, failures, outputs} = sample;
	const causes = failures.map(([cause, requests]) => `${causeWords(cause)} ${count(requests)}`);
	return [
		[
			'sample',
			`${plural(done + failed, 'request')} sent first, ${count(done)} done, ${count(failed)} failed`,
		],
		...(failed > 0 ? [['failures', causes.join(', ')] as const] : []),
		['cost', costText(sample)],
		['output', outputs === null ? 'no answer' : outputText(outputs)],
	];
}

function costText({costUsd, forecastUsd}: SampleView): string {
	const forecast =
		forecastUsd === null || costUsd === null ? '' : `, about ${money(forecastUsd)} for the whole run`;
	return `${money(costUsd)} so far${forecast}`;
}

/** `p50 34, p95 61, longest 87 of 200 allowed tokens; 2 used all of it`. */
export function outputText({p50, p95, max, allowed, full}: Outputs): string {
	const lengths = `p50 ${count(p50)}, p95 ${count(p95)}, longest ${count(max)}`;
	if (allowed === null) {
		return `${lengths} tokens, nothing bounds them`;
	}

	const [least, most] = allowed;
	const bounds = least === most ? count(most) : `${count(least)} to ${count(most)}`;
	return `${lengths} of ${bounds} allowed tokens${full > 0 ? `; ${count(full)} used all` : ''}`;
}

/** How to go on, by key and by flag. */
export function goOnText({left}: SampleView): string {
	return `p or --unpause goes on with the other ${count(left)}`;
}
