import {randomUUID} from 'node:crypto';
import {addedSource} from '../domain/added-source.ts';
import {createState} from '../domain/create-state.ts';
import {journalVersion} from '../domain/event-line.ts';
import {UserError} from '../domain/user-error.ts';
import {digestSpec} from '../spec/digest-spec.ts';
import {inputFolder} from '../spec/input-folder.ts';
import {openRequests} from '../spec/open-requests.ts';
import {prepareInputs} from '../spec/prepare-inputs.ts';
import type {Spec} from '../spec/spec.ts';
import {writeInputs} from '../store/inputs-writer.ts';
import type {OpenedRequests} from './opened-requests.ts';
import {readManifest} from './read-manifest.ts';
import {type RunFiles, recordFact} from './run-files.ts';
import type {RunOptions} from './run-options.ts';
import {pricesOf} from './run-prices.ts';
import {seedsOf} from './run-seeds.ts';
import {specSourceOf} from './spec-source-of.ts';
import {systemClock} from './system-clock.ts';
import {toolVersion} from './tool-version.ts';

/** Copies the inputs, checks every row on the way, and puts the run on record: from then on it exists. */
export async function createRun(
	spec: Spec,
	{simulate}: RunOptions,
	{directory, journal, lines, stateFile, onStep}: RunFiles,
): Promise<OpenedRequests> {
	await writeInputs(directory.inputs, prepareInputs(spec));
	onStep?.('inputs-copied');
	const own = openRequests(spec, inputFolder(directory.inputs));
	if (own.count === 0 && !spec.grows) {
		throw new UserError(
			`${spec.path}: the spec makes 0 requests.`,
			'Give it at least one prompt and one row of args.',
		);
	}

	const {digest} = await digestSpec(spec, await readManifest(directory.inputs));
	const state = createState();
	recordFact(state, journal, {
		type: 'run-created',
		at: systemClock.now(),
		runId: randomUUID(),
		toolVersion,
		journal: journalVersion,
		specDigest: digest,
		simulated: simulate,
		count: own.count,
		queues: own.queues,
		prices: await pricesOf({...spec, queues: own.queues}),
		seeds: seedsOf(spec, simulate),
	});
	onStep?.('run-recorded');
	const source = addedSource(own, state, spec.endpoint, lines.readEvent);
	await stateFile.save(state, journal);
	return {state, source, specs: [specSourceOf(spec, source)]};
}
