import {existsSync, readdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import {requestsIn} from '../../domain/batch.ts';
import type {RunState} from '../../domain/state.ts';
import {createShardFiles, shardOfFile} from '../../store/shard-files.ts';
import {plural} from '../../view/format.ts';
import {type RunFiles, recordFact} from '../run-files.ts';
import {systemClock} from '../system-clock.ts';
import type {Findings} from './findings.ts';

/**
 * Files of shards that nobody knows of go. One that is still to be uploaded and is not as it was written cannot be sent:
 * its requests go back to their queue, as a session would do.
 */
export async function mendShards(
	{directory, journal}: Pick<RunFiles, 'directory' | 'journal'>,
	state: RunState,
	findings: Findings,
): Promise<void> {
	const names = existsSync(directory.batches) ? readdirSync(directory.batches) : [];
	for (const name of names) {
		const shard = shardOfFile(name);
		if (shard !== null && !state.batches.has(shard)) {
			rmSync(path.join(directory.batches, name), {force: true});
			findings.mended(`batches/${name} belonged to no batch that is on record: removed`);
		}
	}

	const files = createShardFiles(directory.batches);
	for (const batch of [...state.batches.values()].filter(({step}) => step === 'cut')) {
		const {shard, bytes, sha256} = batch;
		const there = files.size(shard);
		const digest = there === bytes ? await files.digest(shard) : null;
		if (digest?.sha256 !== sha256) {
			recordFact(state, journal, {
				type: 'shard-released',
				at: systemClock.now(),
				shard,
				reason: 'file-lost',
				retryAt: null,
			});
			const what = there === null ? 'missing' : 'damaged';
			findings.mended(
				`the file of shard ${shard} in batches/ was ${what}, and had not been submitted: its ${plural(requestsIn(batch), 'request')} are queued again`,
			);
		}
	}
}
