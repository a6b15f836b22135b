import {existsSync, mkdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type {LifeStep} from '../../source/domain/life-step.ts';
import {seededRandom} from '../seeded-random.ts';
import type {KillPlan} from './killed-session.ts';
import {cliFile} from './killed-session.ts';
import {readOptions, type TortureOptions} from './options.ts';
import {kindsWith, type PlannedRound, planRandomRound, planStepRound, steps} from './plan-rounds.ts';
import {playRound, type RoundEnd} from './round.ts';
import {createScore} from './score.ts';

/** Kills of one run, at most: then it may end. */
const mostKills = 6;
/** A step that a spec does not get to by chance is tried with the next one. */
const mostTries = 8;
const times = 2;
const begunAt = performance.now();
const score = createScore();
const options = readOptions(process.argv.slice(2));

if (typeof options === 'string') {
	process.stderr.write(`${options}\n`);
	process.exitCode = 2;
} else if (!existsSync(cliFile)) {
	process.stderr.write('dist/cli.js is missing: run `npm run build` first.\n');
	process.exitCode = 2;
} else {
	await torture(options);
}

async function torture({rounds, seed, kinds, withSteps}: TortureOptions): Promise<void> {
	const base = path.resolve('.torture', `seed-${seed}`);
	rmSync(base, {recursive: true, force: true});
	mkdirSync(base, {recursive: true});
	const random = seededRandom(seed);
	const nextSeed = () => Math.floor(random() * 1e9);
	let round = 0;

	/** Null: something is wrong with it. */
	async function play(planned: PlannedRound): Promise<RoundEnd | null> {
		const folder = path.join(base, String(++round));
		const end = await playRound({folder, ...planned});
		score.add(end);
		process.stdout.write(`${lineOf(round, planned, end)}\n`);
		if (end.findings.length === 0) {
			rmSync(folder, {recursive: true, force: true});
			return end;
		}

		for (const {what, message} of end.findings.slice(0, 20)) {
			process.stdout.write(`    ${what}: ${message}\n`);
		}

		process.stdout.write(`    ${planned.spec.about}; kept in ${folder}\n`);
		return null;
	}

	/** False: something is wrong. */
	async function playSteps(step: LifeStep): Promise<boolean> {
		const possible = kindsWith(step).filter(kind => kinds.includes(kind));
		let killed = 0;
		for (let tries = 0; killed < times && tries < mostTries && possible.length > 0; tries++) {
			const kind = possible[tries % possible.length]!;
			const end = await play(planStepRound(nextSeed(), step, kind, killed === 0 || tries >= times));
			if (end === null) {
				return false;
			}

			killed += end.kills.length;
		}

		if (killed < times && possible.length > 0) {
			process.stdout.write(`    no run got to the step ${step}\n`);
		}

		return killed >= times || possible.length === 0;
	}

	async function playAll(): Promise<boolean> {
		for (const step of withSteps ? steps : []) {
			if (!(await playSteps(step))) {
				return false;
			}
		}

		for (let turn = 0; score.random < rounds; turn++) {
			const kills = Math.min(rounds - score.random, 1 + Math.floor(random() * mostKills));
			if ((await play(planRandomRound(nextSeed(), kinds[turn % kinds.length]!, kills))) === null) {
				return false;
			}
		}

		return true;
	}

	const isWell = await playAll();
	const lines = score.lines(seed, (performance.now() - begunAt) / 1000);
	process.stdout.write(`\n${lines.join('\n')}\n`);
	if (isWell) {
		rmSync(base, {recursive: true, force: true});
	} else {
		process.stdout.write(`FAILED with --seed ${seed}\n`);
		process.exitCode = 1;
	}
}

function lineOf(round: number, {spec, plans}: PlannedRound, {kills, findings}: RoundEnd): string {
	const out = kills.reduce((sum, kill) => sum + kill.out, 0);
	const twice = kills.reduce((sum, kill) => sum + kill.boughtTwice, 0);
	const verdict = findings.length === 0 ? 'ok' : `FAILED: ${findings.length}`;
	const step = plans.find((plan): plan is KillPlan & {at: 'step'} => plan.at === 'step');
	const where = step ? `at ${step.step} ${step.nth}` : 'at random';
	return `${String(round).padStart(4)}  ${spec.kind.padEnd(7)} ${String(kills.length).padStart(2)} kills ${where.padEnd(17)} ${String(out).padStart(3)} on the wire, ${String(twice).padStart(2)} bought twice   ${verdict}`;
}
