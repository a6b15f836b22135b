import {statSync} from 'node:fs';
import process from 'node:process';
import type {RunSettings} from '../../domain/settings.ts';
import type {RunState} from '../../domain/state.ts';
import {readLockOwner} from '../../store/lock.ts';
import type {RunDirectory} from '../../store/run-directory.ts';
import {runStatus} from '../../view/run-status.ts';
import {safeJson} from '../../view/safe-json.ts';
import {safeText} from '../../view/safe-text.ts';
import {statusLines} from '../../view/status-lines.ts';
import type {Flags} from '../flags.ts';
import {ownSpec} from '../own-spec.ts';
import {readRun} from '../read-run.ts';
import {specAtHand} from '../spec-at-hand.ts';
import {standing} from '../standing.ts';
import {systemClock} from '../system-clock.ts';

/** Where a run stands, from its files alone. */
export async function status(target: string, flags: Flags): Promise<number> {
	const {directory, state, notices} = await readRun(target, flags.dir ?? null);
	const facts = runStatus(state, await settingsOf(target, directory, state, flags), systemClock.now());
	const owner = readLockOwner(directory.lock);
	for (const notice of notices) {
		process.stderr.write(`${safeText(notice)}\n`);
	}

	if (flags.json) {
		const held = state.queues.filter(({access}) => access !== 'open').map(({info}) => info.key);
		const about = {
			directory: directory.path,
			run_id: state.runId,
			simulated: state.simulated !== null,
			paused: state.paused,
			held,
			owner: owner && {pid: owner.pid, host: owner.host},
		};
		process.stdout.write(`${safeJson({...about, ...facts})}\n`);
		return 0;
	}

	const running = owner ? `held by pid ${owner.pid} on ${owner.host}` : 'nobody runs it';
	const lines = [
		`${directory.path}${state.simulated === null ? '' : ' (simulated)'}: ${standing(state, facts)}, ${running}`,
		...statusLines(facts, pausedBy(state)),
	];
	process.stdout.write(`${lines.map(line => safeText(line)).join('\n')}\n`);
	return 0;
}

function pausedBy({paused, sample}: RunState): string | null {
	if (!paused) {
		return null;
	}

	return sample?.step === 'paused' ? `the ${sample.purpose}, which is done` : 'a person';
}

/** For the ceilings: the spec at hand, else the run's copy; a status is told without either. */
async function settingsOf(
	target: string,
	directory: RunDirectory,
	state: RunState,
	{set, dir}: Flags,
): Promise<RunSettings | null> {
	const isSpec = statSync(target, {throwIfNoEntry: false})?.isFile() ?? false;
	const spec = await (isSpec
		? specAtHand({specPath: target, dir: dir ?? null, set: set ?? []}, async () => null)
		: ownSpec(directory, state, set ?? [])
	).catch(async () => ownSpec(directory, state).catch(() => null));
	return spec?.settings ?? null;
}
