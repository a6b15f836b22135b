import type {PartLimits} from '../domain/result-files.ts';
import type {AnswerPolicy, JointRate, RunSettings} from '../domain/settings.ts';
import {batchSettingsOf} from './batch-settings-of.ts';
import {guardOf, limitsOf} from './limits-of.ts';
import {shareOf} from './share.ts';
import type {Spec} from './spec.ts';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';

const msPerSecond = 1000;

/** The operational settings: what the spec gives, laid over `defaults`. */
export function settingsOf(
	input: SpecInput,
	defaults: RunSettings,
	source: SpecSource,
	joint: readonly JointRate[] = [],
): RunSettings {
	const {mode, rate, retry} = input;
	const settings: RunSettings = {
		mode: mode ?? defaults.mode,
		rate: {
			concurrency: rate?.concurrency ?? defaults.rate.concurrency,
			rpm: rate?.rpm === undefined ? defaults.rate.rpm : rate.rpm,
			tpm: rate?.tpm === undefined ? defaults.rate.tpm : rate.tpm,
			adaptive: rate?.adaptive ?? defaults.rate.adaptive,
			...(joint.length > 0 ? {joint} : null),
		},
		retry: {
			maxRetries: retry?.max_retries ?? defaults.retry.maxRetries,
			initialMs: ms(retry?.initial_s) ?? defaults.retry.initialMs,
			maxMs: ms(retry?.max_s) ?? defaults.retry.maxMs,
			timeoutMs: ms(retry?.timeout_s) ?? defaults.retry.timeoutMs,
			maxWaits: retry?.max_waits ?? defaults.retry.maxWaits,
			retryFatal: defaults.retry.retryFatal,
		},
		...batchSettingsOf(input, defaults, source),
		guard: guardOf(input, defaults),
		limits: limitsOf(input, defaults),
		canary: canaryOf(input, defaults, source),
		completionRatio: input.completion_ratio ?? defaults.completionRatio,
	};
	if (settings.retry.initialMs > settings.retry.maxMs) {
		throw specError(
			source.where(['retry', retry?.initial_s === undefined ? 'max_s' : 'initial_s']),
			`the first backoff (${settings.retry.initialMs / msPerSecond} s) is longer than the longest (${settings.retry.maxMs / msPerSecond} s)`,
			'Lower `retry.initial_s`, or raise `retry.max_s`.',
		);
	}

	return settings;
}

export function answerPolicyOf(input: SpecInput): AnswerPolicy {
	const structured = input.schema !== undefined;
	return {
		onTruncated: input.on_truncated ?? (structured ? 'retry' : 'keep'),
		onRefusal: input.on_refusal ?? 'fail',
		onContentFilter: input.on_content_filter ?? 'fail',
		structured,
		endpoint: input.endpoint ?? 'chat',
	};
}

export function hooksOf({hooks = {}}: SpecInput): Pick<Spec, 'hooks' | 'postprocess'> {
	const {postprocess, ...commands} = hooks;
	const {run, when = 'done'} = typeof postprocess === 'object' ? postprocess : {run: postprocess};
	return {
		hooks: commands,
		postprocess: run === undefined || when === 'never' ? null : {command: run, when},
	};
}

const bytesPerMb = 1e6;

export function partsOf({output}: SpecInput): PartLimits | null {
	const parts = output?.parts;
	return parts === undefined
		? null
		: {
				maxEntries: parts.max_entries ?? null,
				maxBytes: parts.max_mb === undefined ? null : Math.floor(parts.max_mb * bytesPerMb),
			};
}

function canaryOf({canary}: SpecInput, defaults: RunSettings, source: SpecSource): number | null {
	const share = canary === undefined ? defaults.canary : shareOf(canary);
	if (share === null || (share > 0 && share <= 1)) {
		return share;
	}

	throw specError(
		source.where(['canary']),
		`a canary of ${canary} is no part of the run`,
		'Write for example `canary: 1%`.',
	);
}

function ms(seconds: number | undefined): number | undefined {
	return seconds === undefined ? undefined : Math.round(seconds * msPerSecond);
}
