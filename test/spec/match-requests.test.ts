import {expect, test} from 'vitest';
import type {KeptRange} from '../../source/domain/event.ts';
import {matchRequests} from '../../source/spec/match-requests.ts';
import {memoryInputs} from '../../source/spec/memory-inputs.ts';
import {openRequests} from '../../source/spec/open-requests.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {type Files, specOf} from './spec-folder.ts';

async function side(yaml: string | Files) {
	const spec = await specOf(yaml);
	return {spec, source: openRequests(spec, await memoryInputs(spec))};
}

async function match(before: string | Files, after: string | Files): Promise<readonly KeptRange[]> {
	return matchRequests(await side(before), await side(after));
}

const rows = (lines: string, spec = '') => ({
	'spec.yaml': `model: m\nprompts: "{{x}}"\nargs: {file: r.csv}\n${spec}`,
	'r.csv': lines,
});

test('an equal spec keeps everything, in one range', async () => {
	const yaml = 'model: [a, b]\nprompts: ["1 {{x}}", "2 {{x}}"]\nargs: [{x: 1}, {x: 2}]\n';
	expect(await match(yaml, yaml)).toEqual([[0, 0, 8]]);
});

test('a row that is inserted, removed or moved leaves the others their results', async () => {
	expect(await match(rows('x\na\nb\nc\n'), rows('x\na\nnew\nb\nc\n'))).toEqual([
		[0, 0, 1],
		[2, 1, 2],
	]);
	expect(await match(rows('x\na\nb\nc\n'), rows('x\na\nc\n'))).toEqual([
		[0, 0, 1],
		[1, 2, 1],
	]);
	expect(await match(rows('x\na\nb\n'), rows('x\nb\na\n'))).toEqual([
		[0, 1, 1],
		[1, 0, 1],
	]);
});

test('equal rows keep their order', async () => {
	expect(await match(rows('x\na\na\nb\n'), rows('x\nb\na\na\na\n'))).toEqual([
		[0, 2, 1],
		[1, 0, 2],
	]);
});

test('a named row keeps its result whatever else changed; a new name is a new request', async () => {
	expect(await match(rows('id,x\np,a\nq,b\n'), rows('id,x\nq,B\nr,a\np,A\n'))).toEqual([
		[0, 1, 1],
		[2, 0, 1],
	]);
});

test('rows that get names, or lose them, are matched by what they ask', async () => {
	expect(await match(rows('x\na\nb\n'), rows('id,x\nq,b\np,a\n'))).toEqual([
		[0, 1, 1],
		[1, 0, 1],
	]);
	expect(await match(rows('id,x\np,a\nq,b\n'), rows('x\nb\na\n'))).toEqual([
		[0, 1, 1],
		[1, 0, 1],
	]);
});

test('a changed parameter or model keeps results by position', async () => {
	const spec = (model: string, params: string) => `model: ${model}\nprompts: [x, y]\nparams: ${params}\n`;
	expect(await match(spec('a', '{t: 0}'), spec('a', '{t: 1}'))).toEqual([[0, 0, 2]]);
	expect(await match(spec('a', '{t: 0}'), spec('b', '{t: 0}'))).toEqual([[0, 0, 2]]);
});

test('a model or params item that both specs hold is the same wherever it stands', async () => {
	const spec = (model: string, params = '{t: 0}') => `model: ${model}\nprompts: [x, y]\nparams: ${params}\n`;
	// b was the second of two and is the first of three now; a is gone, c and d are new.
	expect(await match(spec('[a, b]'), spec('[b, c, d]'))).toEqual([
		[0, 1, 1],
		[3, 3, 1],
	]);
	// c stands opposite to a, which is gone.
	expect(await match(spec('[a, b]'), spec('[c, b]'))).toEqual([[0, 0, 4]]);
	expect(await match(spec('a', '[{t: 0}, {t: 1}]'), spec('a', '[{t: 1}]'))).toEqual([
		[0, 1, 1],
		[1, 3, 1],
	]);
});

test('a template that is inserted moves the others', async () => {
	expect(await match('model: m\nprompts: [x, y]\n', 'model: m\nprompts: [w, x, y]\n')).toEqual([[1, 0, 2]]);
});

test('chat prompts are matched by all of their messages', async () => {
	const chat = (text: string) =>
		`model: m\nprompts:\n  - {messages: [{role: system, content: ${text}}, {role: user, content: x}]}\n`;
	expect(await match(chat('a'), chat('a'))).toEqual([[0, 0, 1]]);
	expect(await match(chat('a'), chat('b'))).toEqual([]);
});

test('no request is kept twice, and each kept one asks the same', async () => {
	const random = seededRandom(testSeed('match-requests'));
	for (let round = 0; round < 30; round++) {
		const list = () =>
			Array.from({length: 1 + Math.floor(random() * 12)}, () => 'abcd'[Math.floor(random() * 4)]);
		const spec = () => ({
			'spec.yaml': `model: [${['m', 'n', 'o'].slice(Math.floor(random() * 3)).join(', ')}]\nprompts: ["{{x}}", "-{{x}}"]\nargs: {file: r.csv}\n`,
			'r.csv': `x\n${list().join('\n')}\n`,
		});
		const before = await side(spec());
		const after = await side(spec());
		const seen = new Set<number>();
		for (const [from, was, length] of matchRequests(before, after)) {
			for (let step = 0; step < length; step++) {
				expect(seen.has(was + step)).toBe(false);
				seen.add(was + step);
				expect(after.source.expand(from + step).body.messages).toEqual(
					before.source.expand(was + step).body.messages,
				);
			}
		}

		// As many are kept as both sides hold of each prompt, were it not for models that come and go.
		if (before.spec.models.items.length === after.spec.models.items.length) {
			const count = (source: typeof before.source) => {
				const counts = new Map<string, number>();
				for (let index = 0; index < source.count; index++) {
					const {body, model} = source.expand(index);
					const key = `${model} ${JSON.stringify(body.messages)}`;
					counts.set(key, (counts.get(key) ?? 0) + 1);
				}

				return counts;
			};
			const counts = count(before.source);
			let expected = 0;
			for (const [key, number] of count(after.source)) {
				expected += Math.min(number, counts.get(key) ?? 0);
			}

			expect(seen.size).toBe(expected);
		}
	}
});
