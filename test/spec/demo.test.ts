import {expect, test} from 'vitest';
import {memoryInputs} from '../../source/spec/memory-inputs.ts';
import {openRequests} from '../../source/spec/open-requests.ts';
import {readSpec} from '../../source/spec/read-spec.ts';

test('the demo of `npm start` is a run of a few thousand different requests', async () => {
	const spec = await readSpec('fixtures/demo.yaml');
	expect(spec.warnings).toEqual([]);
	const source = openRequests(spec, await memoryInputs(spec));
	expect(source.count).toBe(2400);
	expect(source.queues.map(({key}) => key)).toEqual(['openai/gpt-4o-mini', 'openai/gpt-4.1-mini']);
	const bodies = new Set(Array.from({length: source.count}, (_, i) => JSON.stringify(source.expand(i).body)));
	expect(bodies.size).toBe(2400);
	expect(source.expand(0).input).toEqual({review_id: 'r001', stars: '3'});
});
