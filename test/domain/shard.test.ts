import {describe, expect, test} from 'vitest';
import {createQueue} from '../../source/domain/create-state.ts';
import type {Price} from '../../source/domain/price.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import {
	addLine,
	batchMetadata,
	embeddingInputsOf,
	emptyShard,
	impossibleLine,
	isWithin,
	type LineSize,
	remoteName,
	shardLimits,
} from '../../source/domain/shard.ts';

const rates = {input: 1, cachedInput: 1, output: 1};
const price: Price = {direct: rates, batch: rates, tiers: [], source: 'test'};

const line: LineSize = {
	bytes: 100,
	input: 10,
	output: 5,
	embeddingInputs: 0,
	worst: {requests: 1, tokens: 20, costPico: 1000n},
};

function queue(fields: {price?: Price | null; enqueuedLimit?: number | null} = {}) {
	return {...createQueue({key: 'openai/m', provider: 'openai', model: 'm'}), price, ...fields};
}

describe('what fits into a file', () => {
	test('the tightest bound holds, sizes with a margin', () => {
		expect(shardLimits(defaultSettings, queue(), {})).toEqual({
			requests: 50_000,
			bytes: Math.floor(190e6 / 1.01),
			tokens: Math.floor(20e6 / 1.05),
			costPico: 50_000_000_000_000n,
			embeddingInputs: 50_000,
		});
		const {batch, remote} = defaultSettings;
		const settings = {
			...defaultSettings,
			batch: {...batch, maxRequests: 90_000, maxBytes: 900e6, maxCostPico: null},
			remote: {...remote, maxRequests: 70, maxCostPico: 7n},
		};
		const limits = shardLimits(settings, queue({enqueuedLimit: 1050}), {});
		expect(limits).toMatchObject({requests: 70, bytes: Math.floor(200e6 / 1.01), tokens: 1000, costPico: 7n});
	});

	test('costs do not bound a model without a price', () => {
		expect(shardLimits(defaultSettings, queue({price: null}), {}).costPico).toBeNull();
	});

	test.each([
		['requests', {requests: 2}],
		['bytes', {bytes: 299}],
		['tokens', {tokens: 29}],
		['cost', {costPico: 2999n}],
	])('a third line is too much for %s', (_, bound) => {
		const limits = {...shardLimits(defaultSettings, queue(), {}), ...bound};
		const two = addLine(addLine(emptyShard, line), line);
		expect(isWithin(two, limits)).toBe(true);
		expect(isWithin(addLine(two, line), limits)).toBe(false);
	});

	test('texts to embed are counted, whatever form they have', () => {
		expect(embeddingInputsOf({input: 'a'}, 'embeddings')).toBe(1);
		expect(embeddingInputsOf({input: ['a', 'b', 'c']}, 'embeddings')).toBe(3);
		expect(embeddingInputsOf({input: [[1, 2], [3]]}, 'embeddings')).toBe(2);
		expect(embeddingInputsOf({input: [17, 5, 9]}, 'embeddings')).toBe(1);
		expect(embeddingInputsOf({input: ['a', 'b']}, 'chat')).toBe(0);
	});

	test('a line that no file can take is named', () => {
		expect(impossibleLine(line, {})).toBeNull();
		expect(impossibleLine({...line, bytes: 200e6 + 1}, {})).toMatch(/200 MB/);
		expect(impossibleLine({...line, embeddingInputs: 50_001}, {})).toMatch(/50,000/);
	});
});

test('a batch is known again by run, shard and content, and by nothing of the user', () => {
	const sha256 = 'abcdef0123456789'.repeat(4);
	expect(remoteName('run', {shard: 7, sha256})).toBe('pb-run-7-abcdef01.jsonl');
	expect(batchMetadata('run', {shard: 7, sha256})).toEqual({pb_run: 'run', pb_shard: '7', pb_sha: sha256});
});
