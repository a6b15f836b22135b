import type {Endpoint, JsonObject} from '../domain/request.ts';

/**
 * What keeps a body from being an answer of its endpoint, or null. Whether an answer of the right shape is usable
 * (a refusal, an empty content, a cut text) is for the domain to judge.
 */
export function shapeFlaw(endpoint: Endpoint, body: JsonObject): string | null {
	switch (endpoint) {
		case 'chat':
			return listFlaw(body, 'choices', choice => isObject(choice.message) || 'a choice has no message');
		case 'completions':
			return listFlaw(body, 'choices', choice => typeof choice.text === 'string' || 'a choice has no text');
		case 'responses':
			return responseFlaw(body);
		case 'embeddings':
			return listFlaw(body, 'data', item => isVector(item.embedding) || 'an item has no embedding');
		case 'moderations':
			return listFlaw(body, 'results', () => true);
	}
}

/** A response that was asked for in the background comes back before it is finished. */
function responseFlaw(body: JsonObject): string | null {
	const {status, output} = body;
	if (status !== undefined && status !== 'completed' && status !== 'incomplete') {
		return `the response's status is ${typeof status === 'string' ? status : 'unreadable'}`;
	}

	return Array.isArray(output) && output.every(isObject) ? null : 'no output';
}

function listFlaw(body: JsonObject, key: string, check: (item: JsonObject) => true | string): string | null {
	const list = body[key];
	if (!Array.isArray(list)) {
		return `no ${key}`;
	}

	if (list.length === 0) {
		return `${key} is empty`;
	}

	for (const item of list) {
		const verdict = isObject(item) ? check(item) : `${key} holds something else than objects`;
		if (verdict !== true) {
			return verdict;
		}
	}

	return null;
}

/** Floats, or their bytes as base64 when the request asked for that. */
function isVector(value: unknown): boolean {
	return (Array.isArray(value) && value.length > 0) || (typeof value === 'string' && value !== '');
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
