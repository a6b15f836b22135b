import {rm, rmdir} from 'node:fs/promises';
import process from 'node:process';
import {changedSource} from '../domain/changed-source.ts';
import type {Journal} from '../domain/ports.ts';
import type {Price} from '../domain/price.ts';
import type {RequestSource} from '../domain/request.ts';
import type {Rounds} from '../domain/rounds.ts';
import {roundsSource} from '../domain/rounds-source.ts';
import type {RunState} from '../domain/state.ts';
import type {TwinTable} from '../domain/twin-table.ts';
import {UserError} from '../domain/user-error.ts';
import type {Spec} from '../spec/spec.ts';
import {inputsPath} from '../store/inputs-writer.ts';
import {openJournal} from '../store/journal.ts';
import {acquireLock} from '../store/lock.ts';
import {kindOf, openRunDirectory, type RunDirectory, removeUnfinished} from '../store/run-directory.ts';
import {openStateFile} from '../store/state-file.ts';
import {adoptAnswers} from './adopt-answers.ts';
import {createRun} from './create-run.ts';
import {failpoint, type OnStep} from './failpoint.ts';
import {withTwins} from './open-rows.ts';
import {openTwins, sparedText} from './open-twins.ts';
import {resumeRun} from './resume-run.ts';
import {roundsOf} from './rounds-of.ts';
import {createRunLines} from './run-lines.ts';
import type {RunOptions} from './run-options.ts';
import {runPathOf} from './run-path.ts';
import {pricesOf} from './run-prices.ts';
import type {SessionStore} from './session-options.ts';
import {sessionStore} from './session-store.ts';
import {toolVersion} from './tool-version.ts';

/** A run directory that this process holds, with everything that a session needs of it. */
export type OpenRun = {
	readonly directory: string;
	readonly simulatorPath: string;
	readonly batchesPath: string;
	readonly state: RunState;
	/** Those that were added included, as a person changed them, and as they are asked next. */
	readonly source: RequestSource;
	/** As a person changed them, and as they are asked first. */
	readonly firstRound: RequestSource;
	/** Null: each request is asked once. */
	readonly rounds: Rounds | null;
	/** Which requests ask the same; null where each is asked. */
	readonly twins: TwinTable | null;
	readonly prices: readonly (Price | null)[];
	readonly store: SessionStore;
	/** What was found and mended on the way, for the person. */
	readonly notices: readonly string[];
	/** Rejects when another instance took the lock over: this one must stop at once, without writing. */
	readonly lockLost: Promise<never>;
	/** Undefined but in tests: see failpoint.ts. */
	readonly onStep: OnStep | undefined;
};

/** Creates the run of a spec, or opens the one that is there. */
export async function openRun(spec: Spec, options: RunOptions): Promise<OpenRun> {
	const directory = openRunDirectory(runPathOf(options.specPath, options.dir));
	const notices: string[] = [];
	const onNotice = (message: string) => notices.push(message);
	let loseLock: (error: UserError) => void = () => {};
	const lockLost = new Promise<never>((_, reject) => {
		loseLock = reject;
	});
	lockLost.catch(() => {});
	const lock = await acquireLock(directory.lock, {
		wait: options.waitLock,
		onNotice,
		onLost: message => loseLock(new UserError(message, 'What was on record until then is safe.', 4)),
	});
	process.once('exit', lock.release);
	const {onStep, write} = failpoint();
	onStep?.('locked');
	// Before the lock was ours, another process may have been creating the run.
	const kind = kindOf(directory);
	let journal: Journal | null = null;
	try {
		removeUnfinished(directory);
		journal = openJournal(directory.journal, {onNotice, ...(write && {write})});
		const files = {
			directory,
			journal,
			lines: createRunLines(journal, directory.journal),
			stateFile: openStateFile(directory.state, toolVersion, onStep),
			onNotice,
			onStep,
		};
		const {state, source, specs} =
			kind === 'new' ? await createRun(spec, options, files) : await resumeRun(spec, options, files);
		const prices = await pricesOf(spec, state);
		const inputs = inputsPath(directory, state.epochs.length);
		const twins = await openTwins(spec, source, inputs, {mayWrite: true});
		if (twins !== null) {
			onNotice(sparedText(twins.spared, source.count));
		}

		const store = sessionStore({...files, state, specs: withTwins(specs, twins), lock, parts: spec.parts});
		const rounds = roundsOf(spec, state, store.readEvent);
		if (options.adopt !== null) {
			notices.push(await adoptAnswers(options.adopt, {spec, state, source, journal}));
		}

		const firstRound = changedSource(source, state);
		return {
			directory: directory.path,
			simulatorPath: directory.simulator,
			batchesPath: directory.batches,
			state,
			source: roundsSource(firstRound, state, rounds),
			firstRound,
			rounds,
			twins,
			prices,
			store,
			notices,
			lockLost,
			onStep,
		};
	} catch (error) {
		await journal?.close();
		if (kind === 'new') {
			await removeBeginnings(directory);
		}

		lock.release();
		if (kind === 'new') {
			// Only an empty folder goes; what else is in it is not ours.
			await rmdir(directory.path).catch(() => {});
		}

		throw error;
	}
}

/** What was written before the run was on record is no run; the next try begins afresh. */
async function removeBeginnings({journal, state, inputs}: RunDirectory): Promise<void> {
	for (const part of [journal, state, inputs]) {
		await rm(part, {recursive: true, force: true});
	}
}
