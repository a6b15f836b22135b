import type {Finding} from './finding.ts';
import type {RoundEnd} from './round.ts';

/** What it all came to. */
export type Score = {
	add(round: RoundEnd): void;
	readonly kills: number;
	/** Kills at random instants, and by step. */
	readonly random: number;
	lines(seed: number, seconds: number): readonly string[];
};

export function createScore(): Score {
	const bySteps = new Map<string, number>();
	const found = new Map<Finding['what'], number>();
	let [rounds, kills, random, out, boughtTwice, most] = [0, 0, 0, 0, 0, 0];
	return {
		add({kills: killed, findings}) {
			rounds++;
			for (const kill of killed) {
				kills++;
				out += kill.out;
				boughtTwice += kill.boughtTwice;
				most = Math.max(most, kill.boughtTwice);
				if (kill.plan.at === 'step') {
					bySteps.set(kill.plan.step, (bySteps.get(kill.plan.step) ?? 0) + 1);
				} else {
					random++;
				}
			}

			for (const {what} of findings) {
				found.set(what, (found.get(what) ?? 0) + 1);
			}
		},
		get kills() {
			return kills;
		},
		get random() {
			return random;
		},
		lines(seed, seconds) {
			const steps = [...bySteps].map(([step, times]) => `${step} ${times}`);
			const rows: readonly (readonly [string, string | number])[] = [
				['runs', rounds],
				['kills', kills],
				['at random instants', random],
				['at steps', steps.join(', ') || 'none'],
				['calls on the wire at kills', out],
				['answers bought twice', `${boughtTwice}, at most ${most} by one kill`],
				['lost', found.get('lost') ?? 0],
				['torn', found.get('torn') ?? 0],
				['batches doubled', found.get('doubled') ?? 0],
				['other checks that failed', found.get('wrong') ?? 0],
				['seconds', Math.round(seconds)],
				['seed', seed],
			];
			return rows.map(([name, value]) => `${name.padEnd(28)}${value}`);
		},
	};
}
