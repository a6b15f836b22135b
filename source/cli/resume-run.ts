import {addedSource} from '../domain/added-source.ts';
import {changedSource} from '../domain/changed-source.ts';
import {decodeEvent} from '../domain/event-line.ts';
import {roundsSource} from '../domain/rounds-source.ts';
import type {RunState} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {describeChange} from '../spec/describe-change.ts';
import {digestSpec, isRegrouped} from '../spec/digest-spec.ts';
import {inputFolder} from '../spec/input-folder.ts';
import {openRequests} from '../spec/open-requests.ts';
import {readSpecCopy} from '../spec/read-spec.ts';
import type {Spec} from '../spec/spec.ts';
import {inputsPath} from '../store/inputs-writer.ts';
import {loadState} from '../store/load-state.ts';
import {acceptChange} from './accept-change.ts';
import {createRun} from './create-run.ts';
import {lostAttempts} from './lost-attempts.ts';
import {mendRecord} from './mend-record.ts';
import {openOwnRows, openSpecs} from './open-rows.ts';
import type {OpenedRequests} from './opened-requests.ts';
import {loadTokenCounter, queueRulesOf} from './queue-rules-of.ts';
import {readManifest} from './read-manifest.ts';
import {roundsOf} from './rounds-of.ts';
import {type RunFiles, recordFact} from './run-files.ts';
import type {RunOptions} from './run-options.ts';
import {sessionSettings} from './session-settings.ts';
import {sharingOf} from './sharing-of.ts';
import {specSourceOf} from './spec-source-of.ts';
import {systemClock} from './system-clock.ts';

/** Opens an existing run and refuses it when it is not the run of this spec. */
export async function resumeRun(spec: Spec, options: RunOptions, files: RunFiles): Promise<OpenedRequests> {
	const {directory, journal, lines, stateFile, onNotice} = files;
	let isDamaged = false;
	const state = await loadState(directory, stateFile, {
		readOnly: false,
		onNotice,
		onDamage() {
			isDamaged = true;
		},
	});
	if (state.runId === '') {
		return createRun(spec, options, files);
	}

	if (isDamaged) {
		await mendDamaged(state, files);
	}

	refuseOtherWorld(state, options, directory.path);
	const inputs = inputsPath(directory, state.epochs.length);
	const manifest = await readManifest(inputs);
	const after = await digestSpec(spec, manifest);
	const isSame = after.digest === state.specDigest;
	// Unchanged, the spec at hand says the same as its copy, and need not be read twice.
	const asIs = isSame ? spec : await readSpecCopy(inputs);
	const own = openRequests(asIs, inputFolder(inputs));
	const source = addedSource(own, state, asIs.endpoint, lines.readEvent);
	if (state.inFlight.size > 0) {
		const readEvent = (offset: number, body: boolean) => decodeEvent(journal.read(offset), {body});
		const rounds = roundsOf(asIs, state, readEvent);
		const sent = roundsSource(changedSource(source, state), state, rounds);
		const rules = queueRulesOf({...asIs, queues: sent.queues});
		const settings = sessionSettings(spec, options);
		const {count} = await loadTokenCounter(sent, rules, settings, state);
		const lost = lostAttempts(
			state,
			sent,
			rules,
			count,
			sharingOf(asIs, state, rules, count),
			systemClock.now(),
		);
		recordFact(state, journal, lost);
	}

	// Results that were made under an older spec keep what was really sent.
	const older = await openSpecs(directory, 1, state.epochs.length - 1);
	if (isSame) {
		return {state, source, specs: [...older, specSourceOf(spec, source)]};
	}

	const before = await digestSpec(asIs, manifest);
	if (!options.reinitMeta && !isRegrouped(before, after)) {
		throw changedSpec(spec, directory.path, describeChange(before, after));
	}

	const next = await acceptChange({spec, copy: asIs, source: own, state, files});
	const grown = addedSource(next, state, spec.endpoint, lines.readEvent);
	const specs = [...older, specSourceOf(asIs, own), specSourceOf(spec, grown)];
	return {state, source: grown, specs};
}

/** What `doctor` does about a damaged journal, a start does that meets it. */
async function mendDamaged(state: RunState, files: RunFiles): Promise<void> {
	const {directory, journal, lines, stateFile, onNotice} = files;
	const {rows, source} = await openOwnRows({directory, state}, {isScored: false});
	const {requeued, lost} = await mendRecord({
		state,
		journal,
		stateFile,
		rows,
		readEvent: lines.readEvent,
		queueOf: index => source.queueOf(index),
		isDamaged: true,
	});
	if (requeued.length > 0) {
		onNotice(
			`The results of ${requeued.length} requests were lost with the damaged part of the journal: they are asked again.`,
		);
	}

	if (lost.length > 0) {
		onNotice(`What ${lost.length} added requests asked was lost with it: they count as failed.`);
	}
}

export function changedSpec({path}: Spec, directory: string, change: readonly string[]): UserError {
	return new UserError(
		`${path} is not the spec that ${directory} was made from:\n  ${change.join('\n  ')}`,
		'Undo the change, accept it with --reinit-meta (results are kept), or name another run directory with --dir.',
	);
}

export function refuseOtherWorld(
	{simulated}: RunState,
	{simulate}: Pick<RunOptions, 'simulate'>,
	directory: string,
): void {
	if (simulated !== null && simulate === null) {
		throw new UserError(
			`${directory} is a simulated run.`,
			'Go on with it with --simulate, or start the real one in another folder with --dir.',
		);
	}

	if (simulated === null && simulate !== null) {
		throw new UserError(
			`${directory} is a real run, and --simulate would put invented answers into it.`,
			'Rehearse in another folder with --dir.',
		);
	}
}
