import process from 'node:process';
import {readLockOwner} from '../../store/lock.ts';
import {safeJson} from '../../view/safe-json.ts';
import {safeText} from '../../view/safe-text.ts';
import {isComplete, isSound} from '../../view/verification.ts';
import {verificationLines} from '../../view/verification-lines.ts';
import type {Flags} from '../flags.ts';
import {createProgressLine} from '../progress-line.ts';
import {runDirectoryOf} from '../read-run.ts';
import {verifyRun} from '../verify-run.ts';

/** Proves that a run adds up, or says where it does not: 0 or 1. Reads only, also while another process runs it. */
export async function verify(target: string, flags: Flags): Promise<number> {
	const directory = runDirectoryOf(target, flags.dir ?? null);
	const progress = createProgressLine(process.stderr);
	const isHeld = readLockOwner(directory.lock) !== null;
	const found = await verifyRun(directory, isHeld, progress.show);
	progress.clear();
	if (flags.json) {
		const {directory: folder, runId, checks, requests, facts} = found;
		const about = {directory: folder, run_id: runId, sound: isSound(found), complete: isComplete(found)};
		process.stdout.write(`${safeJson({...about, requests, checks, ...facts})}\n`);
	} else {
		const lines = verificationLines(found, flags.ascii);
		process.stdout.write(`${lines.map(line => safeText(line)).join('\n')}\n`);
	}

	return isSound(found) ? 0 : 1;
}
