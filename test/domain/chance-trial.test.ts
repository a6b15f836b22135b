import {expect, test} from 'vitest';
import {
	beginTrial,
	type Finding,
	findOut,
	noteOnTrial,
	type Trial,
} from '../../source/domain/chance-trial.ts';

const before = {paceBefore: 1000, sentPace: 1000, shareBefore: 0.01, fewestCalls: 1200, mostCalls: 5000};

/** A level's calls at so many a second, each hundredth refused; what came of it, and when. */
function sendLevel(trial: Trial, perSecond: number, from: number): {finding: Finding | null; now: number} {
	const {level, pace} = trial;
	let now = from;
	let started = trial.from;
	let finding: Finding | null = null;
	while (finding === null && trial.level === level && trial.pace === pace) {
		now += 1000 / perSecond;
		if (trial.endsAt === null && ++started % 100 === 0) {
			noteOnTrial(trial, started, started);
		}

		finding = findOut(trial, started, 10, now);
	}

	return {finding, now};
}

test('a level that left slowly, as all was slow, is not what the next is held against for ever', () => {
	const trial = beginTrial(before, 0, 0);
	const slow = sendLevel(trial, 50, 0);
	expect(slow.finding).toBeNull();
	const fast = sendLevel(trial, trial.pace, slow.now);
	expect(fast.finding, 'faster than the level before: it tells nothing yet').toBeNull();
	const {finding} = sendLevel(trial, trial.pace, fast.now);
	expect(finding).toEqual({kind: 'chance', share: expect.closeTo(0.01, 2)});
});

test('a level lasts half a minute, however few calls leave in it', () => {
	const trial = beginTrial(before, 0, 0);
	const {finding, now} = sendLevel(trial, 2, 0);
	expect(finding).toEqual({kind: 'limit'});
	expect(now).toBeGreaterThan(30_000);
	expect(now).toBeLessThan(32_000);
});
