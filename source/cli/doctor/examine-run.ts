import path from 'node:path';
import process from 'node:process';
import type {RequestSource} from '../../domain/request.ts';
import type {RunState} from '../../domain/state.ts';
import {openJournal} from '../../store/journal.ts';
import type {LockOptions} from '../../store/lock.ts';
import {acquireLock} from '../../store/lock.ts';
import {openRunDirectory, type RunDirectory, removeUnfinished} from '../../store/run-directory.ts';
import {openStateFile} from '../../store/state-file.ts';
import {plural} from '../../view/format.ts';
import {mendRecord} from '../mend-record.ts';
import {type OwnRows, openOwnRows} from '../open-rows.ts';
import type {RunFiles} from '../run-files.ts';
import {createRunLines} from '../run-lines.ts';
import {toolVersion} from '../tool-version.ts';
import type {Findings} from './findings.ts';
import {mendInputs} from './mend-inputs.ts';
import {examineJournal, type Known} from './mend-journal.ts';
import {mendResults} from './mend-results.ts';
import {mendShards} from './mend-shards.ts';
import {tellDamage} from './tell-damage.ts';

export type ExamineOptions = {
	/** Where the spec may be that the run was made from. */
	readonly originals: readonly string[];
	readonly waitLock: boolean;
	readonly onLost: LockOptions['onLost'];
	readonly sayAside: (text: string) => void;
};

/** Takes a run's lock, looks through all of its files and mends what can be mended. Nothing is sent anywhere. */
export async function examineRun(folder: string, options: ExamineOptions, findings: Findings): Promise<void> {
	const tightened: string[] = [];
	const directory = openRunDirectory(folder, entries => tightened.push(...entries));
	if (tightened.length > 0) {
		const names = tightened.map(entry => path.relative(directory.path, entry) || 'the run directory');
		findings.mended(`others could read ${listOf(names)}: now only you can (0600 and 0700)`);
	}

	let isTaken = false;
	const lock = await acquireLock(directory.lock, {
		wait: options.waitLock,
		onNotice(text) {
			if (text.startsWith('Waiting')) {
				options.sayAside(text);
			} else {
				isTaken = true;
			}
		},
		onLost: options.onLost,
	});
	process.once('exit', lock.release);
	try {
		if (isTaken) {
			findings.mended('the lock belonged to a process that is gone: removed');
		}

		const left = removeUnfinished(directory);
		if (left.length > 0) {
			findings.mended(`a process that was killed had left ${listOf(left)} unfinished: removed`);
		}

		await examineFiles(directory, options.originals, findings);
	} finally {
		lock.release();
	}
}

async function examineFiles(
	directory: RunDirectory,
	originals: readonly string[],
	findings: Findings,
): Promise<void> {
	const journal = openJournal(directory.journal, {
		onNotice: text => findings.mended(text.replace(/\.$/, '')),
	});
	const files = {
		directory,
		journal,
		lines: createRunLines(journal, directory.journal),
		stateFile: openStateFile(directory.state, toolVersion),
	};
	try {
		const known = await examineJournal(files, findings);
		const {state} = known;
		const areInputsWhole = await mendInputs(directory, state, originals, findings);
		const opened = areInputsWhole ? await openOwnRows({directory, state}, {isScored: true}) : null;
		await mendOutcomes(files, known, opened, findings);
		await mendShards(files, state, findings);
		if (opened) {
			await mendResults(files, state, opened.rows, findings);
		}

		if (findings.list.length > 0) {
			await files.stateFile.save(state, journal);
		}
	} finally {
		await journal.close();
		files.lines.close();
	}
}

async function mendOutcomes(
	{directory, journal, stateFile, lines}: Pick<RunFiles, 'directory' | 'journal' | 'stateFile' | 'lines'>,
	known: Known,
	opened: OwnRows | null,
	findings: Findings,
): Promise<void> {
	const {state, damage} = known;
	const offsets = state.columns.offset.slice(0, state.count);
	const mended = await mendRecord({
		state,
		journal,
		stateFile,
		rows: opened?.rows ?? null,
		readEvent: lines.readEvent,
		queueOf: index => queueOf(index, state, opened?.source ?? null),
		isDamaged: damage.length > 0,
	});
	tellDamage(
		{
			...known,
			journal: directory.journal,
			offsets,
			mended,
			idOf: index => (opened === null ? String(index) : opened.source.id(index)),
		},
		findings,
	);
}

/** Without the inputs nobody knows, unless a stage added it; with one queue there is no doubt. */
function queueOf(index: number, {added}: RunState, source: RequestSource | null): number {
	return source?.queueOf(index) ?? (index >= added.from ? added.queue[index - added.from]! : 0);
}

const mostListed = 8;

function listOf(names: readonly string[]): string {
	const more = names.length - mostListed;
	const shown = names.slice(0, mostListed).join(', ');
	return more > 0 ? `${shown} and ${plural(more, 'other')}` : shown;
}
