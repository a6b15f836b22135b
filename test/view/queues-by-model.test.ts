import {expect, test} from 'vitest';
import {createQueue} from '../../source/domain/create-state.ts';
import {queuesByModel} from '../../source/view/queues-by-model.ts';

test('queues of one model count together, others stay apart', () => {
	const queues = [
		{
			...createQueue({key: 'openai/m (a)', provider: 'openai', model: 'm', group: 'a'}),
			done: 2,
			latencies: [1, 2],
		},
		{...createQueue({key: 'openai/n', provider: 'openai', model: 'n'}), done: 5},
		{...createQueue({key: 'openai/m', provider: 'openai', model: 'm'}), done: 3, failed: 1, latencies: [4]},
		{...createQueue({key: 'groq/m', provider: 'groq', model: 'm'}), done: 7},
	];
	expect(queuesByModel(queues).map(({done, failed, latencies}) => [done, failed, latencies])).toEqual([
		[5, 1, [5, 2]],
		[5, 0, []],
		[7, 0, []],
	]);
	expect(queues[0]!.latencies).toEqual([1, 2]);
});
