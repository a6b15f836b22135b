import type {RemoteSettings} from './settings.ts';
import {addLine, emptyShard, isWithin, type LineSize, type ShardLimits, type ShardSize} from './shard.ts';

/** A line that was measured, and how many requests it stands for. */
export type ForecastLine = {readonly size: LineSize; readonly requests: number};

/** The shards that lines of one queue would be cut into: each is filled until the next line breaks a limit. */
export function forecastShards(lines: Iterable<ForecastLine>, limits: ShardLimits): readonly ShardSize[] {
	const shards: ShardSize[] = [];
	let shard = emptyShard;
	for (const {size, requests} of lines) {
		for (let left = requests; left > 0; ) {
			const room = roomFor(size, left, shard, limits);
			if (room === 0 && shard !== emptyShard) {
				shards.push(shard);
				shard = emptyShard;
				continue;
			}

			// One that is too large for any shard goes alone.
			const taken = Math.max(1, room);
			shard = addLine(shard, times(size, taken));
			left -= taken;
		}
	}

	return shard === emptyShard ? shards : [...shards, shard];
}

export type RemoteForecast = {
	/** Times that the API is filled up to the remote limits; each may take as long as a batch does. */
	readonly waves: number;
	/** Most input tokens enqueued at once. */
	readonly mostTokens: number;
};

/** How shards go through the API under the limits of all remote batches, first come, first served. */
export function forecastRemote(shards: readonly ShardSize[], remote: RemoteSettings): RemoteForecast {
	if (remote.maxBatches === 0) {
		return {waves: 0, mostTokens: 0};
	}

	let waves = 0;
	let waveEnd = 0;
	let mostTokens = 0;
	for (const start of shards.keys()) {
		let held = emptyShard;
		let end = start;
		while (
			end < shards.length &&
			(end === start || isRoom(addLine(held, shards[end]!), end - start + 1, remote))
		) {
			held = addLine(held, shards[end]!);
			end++;
		}

		mostTokens = Math.max(mostTokens, held.input);
		if (start === waveEnd) {
			waves++;
			waveEnd = end;
		}
	}

	return {waves, mostTokens};
}

function isRoom({bytes, input, worst}: ShardSize, batches: number, remote: RemoteSettings): boolean {
	return (
		batches <= remote.maxBatches &&
		worst.requests <= remote.maxRequests &&
		bytes <= remote.maxBytes &&
		input <= remote.maxTokens &&
		(remote.maxCostPico === null || worst.costPico <= remote.maxCostPico)
	);
}

/** How many of `most` lines of a size the shard takes. */
function roomFor(size: LineSize, most: number, shard: ShardSize, limits: ShardLimits): number {
	let fits = 0;
	let breaks = most + 1;
	while (breaks - fits > 1) {
		// A single line, as it is where all were measured, is asked for at once.
		const tried = (fits + breaks) >> 1;
		if (isWithin(addLine(shard, times(size, tried)), limits)) {
			fits = tried;
		} else {
			breaks = tried;
		}
	}

	return fits;
}

function times({bytes, input, output, embeddingInputs, worst}: LineSize, requests: number): LineSize {
	return {
		bytes: bytes * requests,
		input: input * requests,
		output: output * requests,
		embeddingInputs: embeddingInputs * requests,
		worst: {
			requests: worst.requests * requests,
			tokens: worst.tokens * requests,
			costPico: worst.costPico * BigInt(requests),
		},
	};
}
