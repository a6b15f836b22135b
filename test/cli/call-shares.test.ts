import {expect, test} from 'vitest';
import {callShares} from '../../source/cli/call-shares.ts';
import {promptSharing} from '../../source/domain/prompt-sharing.ts';
import {createSource} from '../engine/scripted-source.ts';

const source = createSource(14, ['a', 'b'], index => ({prompt: `${index}`}), 'completions');
const alike = {
	...source,
	expand: (index: number) => ({...source.expand(index), body: {prompt: `${index}`}}),
};

test('a call of each queue holds as many as the spec says, the last what is left', () => {
	expect(callShares(alike, promptSharing(3))).toEqual([3 / 7, 3 / 7]);
});

test('what nothing is shared with, and what is not there, has a call each', () => {
	expect(callShares(source, promptSharing(3))).toEqual([1, 1]);
	expect(callShares(alike, null)).toEqual([1, 1]);
	expect(callShares({...alike, count: 0}, promptSharing(3))).toEqual([1, 1]);
});
