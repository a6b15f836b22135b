import {randomBytes} from 'node:crypto';
import {describe, expect, it} from 'vitest';
import {readForm} from '../../source/simulator/multipart.ts';
import type {Random} from '../../source/simulator/random.ts';
import {createRandom, pick, wholeBetween} from '../../source/simulator/random.ts';

type Part = {readonly name: string; readonly filename: string | null; readonly value: string};

describe('readForm', () => {
	it('reads the same whatever the pieces are', async () => {
		const seed = Math.floor(Math.random() * 1e9);
		const random = createRandom(seed);
		for (let round = 0; round < 100; round++) {
			const parts: readonly Part[] = [
				{name: 'purpose', filename: null, value: 'batch'},
				{name: 'file', filename: 'a b.jsonl', value: trickyValue(random)},
				{name: 'empty', filename: null, value: ''},
			];
			const {read, ended} = await collect(cutUp(formOf(parts), random));
			expect(read, `seed ${seed}`).toEqual(parts);
			expect(ended, `seed ${seed}`).toBe(true);
		}
	});

	it('does not end a form that is cut', async () => {
		const form = formOf([{name: 'file', filename: 'x', value: 'some text'}]);
		const {ended} = await collect([form.subarray(0, -8)]);
		expect(ended).toBe(false);
	});

	it('skips a preamble and an epilogue', async () => {
		const form = formOf([{name: 'a', filename: null, value: 'b'}]);
		const {read} = await collect([
			Buffer.from('preamble\r\n'),
			form,
			Buffer.from('\r\n--limit\r\n\r\nepilogue'),
		]);
		expect(read).toEqual([{name: 'a', filename: null, value: 'b'}]);
	});

	it('holds back no more than a delimiter', async () => {
		let given = 0;
		let taken = 0;
		let mostHeld = 0;
		async function* pieces() {
			yield Buffer.from('--limit\r\nContent-Disposition: form-data; name="file"\r\n\r\n');
			for (let piece = 0; piece < 50; piece++) {
				given += 10_000;
				yield randomBytes(10_000);
				mostHeld = Math.max(mostHeld, given - taken);
			}
		}

		for await (const event of readForm(pieces(), 'limit')) {
			taken += event.kind === 'data' ? event.bytes.length : 0;
		}

		expect(mostHeld).toBeLessThan(20);
	});
});

/** Full of what looks like the beginning of a delimiter, and without a whole one. */
function trickyValue(random: Random): string {
	const pieces = ['\r\n--limi', '\r', '\n', '--limit', '\r\n', '-', 'text', '\r\n\r\n', 'x'.repeat(50)];
	return Array.from({length: wholeBetween(random, 0, 30)}, () => pick(random, pieces))
		.join('')
		.replaceAll('\r\n--limit', '\r\n--limi+');
}

function formOf(parts: readonly Part[]): Buffer {
	const written = parts.map(({name, filename, value}) => {
		const file = filename === null ? '' : `; filename="${filename}"`;
		return `--limit\r\nContent-Disposition: form-data; name="${name}"${file}\r\nX: y\r\n\r\n${value}\r\n`;
	});
	return Buffer.from(`${written.join('')}--limit--\r\n`);
}

function cutUp(form: Buffer, random: Random): readonly Buffer[] {
	const pieces: Buffer[] = [];
	for (let at = 0; at < form.length; ) {
		const length = wholeBetween(random, 1, 20);
		pieces.push(form.subarray(at, at + length));
		at += length;
	}

	return pieces;
}

async function collect(pieces: readonly Buffer[]) {
	const read: {name: string; filename: string | null; value: string}[] = [];
	let ended = false;
	async function* stream() {
		yield* pieces;
	}

	for await (const event of readForm(stream(), 'limit')) {
		if (event.kind === 'part') {
			read.push({name: event.name, filename: event.filename, value: ''});
		} else if (event.kind === 'data') {
			read.at(-1)!.value += event.bytes.toString('latin1');
		} else {
			ended = true;
		}
	}

	return {read, ended};
}
