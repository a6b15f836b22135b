import {judgeStageName} from '../domain/judge.ts';
import {type Ceiling, noCeiling} from '../domain/limit.ts';
import {picodollars} from '../domain/money.ts';
import type {GuardSettings, RunSettings} from '../domain/settings.ts';
import type {SpecInput} from './spec-schema.ts';

type WrittenCeiling = NonNullable<NonNullable<SpecInput['limits']>['task']>;

const tokensPerKtoken = 1000;

/** The ceilings of the run, of its sessions, and of its judges. */
export function limitsOf({limits, judge}: SpecInput, defaults: RunSettings): RunSettings['limits'] {
	return {
		task: ceilingOf(limits?.task, defaults.limits.task),
		session: ceilingOf(limits?.session, defaults.limits.session),
		...(judge?.limits && {stages: {[judgeStageName]: ceilingOf(judge.limits, noCeiling)}}),
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
function ceilingOf({requests, ktokens, cost}: WrittenCeiling = {}, defaults: Ceiling): Ceiling {
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
