import {Buffer} from 'node:buffer';
import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {bodyMark, decodeEvent, encodeEvent} from '../../source/domain/event-line.ts';
import {foreignEventType} from '../../source/domain/plain-events.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {hostileTexts, randomEvent} from './random-event.ts';
import {answered, created, failed, failure, start, started} from './run-fixture.ts';

describe('a line', () => {
	test('of an answer holds the facts first and the body as it came', () => {
		const event = answered(7, {
			at: start + 1234,
			usage: {input: 12, cached: 0, output: 34},
			costPico: 123_456,
			raw: '{"id": "chatcmpl-1", "n": 1.0}',
		});
		expect(encodeEvent(event)).toBe(
			`{"answered":7,"at":${start + 1234},"ms":1234,"u":[12,34],"c":123456,"r":{"id": "chatcmpl-1", "n": 1.0}}`,
		);
	});

	test('of an answer adds at most 85 bytes to its body, and 120 with a request id of 32 characters', () => {
		const event = answered(999_999, {
			at: start + 1234,
			usage: {input: 123, cached: 0, output: 456},
			costPico: 99_999_999,
			previous: -1,
		});
		const overhead = (line: string) => Buffer.byteLength(`${line}\n`) - event.raw.length;
		expect(overhead(encodeEvent(event))).toBeLessThanOrEqual(85);
		expect(overhead(encodeEvent({...event, requestId: 'r'.repeat(30)}))).toBeLessThanOrEqual(120);
	});

	test('of started attempts covers many requests', () => {
		expect(encodeEvent(started([1, 2, 3], start, 4))).toBe(`{"started":[1,2,3],"at":${start},"queue":4}`);
	});

	test('of a seldom event is the event itself', () => {
		expect(JSON.parse(encodeEvent(created(3)))).toEqual(created(3));
	});
});

describe('hostile text', () => {
	test.each(hostileTexts)('%j in the head neither moves the cut nor comes back changed', text => {
		const event = failed(1, {failure: failure('server', 500, text), requestId: text, raw: '{"a":1}'});
		const line = encodeEvent(event);
		expect(line).not.toContain('\n');
		expect(JSON.parse(line).r).toEqual({a: 1});
		expect(line.indexOf(bodyMark)).toBe(line.lastIndexOf(bodyMark));
		expect(decodeEvent(line, {body: true})).toEqual(event);
		expect(decodeEvent(line, {body: false})).toEqual({...event, raw: null});
	});

	test.each(hostileTexts)('%j as a broken body comes back byte for byte, on a line that is JSON', text => {
		for (const raw of [text, `{${text}`, `"${text}"`, `{"a":1}\n${text}`]) {
			const event = failed(1, {raw});
			const line = encodeEvent(event);
			expect(line).not.toContain('\n');
			expect(() => JSON.parse(line)).not.toThrow();
			expect(decodeEvent(line, {body: true})).toEqual(event);
		}
	});
});

test('random events come back as they were, with and without their bodies', () => {
	const random = seededRandom(testSeed('random events'));
	for (let round = 0; round < 3000; round++) {
		const event = randomEvent(random);
		const line = encodeEvent(event);
		expect(line).not.toContain('\n');
		expect(() => JSON.parse(line)).not.toThrow();
		expect(decodeEvent(line, {body: true})).toEqual(event);
		const mark = line.indexOf(bodyMark);
		const prefix = mark < 0 ? line : line.slice(0, mark + bodyMark.length);
		expect(decodeEvent(prefix, {body: false})).toEqual(withoutBody(event));
		expect(decodeEvent(line, {body: false})).toEqual(withoutBody(event));
	}
});

describe('a damaged line', () => {
	test('is null when its head is cut anywhere', () => {
		const line = encodeEvent(answered(7, {raw: '{"a":1}', requestId: 'req_1'}));
		for (let length = 0; length < line.indexOf(bodyMark); length++) {
			expect(decodeEvent(line.slice(0, length), {body: false})).toBeNull();
		}
	});

	test.each([
		'',
		'null',
		'[]',
		'12',
		'{"type":"paused"}',
		`{"type":"no-such","at":1}`,
		'{"failed":1,"at":1}',
	])('%j is no event', line => {
		expect(decodeEvent(line, {body: true})).toBeNull();
	});

	test('is told from one that a newer version wrote', () => {
		expect(foreignEventType('{"type":"batch-imagined","at":1}')).toBe('batch-imagined');
		expect(foreignEventType('{"type":"paused"}')).toBeNull();
		expect(foreignEventType('{"type":"pau')).toBeNull();
	});
});

function withoutBody(event: RunEvent): RunEvent {
	if (event.type === 'attempt-failed') {
		return {...event, raw: null};
	}

	return 'raw' in event ? {...event, raw: ''} : event;
}
