/** Lines of an OpenAI batch input and output, as a user has them. */
export function inputLine(id: string, content: string, model = 'gpt-4o-mini'): string {
	const body = {model, max_tokens: 8, messages: [{role: 'user', content}]};
	return `${JSON.stringify({custom_id: id, method: 'POST', url: '/v1/chat/completions', body})}\n`;
}

/** `more`: over the keys of the line. */
export function outputLine(id: string, content: string, more: object = {}): string {
	const body = {
		id: 'chatcmpl-1',
		object: 'chat.completion',
		model: 'gpt-4o-mini-2024-07-18',
		choices: [{index: 0, message: {role: 'assistant', content, refusal: null}, finish_reason: 'stop'}],
		usage: {prompt_tokens: 9, completion_tokens: 3, total_tokens: 12},
	};
	const response = {status_code: 200, request_id: `req_${id}`, body};
	return `${JSON.stringify({id: `batch_req_${id}`, custom_id: id, response, error: null, ...more})}\n`;
}
