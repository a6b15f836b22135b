import {existsSync, readdirSync, statSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {UserError} from '../../domain/user-error.ts';
import {readRawState} from '../../store/compare-state.ts';
import {readJournal} from '../../store/load-state.ts';
import {isGarbage} from '../../store/lost-journal.ts';
import {kindOf, type RunDirectory, runDirectory} from '../../store/run-directory.ts';
import {plural} from '../../view/format.ts';
import {safeJson} from '../../view/safe-json.ts';
import {safeText} from '../../view/safe-text.ts';
import {examineRun} from '../doctor/examine-run.ts';
import {createFindings, type Finding} from '../doctor/findings.ts';
import type {Flags} from '../flags.ts';
import {printError} from '../print-error.ts';
import {runPathOf} from '../run-path.ts';
import {sayAside} from '../say-aside.ts';

/**
 * Looks through the files of a run, mends what can be mended, and names the rest: 0 where nothing is lost, else 1.
 * `target`: the spec, or the run directory.
 */
export async function doctor(target: string, flags: Flags): Promise<number> {
	const isFolder = statSync(target, {throwIfNoEntry: false})?.isDirectory() ?? false;
	const directory = runDirectory(flags.dir ?? (isFolder ? target : runPathOf(target, null)));
	const findings = createFindings();
	const why = hopelessness(directory, target);
	if (why === null) {
		await examineRun(
			directory.path,
			{
				originals: originalsOf(directory.path, isFolder ? null : target),
				waitLock: flags.waitLock,
				// Another instance writes there now.
				onLost: message => process.exit(printError(new UserError(message, 'Nothing more was changed.', 4))),
				sayAside,
			},
			findings,
		);
	} else {
		findings.lost(why);
	}

	tell(directory.path, findings.list, flags.json);
	return findings.list.some(({kind}) => kind === 'lost') ? 1 : 0;
}

/** Why nothing can be done, and nothing is touched; null where there is a run to look at. */
function hopelessness(directory: RunDirectory, target: string): string | null {
	const {path: folder, journal, state, inputs} = directory;
	const isEmpty = (statSync(journal, {throwIfNoEntry: false})?.size ?? 0) === 0;
	if (kindOf(directory) === 'run') {
		const what = isEmpty ? (existsSync(journal) ? 'empty' : 'missing') : 'damaged from its first line on';
		return isEmpty || isGarbage(journal) || isOnlyGarbage(directory)
			? `journal.jsonl is ${what}, and every answer of the run was in it: nothing was touched. Put it back from a copy; a new run in another folder (--dir) would ask, and pay for, all requests again`
			: null;
	}

	if (!isEmpty && (existsSync(state) || existsSync(inputs))) {
		return 'journal.jsonl, line 1: damaged, and no state.json stands in for it: nothing was touched. Put either back from a copy; a new run in another folder (--dir) would ask, and pay for, all requests again';
	}

	throw new UserError(
		`${folder} holds no run.`,
		`promptbatch-tui ${target} starts one; --dir names another folder.`,
	);
}

/** The end that state.json knows of is gone, and the beginning too. */
function isOnlyGarbage(directory: RunDirectory): boolean {
	const saved = readRawState(directory.state);
	return (
		saved.kind === 'read' &&
		saved.journalEnd > statSync(directory.journal).size &&
		readJournal(directory).state.runId === ''
	);
}

const specEndings = ['.yaml', '.yml', '.json', '.jsonl', '.csv', '.parquet'];

/** The spec that was named, else what may be it: the file beside the run directory that has its name. */
function originalsOf(folder: string, spec: string | null): readonly string[] {
	if (spec !== null) {
		return existsSync(spec) ? [spec] : [];
	}

	const {dir, name} = path.parse(path.resolve(folder));
	const own = name.replace(/\.promptbatch$/, '');
	return readdirSync(dir)
		.filter(file => specEndings.some(ending => file === `${own}${ending}`))
		.map(file => path.join(dir, file));
}

function tell(folder: string, list: readonly Finding[], asJson: boolean): void {
	const texts = (wanted: Finding['kind']) => list.flatMap(({kind, text}) => (kind === wanted ? [text] : []));
	const [mended, lost] = [texts('mended'), texts('lost')];
	if (asJson) {
		process.stdout.write(`${safeJson({directory: folder, mended, lost})}\n`);
		return;
	}

	const sum =
		list.length === 0
			? 'nothing to mend'
			: [
					...(mended.length > 0 ? [`${plural(mended.length, 'thing')} mended`] : []),
					...(lost.length > 0 ? [`${lost.length} that could not be`] : []),
				].join(', ');
	const lines = [
		`${folder}: ${sum}`,
		...mended.map(text => `  mended  ${text}`),
		...lost.map(text => `  lost    ${text}`),
	];
	process.stdout.write(`${lines.map(line => safeText(line)).join('\n')}\n`);
}
