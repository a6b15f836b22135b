import {spawn} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import type {LifeStep} from '../../source/domain/life-step.ts';

/** When a session ends: by itself, so long after its start or its first line, or at the nth time of a step. */
export type KillPlan =
	| {readonly at: 'never'}
	| {readonly at: 'start' | 'first-line'; readonly afterMs: number}
	| {readonly at: 'step'; readonly step: LifeStep; readonly nth: number};

export type SessionEnd = {
	/** Null: it was killed. */
	readonly code: number | null;
	/** It was not killed by plan, but because it did not end. */
	readonly isStuck: boolean;
	readonly endedAtMs: number;
	readonly stdout: string;
	readonly stderr: string;
};

export const cliFile = path.resolve('dist/cli.js');
/** Whoever has not ended by then never will. */
const longestMs = 90_000;

/** One process of the program, as it ships. */
export async function runSession(
	args: readonly string[],
	folder: string,
	plan: KillPlan,
): Promise<SessionEnd> {
	const child = spawn(process.execPath, [cliFile, ...args], {
		cwd: folder,
		env: {
			PATH: process.env.PATH,
			HOME: folder,
			XDG_CONFIG_HOME: folder,
			OPENAI_API_KEY: 'sk-test-torture',
			...(plan.at === 'step' && {PROMPTBATCH_FAILPOINT: `${plan.step}:${plan.nth}`}),
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const kill = () => child.kill('SIGKILL');
	process.once('exit', kill);
	let isStuck = false;
	const giveUp = () => {
		isStuck = true;
		kill();
	};
	const timers = [setTimeout(giveUp, longestMs)];
	let [stdout, stderr] = ['', ''];
	let endedAtMs = 0;
	if (plan.at === 'start') {
		timers.push(setTimeout(kill, plan.afterMs));
	}

	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		if (stdout === '' && plan.at === 'first-line') {
			timers.push(setTimeout(kill, plan.afterMs));
		}

		stdout += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	child.once('exit', () => {
		endedAtMs = Date.now();
	});
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	});
	timers.forEach(clearTimeout);
	process.off('exit', kill);
	return {code, isStuck, endedAtMs, stdout, stderr};
}
