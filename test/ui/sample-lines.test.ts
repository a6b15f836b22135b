import {expect, test} from 'vitest';
import {sampleLines} from '../../source/ui/panes/sample.tsx';
import type {SampleView} from '../../source/view/sample-view.ts';

const sample: SampleView = {
	purpose: 'canary',
	done: 3,
	failed: 0,
	failures: [],
	outputs: null,
	costUsd: 0.0001,
	forecastUsd: 0.0029,
	left: 297,
};

test.each([
	[76, ' p goes on with the other 297'],
	[24, ' p goes on, 297 left'],
])('the pane of a canary says how to go on in %i columns', (columns, expected) => {
	const last = sampleLines(sample, columns, 2).at(-1)!;
	expect(last.map(({text}) => text).join('')).toBe(expected);
});
