import {describe, expect, test} from 'vitest';
import {
	bar,
	count,
	countdown,
	duration,
	etaText,
	latency,
	money,
	percent,
	perSecond,
	plural,
	shortCount,
	sparkline,
	timeOfDay,
} from '../../source/view/format.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

test.each([
	[0, '00:00'],
	[-5, '00:00'],
	[999, '00:00'],
	[41 * second, '00:41'],
	[59 * minute + 59 * second + 999, '59:59'],
	[hour, '1:00:00'],
	[hour + 12 * minute + 44 * second, '1:12:44'],
	[24 * hour - 1, '23:59:59'],
	[51 * hour, '2d 03h'],
])('a duration of %i ms is %s', (ms, text) => {
	expect(duration(ms)).toBe(text);
});

test.each([
	[-3, '0s'],
	[0, '0s'],
	[1, '1s'],
	[7_200, '8s'],
	[99 * second, '99s'],
	[99 * second + 1, '01:40'],
])('a countdown of %i ms is %s', (ms, text) => {
	expect(countdown(ms)).toBe(text);
});

test.each([
	[null, '-'],
	[0.4, '0ms'],
	[999.9, '999ms'],
	[1_999, '1.9s'],
	[9_999, '9.9s'],
	[42_400, '42s'],
	[125 * second, '02:05'],
])('a latency of %d ms is %s', (ms, text) => {
	expect(latency(ms)).toBe(text);
});

test.each([
	[0, '0', '0'],
	[1_204, '1,204', '1,204'],
	[9_999, '9,999', '9,999'],
	[10_000, '10,000', '10k'],
	[61_902, '61,902', '61.9k'],
	[99_999, '99,999', '99.9k'],
	[999_999, '999,999', '999.9k'],
	[1_000_000, '1,000,000', '1M'],
	[1_250_000, '1,250,000', '1.2M'],
	[41_200_000, '41,200,000', '41.2M'],
	[1_100_000_000, '1,100,000,000', '1.1B'],
])('%i is counted %s, in short %s', (amount, long, short) => {
	expect(count(amount)).toBe(long);
	expect(shortCount(amount)).toBe(short);
});

test.each([
	[null, 'unknown'],
	[0, '$0.00'],
	[1e-12, '<$0.0001'],
	[0.000_049, '<$0.0001'],
	[0.000_05, '$0.0001'],
	[0.000_3, '$0.0003'],
	[0.001_1, '$0.0011'],
	[0.02, '$0.0200'],
	[0.31, '$0.31'],
	[18.42, '$18.42'],
	[999.999, '$1,000.00'],
	[12_345.678, '$12,345.68'],
])('%d USD reads %s', (usd, text) => {
	expect(money(usd)).toBe(text);
});

test.each([
	[0, 0, '0.0%'],
	[0, 10, '0.0%'],
	[1, 1_000_000, '0.1%'],
	[61_902, 100_000, '61.9%'],
	[99_999, 100_000, '99.9%'],
	[100_000, 100_000, '100.0%'],
])('%i of %i is %s', (part, total, text) => {
	expect(percent(part, total)).toBe(text);
});

test.each([
	[null, '-'],
	[0, '0.0/s'],
	[0.034, '0.03/s'],
	[12.44, '12.4/s'],
	[2431.3, '2,431/s'],
])('a rate of %d reads %s', (rate, text) => {
	expect(perSecond(rate)).toBe(text);
});

test('a time of day is that of the local clock', () => {
	expect(timeOfDay(new Date(2026, 10, 20, 9, 4, 7).getTime())).toBe('09:04:07');
});

test.each([
	[null, '-'],
	['stalled', 'stalled'],
	[{ms: 38_400, plusMinusMs: 3_100}, '00:38±04'],
	[{ms: hour + 12 * minute + 44 * second, plusMinusMs: 5 * minute + 10 * second}, '1:12:44±05:10'],
] as const)('an ETA of %o reads %s', (eta, text) => {
	expect(etaText(eta)).toBe(text);
});

test('an ETA can do without other characters than ASCII', () => {
	expect(etaText({ms: 38_000, plusMinusMs: 4_000}, '+-')).toBe('00:38+-04');
});

test('a number of things has one or several', () => {
	expect(plural(1, 'request')).toBe('1 request');
	expect(plural(0, 'request')).toBe('0 requests');
	expect(plural(1204, 'retry', 'retries')).toBe('1,204 retries');
});

describe('a bar', () => {
	test.each([
		[-1, '....'],
		[0, '....'],
		[0.0001, '#...'],
		[0.5, '##..'],
		[0.9999, '###.'],
		[1, '####'],
		[2, '####'],
	])('at %d is %s', (fraction, text) => {
		expect(bar(fraction, 4, '#', '.')).toBe(text);
	});

	test('without room is empty', () => {
		expect(bar(0.5, 0, '#', '.')).toBe('');
	});
});

test.each([
	[[], ''],
	[[0, 0, 0], '___'],
	[[0, 1, 4, 8], '_.-#'],
	[[0, 1, 1000], '_.#'],
])('the sparkline of %j is %s', (values, text) => {
	expect(sparkline(values, ['_', '.', '-', '#'])).toBe(text);
});
