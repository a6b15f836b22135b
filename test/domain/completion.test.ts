import {expect, test} from 'vitest';
import {completionOf, learnedCompletion, noteCompletion} from '../../source/domain/completion.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

function counts(answers: readonly (readonly [output: number, allowed: number | null])[]): number[] {
	const noted: number[] = [];
	for (const [output, allowed] of answers) {
		noteCompletion(noted, output, allowed);
	}

	return noted;
}

test('nothing is learned from fewer than 50 answers, nor from those that nothing bounds', () => {
	expect(learnedCompletion(counts(Array.from({length: 49}, () => [10, 100])))).toBeNull();
	expect(learnedCompletion(counts(Array.from({length: 99}, () => [10, null])))).toBeNull();
	expect(learnedCompletion(counts(Array.from({length: 99}, () => [0, 0])))).toBeNull();
	expect(learnedCompletion(counts(Array.from({length: 50}, () => [10, 100])))).toBe(0.15);
});

test('what nine of ten answers stay within', () => {
	const short = Array.from({length: 45}, () => [10, 100] as const);
	const long = Array.from({length: 5}, () => [90, 100] as const);
	expect(learnedCompletion(counts([...short, ...long]))).toBe(0.15);
	expect(learnedCompletion(counts([...short, ...long, [90, 100]]))).toBe(0.95);
	expect(learnedCompletion(counts(Array.from({length: 60}, () => [100, 100])))).toBe(1);
	expect(learnedCompletion(counts(Array.from({length: 60}, () => [250, 100])))).toBe(1);
});

test('at least nine of ten random answers stay within it, and no twentieth less would do', () => {
	const random = seededRandom(testSeed('completion'));
	for (let round = 0; round < 200; round++) {
		const power = 0.2 + random() * 3;
		const answers = Array.from({length: 50 + Math.floor(random() * 200)}, () => {
			const allowed = 1 + Math.floor(random() * 1000);
			return [Math.floor(allowed * random() ** power), allowed] as const;
		});
		const learned = learnedCompletion(counts(answers)) ?? Number.NaN;
		const within = (ratio: number) =>
			answers.filter(([output, allowed]) => output / allowed <= ratio + 1e-9).length / answers.length;
		expect(within(learned)).toBeGreaterThanOrEqual(0.9);
		const strictly = answers.filter(([output, allowed]) => output / allowed < learned - 0.05 - 1e-9);
		expect(strictly.length / answers.length).toBeLessThan(0.9 + 1e-9);
	}
});

test('what is given counts before what was learned, and that before the assumption', () => {
	const learned = counts(Array.from({length: 50}, () => [10, 100]));
	expect(completionOf(0.3, learned)).toBe(0.3);
	expect(completionOf(null, learned)).toBe(0.15);
	expect(completionOf(null, [])).toBe(0.5);
});
