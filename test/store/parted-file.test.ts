import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {createPartedFile} from '../../source/store/parted-file.ts';
import {runDirectory} from '../../source/store/run-directory.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
let runs = 0;

test('parts hold every line in order, and none is larger than it may be', async () => {
	const random = seededRandom(testSeed('parted file'));
	for (let round = 0; round < 20; round++) {
		const directory = newDirectory();
		const maxEntries = random() < 0.3 ? null : 1 + Math.floor(random() * 8);
		const maxBytes = maxEntries !== null && random() < 0.5 ? null : 20 + Math.floor(random() * 200);
		const lines = Array.from(
			{length: Math.floor(random() * 60)},
			(_, index) => `${index} ${'ä'.repeat(Math.floor(random() * 30))}\n`,
		);
		const file = createPartedFile(directory, {maxEntries, maxBytes});
		lines.forEach(file.write);
		await file.sync();
		const {count} = file.place()!;
		const names = readdirSync(directory.path).sort();
		const total = String(count).padStart(3, '0');
		expect(names).toEqual(
			Array.from(
				{length: count},
				(_, part) => `results-part${String(part + 1).padStart(3, '0')}of${total}.jsonl`,
			),
		);
		const parts = names.map(name => readFileSync(path.join(directory.path, name)));
		expect(parts.join('')).toBe(lines.join(''));
		for (const part of parts) {
			const entries = part.toString().split('\n').length - 1;
			expect(entries).toBeLessThanOrEqual(maxEntries ?? 60);
			expect(entries === 1 || part.length <= (maxBytes ?? 1e9)).toBe(true);
		}
	}
});

test('whatever split the results before makes way, and until then it stays whole', async () => {
	const directory = newDirectory();
	await write(directory, 1, ['a\n', 'b\n', 'c\n']);
	writeFileSync(path.join(directory.path, 'results-part.jsonl'), 'somebody else’s');
	const file = createPartedFile(directory, {maxEntries: 2, maxBytes: null});
	['d\n', 'e\n', 'f\n'].forEach(file.write);
	await file.sync();
	expect(placed(directory)).toEqual([
		'results-part001of003.jsonl',
		'results-part002of003.jsonl',
		'results-part003of003.jsonl',
	]);
	file.place();
	expect(placed(directory)).toEqual(['results-part001of002.jsonl', 'results-part002of002.jsonl']);
	const whole = createPartedFile(directory, null);
	whole.write('g\n');
	await whole.sync();
	whole.place();
	expect(readdirSync(directory.path).sort()).toEqual(['results-part.jsonl', 'results.jsonl']);
	await write(directory, 1, ['h\n']);
	expect(readdirSync(directory.path).sort()).toEqual(['results-part.jsonl', 'results-part001of001.jsonl']);
});

test('what is given up leaves nothing behind, however many parts there were', async () => {
	const directory = newDirectory();
	const file = createPartedFile(directory, {maxEntries: 1, maxBytes: null});
	// More than a process may have open at once, were they kept open.
	for (let index = 0; index < 1500; index++) {
		file.write(`${index}\n`);
		if (index % 100 === 0) {
			await new Promise(resolve => setTimeout(resolve, 1));
		}
	}

	await file.discard();
	expect(readdirSync(directory.path)).toEqual([]);
});

async function write(
	directory: ReturnType<typeof newDirectory>,
	maxEntries: number,
	lines: readonly string[],
) {
	const file = createPartedFile(directory, {maxEntries, maxBytes: null});
	lines.forEach(file.write);
	await file.sync();
	file.place();
}

function placed(directory: ReturnType<typeof newDirectory>): readonly string[] {
	return readdirSync(directory.path)
		.filter(name => /of\d+\.jsonl$/.test(name))
		.sort();
}

function newDirectory() {
	const directory = runDirectory(path.join(folder, String(runs++)));
	mkdirSync(directory.path);
	return directory;
}
