import {describe, expect, test} from 'vitest';
import {detailLines, suitedTab} from '../../source/ui/detail-lines.ts';
import type {DetailTab} from '../../source/ui/ui-state.ts';
import {displayWidth} from '../../source/view/cells.ts';
import type {RequestDetail} from '../../source/view/request-detail.ts';
import {detailFixture} from './snapshot-fixture.ts';

const shown = (tab: DetailTab, rest: Partial<RequestDetail> = {}, columns = 60): readonly string[] =>
	detailLines({...detailFixture(733), ...rest}, tab, columns).map(line =>
		line.map(({text}) => text).join(''),
	);

describe('the detail of a request', () => {
	test.each([
		['failed', 'error'],
		['waiting', 'error'],
		['done', 'answer'],
		['queued', 'prompt'],
		['in-flight', 'prompt'],
		['batched', 'prompt'],
	] as const)('of one that is %s opens at the %s', (status, tab) => {
		expect(suitedTab(status)).toBe(tab);
	});

	test('prompt: the text, then what is sent', () => {
		expect(shown('prompt')).toEqual([
			'Summarise the following filing in five bullet points. Use',
			'only facts stated in the text.',
			'',
			'The company was founded in 1987.',
			'',
			'request body',
			'{',
			'  "model": "gpt-4o-mini",',
			'  "max_tokens": 256',
			'}',
		]);
	});

	test('prompt: what a person changed comes first', () => {
		expect(shown('prompt', {changed: 'max_tokens=512'}).slice(0, 2)).toEqual(['changed  max_tokens=512', '']);
	});

	test('answer: what is known of it, its warnings, its choices', () => {
		const usage = {input: 1204, cached: 1000, output: 98};
		const answer = {
			answers: ['one', 'two\nlines'],
			finishReason: 'length',
			usage,
			costUsd: 0.0003,
			warnings: ['truncated'],
		};
		expect(shown('answer', answer, 100)).toEqual([
			'openai gpt-4o-mini   finish length   1,204 in (1,000 cached), 98 out   cost $0.0003',
			'warning: truncated',
			'choice 0',
			'one',
			'choice 1',
			'two',
			'lines',
		]);
	});

	test.each<readonly [DetailTab, Partial<RequestDetail>, string]>([
		['answer', {}, 'no answer'],
		['error', {error: null}, 'no error'],
		['attempts', {attempts: []}, 'not tried yet'],
		['answer', {answers: ['x'], usage: null}, 'openai gpt-4o-mini   finish -   usage unknown   cost unknown'],
	])('%s without anything to show says so', (tab, rest, line) => {
		expect(shown(tab, rest, 100)[0]).toBe(line);
	});

	test('attempts: oldest first, their messages under them', () => {
		expect(shown('attempts', {}, 80)).toEqual([
			'12:39:34  direct  503 server  8.4s  maybe billed  request-id req_1b2c',
			'  overloaded',
			'12:40:38  direct  400 context_length  840ms  request-id req_9f2c',
			'  01:04 later, was 503 server, 7.5s quicker, other message',
			'  maximum context length is 128000 tokens (asked 131,204)',
		]);
	});

	test('shows hostile text and breaks it into lines that fit', () => {
		const text = `\u001b[2J\u202e${'世界 '.repeat(50)}\r\n\u0007`;
		for (const tab of ['prompt', 'answer', 'error', 'attempts'] as const) {
			const attempt = {...detailFixture(1).attempts[0]!, message: text, requestId: text};
			const lines = shown(
				tab,
				{prompt: text, changed: text, body: text, answers: [text], error: text, attempts: [attempt]},
				30,
			);
			expect(lines.every(line => displayWidth(line) <= 30)).toBe(true);
			expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f\u202e]/);
			expect(lines.join('')).toContain('␛[2J');
		}
	});
});
