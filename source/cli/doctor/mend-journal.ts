import {closeSync, existsSync, openSync} from 'node:fs';
import type {RunState} from '../../domain/state.ts';
import {stateProblems} from '../../store/compare-state.ts';
import type {JournalDamage} from '../../store/journal-damage.ts';
import {keepFileAside, keepPartAside} from '../../store/keep-aside.ts';
import {loadState, readJournal} from '../../store/load-state.ts';
import {offsetsHold} from '../../store/offsets-hold.ts';
import {saveState} from '../../store/saved-state.ts';
import type {RunFiles} from '../run-files.ts';
import type {Findings} from './findings.ts';

/** What is known of a run, and what its journal does not tell any more. */
export type Known = {
	readonly state: RunState;
	readonly damage: readonly JournalDamage[];
	/** What damaged lines told is known from `state.json`. */
	readonly isCovered: boolean;
};

/**
 * Opens a run as an ordinary start does, then reads the whole journal beside it. Where that is whole, it is right;
 * where a part is damaged, a state that was saved while it was whole knows more.
 */
export async function examineJournal(
	{directory, stateFile}: Pick<RunFiles, 'directory' | 'stateFile'>,
	findings: Findings,
): Promise<Known> {
	const hadState = existsSync(directory.state);
	const cuts: JournalDamage[] = [];
	const said: string[] = [];
	const state = await loadState(directory, stateFile, {
		readOnly: false,
		onNotice: text => said.push(text),
		onDamage: part => void (part.kind === 'cut' && cuts.push(part)),
	});
	for (const text of said.filter(one => /^(state\.json|There was no state\.json)/.test(one))) {
		findings.mended(text.replace(/\.$/, ''));
	}

	const isRebuilt = !hadState || !existsSync(directory.state);
	const whole = readJournal(directory);
	const damage = [...whole.damage.map(part => kept(part, directory.journal)), ...cuts];
	const isCovered =
		damage.length > 0 &&
		!isRebuilt &&
		(whole.state.runId === '' || holds(state, directory.journal, whole.damage));
	const wrong = isRebuilt || isCovered ? [] : differences(state, whole.state);
	if (wrong.length === 0) {
		return {state, damage, isCovered};
	}

	const aside = keepFileAside(directory.state);
	findings.mended(
		`state.json did not say what the journal says (${wrong[0]}): rebuilt from the journal, and the old one is kept as ${aside}`,
	);
	return {state: whole.state, damage, isCovered: false};
}

function differences(state: RunState, journal: RunState): readonly string[] {
	return stateProblems(JSON.parse(JSON.stringify(saveState(state, ''))), journal);
}

function kept(part: JournalDamage, journal: string): JournalDamage {
	return part.kind === 'unreadable' ? {...part, keptAs: keepPartAside(journal, part, 'damaged')} : part;
}

function holds(state: RunState, journal: string, damage: readonly JournalDamage[]): boolean {
	const handle = openSync(journal, 'r');
	try {
		return offsetsHold(state, handle, damage);
	} finally {
		closeSync(handle);
	}
}
