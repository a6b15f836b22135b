import {type Picodollars, picodollars, usd} from '../domain/money.ts';
import type {BatchSettings, RemoteSettings, RunSettings} from '../domain/settings.ts';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';

const bytesPerMb = 1e6;
const tokensPerKtoken = 1000;
const msPerSecond = 1000;

/** The limits that a batch and all remote batches have in common. */
const shared = [
	{key: 'max_requests', field: 'maxRequests', unit: 1},
	{key: 'max_mb', field: 'maxBytes', unit: bytesPerMb},
	{key: 'max_ktokens', field: 'maxTokens', unit: tokensPerKtoken},
] as const;

/**
 * What one batch and all remote batches may hold. A batch must fit into what may be remote: the default of a batch
 * gives way to what the spec says of the remote, what the spec says of a batch never does.
 */
export function batchSettingsOf(
	input: SpecInput,
	defaults: RunSettings,
	source: SpecSource,
): Pick<RunSettings, 'batch' | 'remote'> {
	const written = {batch: input.batch ?? {}, remote: input.remote ?? {}};
	const remote = remoteOf(input, defaults.remote);
	const batch = batchOf(input, defaults.batch);
	for (const {key, field, unit} of shared) {
		if (written.batch[key] !== undefined && batch[field] > remote[field]) {
			throw tooLarge(key, batch[field] / unit, remote[field] / unit, source);
		}
	}

	if (typeof written.batch.max_cost === 'number' && isAbove(batch.maxCostPico, remote.maxCostPico)) {
		throw tooLarge('max_cost', usd(batch.maxCostPico!), usd(remote.maxCostPico!), source);
	}

	const {min_requests: least, max_requests: most} = written.batch;
	if (least !== undefined && most !== undefined && least > most) {
		throw specError(
			source.where(['batch', 'min_requests']),
			`\`batch.min_requests\` (${least}) is above \`batch.max_requests\` (${most}): no batch could hold as many as it needs`,
			'Lower `batch.min_requests`, or raise `batch.max_requests`.',
		);
	}

	return {
		batch: {
			...batch,
			maxRequests: Math.min(batch.maxRequests, remote.maxRequests),
			maxBytes: Math.min(batch.maxBytes, remote.maxBytes),
			maxTokens: Math.min(batch.maxTokens, remote.maxTokens),
			maxCostPico: isAbove(batch.maxCostPico, remote.maxCostPico) ? remote.maxCostPico : batch.maxCostPico,
		},
		remote,
	};
}

function batchOf({batch}: SpecInput, defaults: BatchSettings): BatchSettings {
	return {
		minRequests: batch?.min_requests ?? defaults.minRequests,
		maxRequests: batch?.max_requests ?? defaults.maxRequests,
		maxBytes: whole(batch?.max_mb, bytesPerMb) ?? defaults.maxBytes,
		maxTokens: whole(batch?.max_ktokens, tokensPerKtoken) ?? defaults.maxTokens,
		maxCostPico: costOf(batch?.max_cost, defaults.maxCostPico),
		pollMs: whole(batch?.poll_s, msPerSecond) ?? defaults.pollMs,
		maxUnpushed: batch?.max_unpushed ?? defaults.maxUnpushed,
	};
}

function remoteOf({remote, remote_files: files}: SpecInput, defaults: RemoteSettings): RemoteSettings {
	return {
		maxBatches: remote?.max_batches ?? defaults.maxBatches,
		maxRequests: remote?.max_requests ?? defaults.maxRequests,
		maxBytes: whole(remote?.max_mb, bytesPerMb) ?? defaults.maxBytes,
		maxTokens: whole(remote?.max_ktokens, tokensPerKtoken) ?? defaults.maxTokens,
		maxCostPico: costOf(remote?.max_cost, defaults.maxCostPico),
		files: files ?? defaults.files,
	};
}

function tooLarge(key: string, batch: number, remote: number, source: SpecSource): Error {
	return specError(
		source.where(['batch', key]),
		`\`batch.${key}\` (${batch}) is above \`remote.${key}\` (${remote}): such a batch could never be sent`,
		`Lower \`batch.${key}\`, or raise \`remote.${key}\` to at least ${batch}.`,
	);
}

/** Null is no bound, and above every bound. */
function isAbove(cost: Picodollars | null, bound: Picodollars | null): boolean {
	return bound !== null && (cost === null || cost > bound);
}

function costOf(cost: number | null | undefined, fallback: Picodollars | null): Picodollars | null {
	return typeof cost === 'number' ? picodollars(cost) : cost === null ? null : fallback;
}

/** In the smaller unit that is used inside; never 0, which would hold nothing. */
function whole(amount: number | undefined, unit: number): number | undefined {
	return amount === undefined ? undefined : Math.max(1, Math.round(amount * unit));
}
