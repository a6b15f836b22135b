import {expect, test} from 'vitest';
import type {Exchange} from '../../source/api/exchange.ts';
import {outcomeOf} from '../../source/api/outcome.ts';
import type {Endpoint} from '../../source/domain/request.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

const key = 'sk-test-0123456789';
const endpoints: readonly Endpoint[] = ['chat', 'completions', 'responses', 'embeddings', 'moderations'];

test('whatever comes back has an outcome that keeps its promises', () => {
	const random = seededRandom(testSeed('outcome'));
	const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)]!;
	const leaves = [
		null,
		1e3,
		'',
		'x\ny',
		key,
		true,
		'failed',
		'completed',
		'insufficient_quota',
		'\u2028',
		'\uD800',
	];
	const names = [
		'choices',
		'message',
		'content',
		'text',
		'error',
		'code',
		'type',
		'status',
		'output',
		'data',
	];
	names.push('embedding', 'results', 'detail', '__proto__', 'innererror', 'toString');
	function value(depth: number): unknown {
		const kind = depth > 4 ? 0 : random();
		if (kind < 0.3) {
			return pick(leaves);
		}

		const size = Math.floor(random() * 3);
		return kind < 0.6
			? Array.from({length: size}, () => value(depth + 1))
			: Object.fromEntries(Array.from({length: size + 1}, () => [pick(names), value(depth + 1)]));
	}

	function body(): string {
		const text = JSON.stringify(value(0), null, pick([undefined, 2])) ?? '';
		return random() < 0.2 ? text.slice(0, random() * text.length) : text;
	}

	const kinds = new Set<string>();
	for (let round = 0; round < 20_000; round++) {
		const exchange: Exchange = {
			end: pick(['complete', 'complete', 'complete', 'expired', 'aborted', 'broken']),
			sent: random() < 0.8,
			status: pick([null, 200, 200, 200, 201, 204, 302, 400, 429, 500]),
			headers: pick([
				{},
				{'retry-after': '1', location: `http://u:${key}@h`, 'x-request-id': ['a', 'b']},
				{'x-request-id': key},
			]),
			text: body(),
			error: pick([null, new Error(`boom ${key}`), new AggregateError([new Error('inner')])]),
		};
		const outcome = outcomeOf(exchange, {endpoint: pick(endpoints), timeoutMs: 1000, key}, 0);
		const seen = JSON.stringify(exchange);
		kinds.add(outcome.kind);
		expect(JSON.stringify(outcome), seen).not.toContain(key);
		if (outcome.kind === 'answered') {
			expect(exchange, seen).toMatchObject({end: 'complete'});
			expect(outcome.raw, seen).not.toMatch(/[\r\n]/);
			expect(JSON.parse(outcome.raw), seen).toEqual(outcome.body);
		} else if (outcome.kind === 'failed') {
			const {failure, maybeBilled, raw} = outcome;
			const is2xx = exchange.status !== null && exchange.status < 300;
			expect(failure.message, seen).toMatch(/^[^\r\n]{0,2000}$/);
			expect(failure.status, seen).toBe(exchange.status);
			expect(raw === null, seen).toBe(!is2xx);
			expect(maybeBilled || !is2xx || !exchange.sent, seen).toBe(true);
		} else {
			expect(exchange.end, seen).toBe('aborted');
		}
	}

	expect([...kinds].sort()).toEqual(['aborted', 'answered', 'failed']);
});

test('nesting without end breaks nothing', () => {
	const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
	for (const text of [deep, `{"error":{"message":${deep}}}`, `{"detail":${deep}}`, `{"status":${deep}}`]) {
		for (const status of [200, 400]) {
			const exchange: Exchange = {end: 'complete', sent: true, status, headers: {}, text, error: null};
			const outcome = outcomeOf(exchange, {endpoint: 'responses', timeoutMs: 1000, key}, 0);
			expect(outcome.kind).toBe('failed');
		}
	}
});
