import stringWidth from 'string-width';
import {expect, it} from 'vitest';
import {clip, clusters, displayWidth} from '../../source/view/cells.ts';

it.each([
	['', 0],
	['plain text', 10],
	['│─█▶…é', 6],
	['漢字', 4],
	['かな', 4],
	['ｆｕｌｌ', 8],
	['e\u0301', 1],
	['👩‍🚀', 2],
	['👨‍👩‍👧', 2],
	['❤️', 2],
	['🇩🇪', 2],
	['1️⃣', 2],
	['\u200b\u0301', 0],
])('measures %j as %i columns', (text, columns) => {
	expect(displayWidth(text)).toBe(columns);
	expect([...clusters(text)].reduce((sum, cluster) => sum + cluster.width, 0)).toBe(columns);
	expect([...clusters(text)].map(cluster => cluster.text).join('')).toBe(text);
});

it.each([
	['plain', 10, 'plain'],
	['plain', 3, 'pla'],
	['plain', 0, ''],
	['plain', -1, ''],
	['a漢字', 2, 'a'],
	['a漢字', 3, 'a漢'],
	['x👨‍👩‍👧y', 2, 'x'],
	['x👨‍👩‍👧y', 3, 'x👨‍👩‍👧'],
	['abe\u0301c', 3, 'abe\u0301'],
	['abe\u0301c', 2, 'ab'],
	['🇩🇪🇫🇷', 3, '🇩🇪'],
])('clips %j to %i columns', (text, columns, clipped) => {
	expect(clip(text, columns)).toBe(clipped);
});

it('calls sure only what is one column or two everywhere', () => {
	for (let code = 0x20; code < 0x10000; code++) {
		const [cluster] = clusters(String.fromCharCode(code));
		if (!cluster?.isSure) continue;
		expect(cluster.width, code.toString(16)).toBe(stringWidth(cluster.text));
		expect(cluster.width, code.toString(16)).toBeGreaterThan(0);
		expect(cluster.text, code.toString(16)).not.toMatch(/[\p{M}\p{Cf}\p{Cc}\p{Emoji_Presentation}]/u);
	}

	expect([...clusters('😀e\u0301❤️')].map(cluster => cluster.isSure)).toEqual([false, false, false]);
});

it('measures the same after many different characters', () => {
	for (let code = 0x4e00; code < 0x4e00 + 10_000; code++) displayWidth(`${String.fromCharCode(code)}e\u0301`);
	expect(displayWidth('漢e\u0301')).toBe(3);
});
