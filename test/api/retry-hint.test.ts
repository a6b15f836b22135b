import {expect, test} from 'vitest';
import {readRetryHintMs} from '../../source/api/retry-hint.ts';

const now = Date.UTC(2026, 10, 20, 12, 0, 0);

test.each([
	[{'retry-after-ms': '250'}, 250],
	[{'retry-after-ms': '12.5', 'retry-after': '60'}, 12.5],
	[{'retry-after-ms': 'soon', 'retry-after': '2'}, 2000],
	[{'retry-after-ms': '-5', 'retry-after': '2'}, 2000],
	[{'retry-after': '120'}, 120_000],
	[{'retry-after': '0'}, 0],
	[{'retry-after': ' 1.5 '}, 1500],
	[{'retry-after': ['3', '9']}, 3000],
	[{'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT'}, 30_000],
	[{'retry-after': 'Friday, 20-Nov-26 12:00:30 GMT'}, 30_000],
	[{'retry-after': 'Fri Nov 20 12:00:30 2026'}, 30_000],
	[{'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT'}, 0],
])('%j asks for %d ms', (headers, hintMs) => {
	expect(readRetryHintMs(headers, now)).toBe(hintMs);
});

test('a date is taken by the clock of the server that sent it', () => {
	const headers = {
		'retry-after': 'Fri, 20 Nov 2026 15:00:10 GMT',
		date: 'Fri, 20 Nov 2026 15:00:00 GMT',
	};
	expect(readRetryHintMs(headers, now)).toBe(10_000);
	expect(readRetryHintMs({...headers, date: 'today'}, now)).toBe(3 * 3_600_000 + 10_000);
});

test.each([
	'',
	'-1',
	'garbage',
	'garbage 12',
	'20 26',
	'1e9',
	'Infinity',
	'0x10',
	'2 seconds',
	'2026-11-20T12:00:30Z',
])('%j asks for nothing that can be read', text => {
	expect(readRetryHintMs({'retry-after': text}, now)).toBeNull();
});

test('no header, no hint', () => {
	expect(readRetryHintMs({}, now)).toBeNull();
});
