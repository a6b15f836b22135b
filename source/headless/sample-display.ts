import type {SampleDone, SamplePurpose} from '../domain/sample-event.ts';

export type SampleDisplay = {
	readonly event: SamplePurpose;
	readonly at: string;
	readonly requests: {readonly total: number; readonly done: number; readonly failed: number};
	/** By cause, e.g. `server 503`. */
	readonly failures: {readonly [cause: string]: number};
	readonly output_tokens: {
		readonly mean: number;
		readonly p50: number;
		readonly p95: number;
		readonly max: number;
		/** The most that a body allowed; null where nothing bounds them. */
		readonly allowed: number | null;
	} | null;
	/** Of the whole run; null where nobody knows. */
	readonly forecast_usd: number | null;
};

/** What a sample came to, which a person decides by. */
export function sampleDisplay(
	{at, purpose, requests: {done, failed}, failures, outputs}: SampleDone,
	forecastUsd: number | null,
): SampleDisplay {
	return {
		event: purpose,
		at: new Date(at).toISOString(),
		requests: {total: done + failed, done, failed},
		failures: Object.fromEntries(failures),
		output_tokens: outputs && {
			mean: outputs.mean,
			p50: outputs.p50,
			p95: outputs.p95,
			max: outputs.max,
			allowed: outputs.allowed?.[1] ?? null,
		},
		forecast_usd: forecastUsd,
	};
}
