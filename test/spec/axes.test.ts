import {expect, test} from 'vitest';
import {axisNames, createAxes, zipProblem} from '../../source/spec/axes.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

const axis = (length: number, isList = true) => ({length, isList});

test('a product counts like nested loops, the first axis outermost', () => {
	const random = seededRandom(testSeed('axes'));
	for (let round = 0; round < 100; round++) {
		const [prompts, args, model, params] = axisNames.map(() => 1 + Math.floor(random() * 4)) as [
			number,
			number,
			number,
			number,
		];
		const axes = createAxes('product', {
			prompts: axis(prompts),
			args: axis(args),
			model: axis(model),
			params: axis(params),
		});
		let index = 0;
		for (let p = 0; p < prompts; p++) {
			for (let a = 0; a < args; a++) {
				for (let m = 0; m < model; m++) {
					for (let k = 0; k < params; k++) {
						expect(axisNames.map(name => axes.position(name, index))).toEqual([p, a, m, k]);
						index++;
					}
				}
			}
		}

		expect(axes.count).toBe(index);
		expect(axes.takesIds).toBe(prompts * model * params === 1);
	}
});

test('zip walks all lists together and repeats single values', () => {
	const lengths = {prompts: axis(1, false), args: axis(3), model: axis(1, false), params: axis(3)};
	const axes = createAxes('zip', lengths);
	expect(axes.count).toBe(3);
	expect(axes.takesIds).toBe(true);
	expect(axisNames.map(name => axes.position(name, 2))).toEqual([0, 2, 0, 2]);
	expect(zipProblem(lengths)).toBeNull();
	expect(zipProblem({...lengths, model: axis(1)})).toContain('`args` has 3 and `model` 1');
});

test('zip of single values is one request', () => {
	const single = axis(1, false);
	expect(createAxes('zip', {prompts: single, args: single, model: single, params: single}).count).toBe(1);
});
