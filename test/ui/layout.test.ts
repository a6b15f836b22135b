import {describe, expect, test} from 'vitest';
import {
	type Arrangement,
	type Layout,
	layOut,
	listRows,
	paneNames,
	type Rect,
} from '../../source/ui/layout.ts';

const calm: Arrangement = {focus: 'queue', isZoomed: false, hasDialog: false};

describe('the layout', () => {
	test.each([
		[200, 60, 'large'],
		[120, 40, 'large'],
		[100, 30, 'large'],
		[99, 30, 'compact'],
		[100, 29, 'compact'],
		[80, 20, 'compact'],
		[79, 24, 'single'],
		[80, 19, 'single'],
		[40, 10, 'single'],
		[39, 10, 'too-small'],
		[40, 9, 'too-small'],
		[1, 1, 'too-small'],
	])('at %ix%i is %s', (columns, rows, kind) => {
		expect(layOut({columns, rows}, calm).kind).toBe(kind);
	});

	test('shows what each kind promises', () => {
		const shown = (columns: number, rows: number, arrangement: Partial<Arrangement>) =>
			Object.keys(layOut({columns, rows}, {...calm, ...arrangement}).panes);
		expect(shown(120, 40, {})).toEqual(['queue', 'in-flight', 'retries', 'cost', 'detail']);
		expect(shown(120, 40, {hasDialog: true})).toEqual(['queue', 'in-flight', 'retries', 'cost']);
		expect(shown(120, 40, {focus: 'cost', isZoomed: true})).toEqual(['cost']);
		expect(shown(80, 24, {})).toEqual(['queue', 'in-flight', 'retries', 'cost']);
		expect(shown(80, 24, {focus: 'detail'})).toEqual(['detail', 'in-flight', 'retries', 'cost']);
		expect(shown(80, 24, {hasDialog: true})).toEqual(['queue']);
		expect(shown(60, 15, {focus: 'retries'})).toEqual(['retries']);
	});

	test('never lets two rectangles overlap or leave the screen', () => {
		const wrong: string[] = [];
		for (const {layout, name} of everyLayout()) {
			const rects = rectsOf(layout);
			for (const [position, rect] of rects.entries()) {
				if (!isInside(rect, layout)) wrong.push(`${name}: ${JSON.stringify(rect)} is outside`);
				const others = rects.slice(position + 1).filter(other => overlap(rect, other));
				if (others.length > 0) wrong.push(`${name}: ${JSON.stringify([rect, ...others])} overlap`);
			}
		}

		expect(wrong).toEqual([]);
	});

	test('fills every cell that is not blank by intention', () => {
		for (const [columns, rows] of [
			[120, 40],
			[100, 30],
			[80, 24],
			[85, 41],
			[40, 10],
		] as const) {
			const area = rectsOf(layOut({columns, rows}, calm)).reduce(
				(sum, rect) => sum + rect.columns * rect.rows,
				0,
			);
			expect(area, `${columns}x${rows}`).toBe(columns * rows);
		}
	});

	test('always leaves room for a request, and remembers its place while the list is hidden', () => {
		expect([...everyLayout()].filter(({layout}) => listRows(layout) < 1)).toEqual([]);
		const open = layOut({columns: 80, rows: 24}, {...calm, focus: 'detail'});
		expect(listRows(open)).toBe(listRows(layOut({columns: 80, rows: 24}, calm)));
	});
});

function* everyLayout(): Generator<{readonly layout: Layout; readonly name: string}> {
	for (let columns = 40; columns <= 200; columns += 17) {
		for (let rows = 10; rows <= 70; rows += 5) {
			for (const focus of paneNames) {
				for (const flags of [0, 1, 2, 3]) {
					const arrangement = {focus, isZoomed: (flags & 1) > 0, hasDialog: (flags & 2) > 0};
					const name = `${columns}x${rows} ${JSON.stringify(arrangement)}`;
					yield {layout: layOut({columns, rows}, arrangement), name};
				}
			}
		}
	}
}

function rectsOf({header, toast, footer, panes, detailLine, dialog}: Layout): readonly Rect[] {
	return [header, toast, footer, ...Object.values(panes), detailLine, dialog].filter(rect => rect !== null);
}

function isInside(rect: Rect, {size}: Layout): boolean {
	const isShown = rect.x >= 0 && rect.y >= 0 && rect.columns > 0 && rect.rows > 0;
	return isShown && rect.x + rect.columns <= size.columns && rect.y + rect.rows <= size.rows;
}

function overlap(a: Rect, b: Rect): boolean {
	const isBeside = a.x + a.columns <= b.x || b.x + b.columns <= a.x;
	return !isBeside && !(a.y + a.rows <= b.y || b.y + b.rows <= a.y);
}
