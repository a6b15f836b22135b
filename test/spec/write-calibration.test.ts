import {describe, expect, test} from 'vitest';
import {calibrate, joinOutputs} from '../../source/domain/calibration.ts';
import {obstacleToMaxTokens, writeCalibration} from '../../source/spec/write-calibration.ts';

const values = {maxTokens: 90, completionRatio: 0.4};

describe('what was calibrated', () => {
	test.each([
		['params: {max_tokens: 10} # why\n', 'params: {max_tokens: 90} # why\ncompletion_ratio: 0.4\n'],
		[
			'# top\nparams:\n  # short\n  max_completion_tokens: 10\n',
			'# top\nparams:\n  # short\n  max_completion_tokens: 90\ncompletion_ratio: 0.4\n',
		],
		['model: m\n', 'model: m\nparams: {max_tokens: 90}\ncompletion_ratio: 0.4\n'],
		[
			'params: [{temperature: 0}, {temperature: 1}]\ncompletion_ratio: 0.9 # old\n',
			'params: [{temperature: 0, max_tokens: 90}, {temperature: 1, max_tokens: 90}]\ncompletion_ratio: 0.4 # old\n',
		],
	])('is written into %j', (before, after) => {
		expect(writeCalibration(before, values, 'max_tokens')).toBe(after);
	});

	test.each([
		['params: {max_tokens: 10}', null],
		['model: m', null],
		['requests: {file: x.jsonl}', expect.stringContaining('rows')],
		['params: {n: 3}', expect.stringContaining('together')],
		['params: [{max_tokens: 1}, {max_tokens: 2}]', expect.stringContaining('compare')],
	])('does not touch the length where %j stands', (text, why) => {
		expect(obstacleToMaxTokens(text)).toEqual(why);
	});
});

test('the longest answer gets a quarter more; where some were cut short, twice as much is allowed', () => {
	const outputs = {mean: 30, p50: 28, p95: 70, max: 87, allowed: [500, 500], full: 0} as const;
	expect(calibrate(outputs)).toEqual({maxTokens: 150, completionRatio: 0.2});
	expect(calibrate({...outputs, max: 500, full: 2})).toEqual({maxTokens: 1000, completionRatio: 0.03});
	const joined = joinOutputs([
		{outputs, done: 10},
		{outputs: {...outputs, mean: 40, max: 90}, done: 90},
		{outputs: null, done: 0},
	]);
	expect(joined).toMatchObject({mean: 39, max: 90, allowed: [500, 500]});
});

test('the line breaks of Windows and a byte order mark stay', () => {
	const text = '\uFEFFmodel: m # cheap\r\nprompts: Hi\r\nparams: {max_tokens: 9}\r\n';
	expect(writeCalibration(text, {maxTokens: 5, completionRatio: 0.5}, 'max_tokens')).toBe(
		'\uFEFFmodel: m # cheap\r\nprompts: Hi\r\nparams: {max_tokens: 5}\r\ncompletion_ratio: 0.5\r\n',
	);
});
