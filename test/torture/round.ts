import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {checkEnd} from './check-end.ts';
import {billedBy} from './check-money.ts';
import {checkSession} from './check-session.ts';
import {createFindings, type Finding} from './finding.ts';
import {type JournalModel, readJournal} from './journal-model.ts';
import {type KillPlan, runSession, type SessionEnd} from './killed-session.ts';
import type {MadeSpec} from './made-spec.ts';
import {startWitness, type Witness} from './witness.ts';

/** One kill, as it went. */
export type Kill = {
	readonly plan: KillPlan;
	/** Calls that were on the wire, by the journal. */
	readonly out: number;
	/** Answers that were paid for and not kept. */
	readonly boughtTwice: number;
};

export type RoundEnd = {
	readonly kills: readonly Kill[];
	readonly findings: readonly Finding[];
};

export type RoundOptions = {
	readonly folder: string;
	readonly spec: MadeSpec;
	/** Of the server. */
	readonly seed: number;
	/** One for each session; what is not killed by then runs to its end. */
	readonly plans: readonly KillPlan[];
};

/** One run from its start to its end, killed on the way, and resumed with the same command. */
export async function playRound({folder, spec, seed, plans}: RoundOptions): Promise<RoundEnd> {
	mkdirSync(folder, {recursive: true});
	for (const [name, text] of Object.entries(spec.files)) {
		writeFileSync(path.join(folder, name), text);
	}

	const {script, lossPercent} = spec;
	const witness = await startWitness({script, seed, lossPercent, logFile: path.join(folder, 'server.jsonl')});
	try {
		return await play(folder, spec, plans, witness);
	} finally {
		await witness.close();
	}
}

/** More resumes than this mean that it goes round in circles. */
const mostSessions = 60;

async function play(
	folder: string,
	spec: MadeSpec,
	plans: readonly KillPlan[],
	witness: Witness,
): Promise<RoundEnd> {
	const run = path.join(folder, 'spec.promptbatch');
	const findings = createFindings();
	const kills: Kill[] = [];
	const left = [...plans];
	let {ceilingUsd} = spec;
	let journal: JournalModel = readJournal(path.join(run, 'journal.jsonl'));
	let callsBefore = 0;
	for (let sessions = 0; sessions < mostSessions; sessions++) {
		const plan = left.shift() ?? {at: 'never'};
		const args = ['spec.yaml', '--base-url', witness.url, '--display', 'json'];
		args.push(...(ceilingUsd === null ? [] : ['--max-cost', String(ceilingUsd)]));
		const end = await runSession(args, folder, plan);
		// While the server comes to rest.
		const verified = verifySession(folder, run);
		writeFileSync(path.join(folder, `session-${sessions + 1}.txt`), told(plan, end));
		const witnessed = await witness.read();
		const batches = await witness.list('batches');
		writeFileSync(path.join(folder, 'batches.json'), JSON.stringify(batches, null, '\t'));
		const ended = {run, spec, before: journal, witnessed, callsBefore, endedAtMs: end.endedAtMs};
		const checked = checkSession(ended, findings);
		journal = checked.journal;
		callsBefore = witnessed.calls.length;
		findings.expect(...(await verified));
		if (ceilingUsd !== null) {
			const {direct, batch} = billedBy(witnessed, batches);
			const most = BigInt(Math.round(ceilingUsd * 1e12));
			findings.expect(
				direct + batch <= most,
				`${direct + batch} picodollars billed under a ceiling of ${most}`,
			);
		}

		findings.expect(!end.isStuck, `session ${sessions + 1} did not end`);
		if (end.code === null) {
			kills.push({plan, out: journal.out, boughtTwice: checked.boughtTwice});
		} else if (end.code === 3 && ceilingUsd !== null) {
			ceilingUsd = null;
		} else if (end.code === 0 || end.code === 1) {
			const files = await witness.list('files');
			checkEnd({run, spec, journal, witnessed, files, batches, ...end}, findings);
			return {kills, findings: findings.all};
		} else {
			findings.expect(false, `session ${sessions + 1} ended with ${end.code}: ${end.stderr.trim()}`);
		}

		if (findings.all.length > 0) {
			return {kills, findings: findings.all};
		}
	}

	findings.expect(false, `not through after ${mostSessions} sessions`);
	return {kills, findings: findings.all};
}

/** `verify` finds a run sound, but for what a kill leaves to the next start: a torn last line, no state.json yet. */
async function verifySession(
	folder: string,
	run: string,
): Promise<readonly [holds: boolean, message: string]> {
	const {bytes, tailBytes} = readJournal(path.join(run, 'journal.jsonl'));
	if (bytes.length === tailBytes) {
		return [true, ''];
	}

	const isLeft = tailBytes > 0 || !existsSync(path.join(run, 'state.json'));

	const {code, stdout, stderr} = await runSession(['verify', 'spec.yaml', '--json'], folder, {at: 'never'});
	return [code === (isLeft ? 1 : 0), `verify exits ${code}: ${stdout.slice(0, 3000)}${stderr}`];
}

/** Kept in the folder of the round, for whoever looks into it. */
function told(plan: KillPlan, {code, endedAtMs, stdout, stderr}: SessionEnd): string {
	return `${JSON.stringify({plan, code, endedAtMs})}\n--- stdout\n${stdout}\n--- stderr\n${stderr}\n`;
}
