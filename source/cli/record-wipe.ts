import {countOf} from '../domain/batch.ts';
import {decodeEvent} from '../domain/event-line.ts';
import {createKindReader} from '../domain/request-line.ts';
import {type WipeCommand, wipeFacts} from '../engine/steer-requests.ts';
import type {RunDirectory} from '../store/run-directory.ts';
import {openRun} from './open-run.ts';
import {ownSpec} from './own-spec.ts';
import {readRun} from './read-run.ts';
import {recordFact} from './run-files.ts';
import {sayAside} from './say-aside.ts';
import {systemClock} from './system-clock.ts';
import type {WipeOptions} from './wipe-options.ts';

/** Puts a wipe on record while no session runs. Resolves to how many requests it was about. */
export async function recordWipe(
	command: WipeCommand,
	{run, spec}: WipeOptions,
	directory: RunDirectory,
): Promise<number> {
	const given = spec ?? (await ownSpec(directory, (await readRun(directory.path, null)).state, run.set));
	const {state, source, store, notices} = await openRun(given, run);
	let wiped = 0;
	try {
		const kindAt = createKindReader(offset => decodeEvent(store.journal.read(offset), {body: false}));
		const sources = {
			state,
			queueOf: (index: number) => source.queueOf(index),
			failedKind: (index: number) => kindAt(state.columns.offset[index]!),
		};
		for (const fact of wipeFacts(command, sources, systemClock.now())) {
			recordFact(state, store.journal, fact);
			wiped += fact.type === 'requests-wiped' ? countOf(fact.indexes) : 0;
		}

		if (wiped > 0) {
			await store.finishResults(false);
		}

		await store.saveState();
	} finally {
		await store.close();
	}

	notices.forEach(sayAside);
	return wiped;
}
