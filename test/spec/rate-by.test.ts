import {describe, expect, test} from 'vitest';
import {readSpecCopy} from '../../source/spec/read-spec.ts';
import {folderWith, refusalOf, specOf, writeInputs} from './spec-folder.ts';

const rows = [
	{api: 'openai', model_name: 'gpt-4o', group: 'g1'},
	{api: 'openai', model_name: 'gpt-4o-mini', group: 'g1'},
	{api: 'openai', model_name: 'gpt-4o', group: 'g2'},
	{api: 'openai', model_name: 'gpt-4o'},
	{api: 'ollama', model_name: 'llama3', group: 'g2'},
	{api: 'openai', model_name: 'gpt-4o-mini'},
]
	.map(row => `${JSON.stringify({...row, prompt: 'x'})}\n`)
	.join('');

function filesFor(by: string) {
	return {'spec.yaml': `requests: {file: rows.jsonl}\nrate: {rpm: 9, by: ${by}}\n`, 'rows.jsonl': rows};
}

async function jointOf(by: string) {
	const {settings, queues} = await specOf(filesFor(by));
	return {joint: settings.rate.joint ?? [], queues: queues.map(({key}) => key)};
}

test('a number holds for the whole provider, `default` for the models without their own', async () => {
	expect((await jointOf('{openai: 5}')).joint).toEqual([
		{name: 'openai', rpm: 5, queues: ['openai/gpt-4o', 'openai/gpt-4o-mini']},
	]);
	expect((await jointOf('{openai: {default: 100, gpt-4o: 50}, ollama: {llama3: 2}}')).joint).toEqual([
		{name: 'openai gpt-4o', rpm: 50, queues: ['openai/gpt-4o']},
		{name: 'openai', rpm: 100, queues: ['openai/gpt-4o-mini']},
		{name: 'ollama llama3', rpm: 2, queues: ['ollama/llama3']},
	]);
});

test('a group that has a number has queues of its own, across providers, and counts for no provider', async () => {
	const {joint, queues} = await jointOf('{g1: {default: 3, gpt-4o: 1}, g2: 2, openai: 5}');
	expect(queues).toEqual([
		'openai/gpt-4o (g1)',
		'openai/gpt-4o-mini (g1)',
		'openai/gpt-4o (g2)',
		'openai/gpt-4o',
		'ollama/llama3 (g2)',
		'openai/gpt-4o-mini',
	]);
	expect(joint).toEqual([
		{name: 'g1 gpt-4o', rpm: 1, queues: ['openai/gpt-4o (g1)']},
		{name: 'g1', rpm: 3, queues: ['openai/gpt-4o-mini (g1)']},
		{name: 'g2', rpm: 2, queues: ['openai/gpt-4o (g2)', 'ollama/llama3 (g2)']},
		{name: 'openai', rpm: 5, queues: ['openai/gpt-4o', 'openai/gpt-4o-mini']},
	]);
});

test('without numbers the groups are only carried through', async () => {
	expect((await jointOf('{anthropic: 5}')).queues).toEqual([
		'openai/gpt-4o',
		'openai/gpt-4o-mini',
		'ollama/llama3',
	]);
});

test('a copy in a run directory has the same queues', async () => {
	const spec = await specOf(filesFor('{g1: 4}'));
	const copies = folderWith({});
	await writeInputs(spec, copies);
	const copy = await readSpecCopy(copies);
	expect(copy.queues).toEqual(spec.queues);
	expect(copy.identity).toEqual(spec.identity);
});

describe('refused', () => {
	test.each([
		[
			'{g3: 1}',
			'spec.yaml:2:21: `rate.by.g3` names no provider and no group of the rows; the nearest is `g1`.',
		],
		['{opneai: 1}', 'the nearest is `openai`.'],
		['{openai: 0}', 'spec.yaml:2:29: `rate.by.openai` must be at least 1, not the number 0.'],
		['{g1: {gpt-4o: 0}}', '`rate.by.g1.gpt-4o` must be at least 1, not the number 0.'],
		[
			'{openai: {gpt-4: 1}}',
			'`rate.by.openai.gpt-4` names no model that is asked there; the nearest is `gpt-4o`.',
		],
		['{openai: fast}', '`rate.by.openai` must be'],
	])('%s', async (by, message) => {
		expect(await refusalOf(filesFor(by))).toContain(message);
	});
});
