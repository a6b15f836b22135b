import type {Endpoint, QueueInfo, Request, RequestSource} from '../../source/domain/request.ts';

/** Requests of as many queues as models, in turn. */
export function createSource(
	count: number,
	models: readonly string[],
	bodyOf: (index: number) => Request['body'],
	endpoint: Endpoint,
	turns?: readonly string[],
): RequestSource {
	const queues: QueueInfo[] = models.map(model => ({key: `openai/${model}`, provider: 'openai', model}));
	return {
		count,
		queues,
		queueOf: index => index % models.length,
		id: String,
		expand: index => ({
			id: String(index),
			index,
			queue: index % models.length,
			endpoint,
			provider: 'openai',
			model: models[index % models.length] ?? '',
			modelArgs: bodyOf(index),
			body: {...bodyOf(index), index},
			asked: {prompt: 'p', prompt_raw: 'p', prompt_args: {}},
			...(turns ? {turns} : null),
			input: {},
		}),
		close() {},
	};
}
