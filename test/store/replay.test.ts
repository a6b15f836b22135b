import {closeSync, openSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {decodeEvent, encodeEvent} from '../../source/domain/event-line.ts';
import {replay} from '../../source/store/replay.ts';
import {randomEvent} from '../domain/random-event.ts';
import {answered, started} from '../domain/run-fixture.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {temporaryFolder} from './temporary-folder.ts';

const file = path.join(temporaryFolder(), 'journal.jsonl');

describe('replay', () => {
	test('gives every event with its offset and without its body, from any line on', () => {
		const random = seededRandom(testSeed('replayed events'));
		const lines = Array.from({length: 3000}, () => encodeEvent(randomEvent(random)));
		const offsets = write(lines);
		for (const from of [0, 1, 1500, 2999]) {
			const {events, end, damaged} = readAll(offsets[from]);
			expect(damaged).toEqual([]);
			expect(end).toBe(readFileSync(file).length);
			expect(events.map(([, offset]) => offset)).toEqual(offsets.slice(from));
			expect(events.map(([event]) => event)).toEqual(
				lines.slice(from).map(line => decodeEvent(line, {body: false})),
			);
		}
	});

	test('reads lines that are longer than what is read at once', () => {
		const lines = [3_000_000, 10, 1_048_576, 2_500_000].map((length, index) =>
			encodeEvent(answered(index, {raw: `{"text":"${'x'.repeat(length)}"}`})),
		);
		const offsets = write(lines);
		const {events, damaged} = readAll();
		expect(damaged).toEqual([]);
		expect(events.map(([event, offset]) => ['index' in event && event.index, offset])).toEqual(
			offsets.map((offset, index) => [index, offset]),
		);
	});

	test('of a journal cut at any byte gives the whole lines before the cut', () => {
		const lines = [encodeEvent(started([1, 2])), ...[1, 2].map(index => encodeEvent(answered(index)))];
		const offsets = write(lines);
		for (let size = readFileSync(file).length; size >= 0; size--) {
			truncateSync(file, size);
			const whole = offsets.filter((offset, index) => offset + lines[index]!.length < size);
			const {events, end, damaged} = readAll();
			expect(events.map(([, offset]) => offset)).toEqual(whole);
			expect(end).toBe(whole.length > 0 ? whole.at(-1)! + lines[whole.length - 1]!.length + 1 : 0);
			expect(damaged).toEqual([]);
		}
	});

	test('passes over damaged lines and hands them out as they are', () => {
		const whole = encodeEvent(answered(7, {raw: '{"text":"hello"}'}));
		const damaged = [
			whole.slice(0, -2),
			whole.slice(0, 10),
			whole.replace('hello', 'he\0lo'),
			'\0\0\0\0',
			'',
			'not ours',
			'{"type":"paused"}',
		];
		write(damaged.flatMap(line => [line, whole]));
		const found = readAll();
		expect(found.damaged).toEqual(damaged);
		expect(found.events).toHaveLength(damaged.length);
	});

	test('treats an event that its reader finds impossible as damage', () => {
		const lines = [encodeEvent(answered(1)), encodeEvent(answered(2))];
		write(lines);
		expect(readAll(0, event => 'index' in event && event.index === 2).damaged).toEqual([lines[0]]);
	});
});

/** Returns the offsets of the lines. */
function write(lines: readonly string[]): readonly number[] {
	writeFileSync(file, `${lines.join('\n')}\n`);
	let end = 0;
	return lines.map(line => {
		const offset = end;
		end += Buffer.byteLength(line) + 1;
		return offset;
	});
}

function readAll(from = 0, isPossible: (event: RunEvent) => boolean = () => true) {
	const events: [RunEvent, number][] = [];
	const damaged: string[] = [];
	const handle = openSync(file, 'r');
	const end = replay(handle, from, {
		onEvent(event, offset) {
			events.push([event, offset]);
			return isPossible(event);
		},
		onDamage: line => damaged.push(line.toString()),
	});
	closeSync(handle);
	return {events, damaged, end};
}
