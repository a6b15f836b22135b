import {picodollars} from '../domain/money.ts';
import type {RunSettings} from '../domain/settings.ts';
import type {Spec} from '../spec/spec.ts';
import type {RunOptions} from './run-options.ts';

/** What holds for one session: flag > spec > default. */
export function sessionSettings({settings}: Pick<Spec, 'settings'>, options: RunOptions): RunSettings {
	const {mode, concurrency, rpm, tpm, maxRetries, retryFatal, processFailedBatches} = options;
	const {rate, retry, guard, limits} = settings;
	return {
		...settings,
		mode: mode ?? settings.mode,
		canary: options.canary ?? settings.canary,
		rate: {
			...rate,
			concurrency: concurrency ?? rate.concurrency,
			rpm: rpm ?? rate.rpm,
			tpm: tpm ?? rate.tpm,
			// A flag bounds every queue, those that share a number among them.
			...(rate.joint && {
				joint: rate.joint.map(shared => ({...shared, rpm: Math.min(shared.rpm, rpm ?? shared.rpm)})),
			}),
		},
		retry: {...retry, maxRetries: maxRetries ?? retry.maxRetries, retryFatal: retryFatal || retry.retryFatal},
		guard: {...guard, processFailedBatches: processFailedBatches ?? guard.processFailedBatches},
		limits: {
			...limits,
			task: {...limits.task, costPico: pico(options.maxCost) ?? limits.task.costPico},
			session: {
				...limits.session,
				requests: options.maxSessionRequests ?? limits.session.requests,
				costPico: pico(options.maxSessionCost) ?? limits.session.costPico,
			},
		},
	};
}

function pico(usd: number | null): bigint | null {
	return usd === null ? null : picodollars(usd);
}
