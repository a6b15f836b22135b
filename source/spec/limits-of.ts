import type {Ceiling} from '../domain/ceiling.ts';
import {picodollars} from '../domain/money.ts';
import type {GuardSettings, RunSettings} from '../domain/settings.ts';
import type {SpecInput} from './spec-schema.ts';

type WrittenCeiling = NonNullable<NonNullable<SpecInput['limits']>['task']>;

const tokensPerKtoken = 1000;

/** The ceilings of the run and of its sessions. */
export function limitsOf({limits}: SpecInput, defaults: RunSettings): RunSettings['limits'] {
	return {
		task: ceilingOf(limits?.task, defaults.limits.task),
		session: ceilingOf(limits?.session, defaults.limits.session),
	};
}

export function guardOf({guard}: SpecInput, defaults: RunSettings): GuardSettings {
	return {
		minPassRatio: guard?.min_pass_ratio ?? defaults.guard.minPassRatio,
		maxPassFailures: guard?.max_pass_failures ?? defaults.guard.maxPassFailures,
		processFailedBatches: guard?.process_failed_batches ?? defaults.guard.processFailedBatches,
	};
}

/** Undefined is silence, null takes a ceiling away. */
export function ceilingOf({requests, ktokens, cost}: WrittenCeiling = {}, defaults: Ceiling): Ceiling {
	return {
		requests: requests === undefined ? defaults.requests : requests,
		tokens: given(ktokens, defaults.tokens, amount => Math.round(amount * tokensPerKtoken)),
		costPico: given(cost, defaults.costPico, picodollars),
	};
}

function given<Value>(
	amount: number | null | undefined,
	fallback: Value | null,
	convert: (amount: number) => Value,
): Value | null {
	return amount === undefined ? fallback : amount === null ? null : convert(amount);
}
