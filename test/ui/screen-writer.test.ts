import {describe, expect, it} from 'vitest';
import {createScreenWriter} from '../../source/ui/screen-writer.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {changedPart, randomFrame} from './random-frame.ts';
import {createVirtualScreen, type WidthModel} from './virtual-screen.ts';

const seed = testSeed('screen writer');

function setUp(columns: number, rows: number, model?: WidthModel) {
	const screen = createVirtualScreen(columns, rows, model);
	const writes: string[] = [];
	const write = (data: string): void => {
		writes.push(data);
		void screen.write(data);
	};

	return {screen, writes, writer: createScreenWriter({write, columns, rows})};
}

async function freshCells(frame: string, columns: number, rows: number, model?: WidthModel) {
	const {screen, writer} = setUp(columns, rows, model);
	writer.draw(frame);
	return screen.cells();
}

describe.each(['unicode6', 'clusters'] as const)('on a terminal that counts columns by %s', model => {
	it('shows after any draws and resizes what a fresh draw shows', async () => {
		const random = seededRandom(seed);
		let [columns, rows] = [20, 6];
		const {screen, writer} = setUp(columns, rows, model);
		let frame = '';
		for (let step = 0; step < 250; step++) {
			if (random() < 0.15) {
				// The emulator has at least two columns.
				columns = 2 + Math.floor(random() * 30);
				rows = 1 + Math.floor(random() * 8);
				screen.resize(columns, rows);
				writer.resize(columns, rows);
			}

			frame = random() < 0.3 ? randomFrame(random, columns, rows) : changedPart(random, frame, columns);
			writer.draw(frame);
			expect(await screen.cells(), `step ${step}, ${columns}x${rows}: ${JSON.stringify(frame)}`).toEqual(
				await freshCells(frame, columns, rows, model),
			);
		}
	});
});

it('shows what the terminal itself makes of the frame', async () => {
	const random = seededRandom(seed);
	const {screen, writer} = setUp(40, 5);
	for (let step = 0; step < 100; step++) {
		const frame = randomFrame(random, 40, 5, 'sure');
		writer.draw(frame);
		const plain = createVirtualScreen(40, 5);
		for (const [y, line] of frame.split('\n').entries()) void plain.write(`\u001b[m\u001b[${y + 1}H${line}`);
		expect(await screen.cells(), `step ${step}: ${JSON.stringify(frame)}`).toEqual(await plain.cells());
	}
});

describe('bytes', () => {
	const dashboard = (done: number): string =>
		Array.from({length: 40}, (_, y) => `│row ${y} ${'.'.repeat(90)} ${y === 7 ? done : 'x'} │`).join('\n');

	it('writes nothing for the same frame', () => {
		const {writes, writer} = setUp(120, 40);
		expect(writer.draw(dashboard(1))).toBe(Buffer.byteLength(writes.join('')));
		expect(writer.draw(dashboard(1))).toBe(0);
		expect(writes).toHaveLength(1);
	});

	it('writes a changed digit in a move and a character', () => {
		const {writes, writer} = setUp(120, 40);
		writer.draw(dashboard(1));
		expect(writer.draw(dashboard(2))).toBe(8);
		expect(writes.at(-1)).toBe('\u001b[8;99H2');
	});

	it('writes over small gaps and erases the rest of a line', () => {
		const {writes, writer} = setUp(80, 2);
		writer.draw('1a2a3 something long\nsecond');
		writer.draw('4a5a6\nsecond');
		expect(writes.at(-1)).toBe('\u001b[H4a5a6\u001b[K');
	});

	it('keeps the style from draw to draw and changes only what differs', () => {
		const {writes, writer} = setUp(80, 2);
		writer.draw('\u001b[31ma\u001b[39m b');
		writer.draw('\u001b[31mc\u001b[39m b');
		writer.draw('\u001b[1;31md\u001b[22;39m b');
		expect(writes.slice(1)).toEqual(['\u001b[H\u001b[31mc', '\b\u001b[1md']);
	});

	it('writes every cell after repaint, without clearing the screen', () => {
		const {writes, writer} = setUp(10, 2);
		writer.draw('one\ntwo');
		writer.repaint();
		writer.draw('one\ntwo');
		expect(writes[1]).toBe(writes[0]);
		expect(writes[1]).not.toContain('\u001b[2J');
	});
});

it('draws everything again when the last write failed', async () => {
	const screen = createVirtualScreen(10, 2);
	let isBroken = false;
	const write = (data: string): void => {
		if (isBroken) throw new Error('EIO');
		void screen.write(data);
	};

	const writer = createScreenWriter({write, columns: 10, rows: 2});
	writer.draw('one\ntwo');
	isBroken = true;
	expect(() => writer.draw('six\ntwo')).toThrow('EIO');
	isBroken = false;
	await screen.write('\u001b[2Jgarbage');
	writer.draw('six\ntwo');
	expect(await screen.rows()).toEqual(['six', 'two']);
});

it('never cuts a wide character in half at the right edge', async () => {
	const {screen, writer} = setUp(5, 2);
	writer.draw('abcd漢\nab漢字');
	expect(await screen.rows()).toEqual(['abcd', 'ab漢']);
});

it('lets nothing but SGR through', async () => {
	const {screen, writes, writer} = setUp(40, 3);
	writer.draw(
		'a\u001b[2J\u001b]0;title\u0007\u001b]52;c;eA==\u001b\\b\u001bc\u0007\b\u009b31mc\u001b[?1049l\nnext\u001b',
	);
	expect(writes.join('').replaceAll(/\u001b\[[\d;]*[mHGCKD]|\u001b\[\?2026[hl]/g, '')).not.toMatch(
		/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/,
	);
	expect(await screen.rows()).toEqual(['ab31mc', 'next', '']);
});

it('writes ASCII only where the terminal does not read UTF-8', async () => {
	const screen = createVirtualScreen(20, 1);
	const write = (data: string): void => void screen.write(data);
	createScreenWriter({write, columns: 20, rows: 1, isAsciiOnly: true}).draw('é漢x 👩‍🚀 e\u0301');
	expect(await screen.rows()).toEqual(['???x ?? ?']);
});
