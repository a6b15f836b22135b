import {expect, test} from 'vitest';
import {starterSpec} from '../../source/spec/starter.ts';
import {requestsOf, specOf} from './spec-folder.ts';

test('the starter is the food example', async () => {
	const requests = await requestsOf(starterSpec);
	expect(requests.map(({asked}) => 'prompt' in asked && asked.prompt)).toEqual([
		'I like pizza',
		'I like apples',
		'I hate pizza',
		'I hate apples',
	]);
	expect((await specOf(starterSpec)).warnings).toEqual([]);
});

test('what it shows in comments is valid too', async () => {
	const lines = starterSpec.split('\n');
	const uncommented = lines
		.map(line =>
			line.replace(
				/^# (args: \{file: rows\.csv, .*|schema:|mode:.*|batch:.*|limits:.*|guard:.*|rate:.*|retry:.*|prices:.*)$/,
				'$1',
			),
		)
		.map(line =>
			line.replace(/^#( {3}(type|properties|required|additionalProperties):.*| {5}mood:.*)$/, '$1'),
		)
		.join('\n')
		.replace(/^args:\n( {2}- .*\n)+/m, '');
	const spec = await specOf({'spec.yaml': uncommented, 'rows.csv': 'food\npizza\n'});
	expect(spec.settings).toMatchObject({mode: 'direct', rate: {rpm: 500}, retry: {maxRetries: 2}});
	expect(spec.settings).toMatchObject({
		limits: {task: {costPico: 5_000_000_000_000n}},
		batch: {pollMs: 10_000},
	});
	expect(spec.prices).toMatchObject({input: 0.15, output: 0.6});
	expect(spec.schemaCheck?.({mood: 'good'})).toBeNull();
	expect(spec.args).toMatchObject({kind: 'file', limit: 1000, sample: 100, seed: 7});
	expect(spec.warnings).toEqual([]);
});
