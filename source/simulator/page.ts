import type {JsonObject} from '../domain/request.ts';
import type {ApiError} from './api-error.ts';
import {invalidRequest, notFound} from './api-error.ts';

type PageOptions = {
	readonly query: URLSearchParams;
	readonly what: string;
	readonly mostItems: number;
	readonly defaultItems: number;
};

/** A cursor page of `items`, which are in the order of the list; `after` is the id of the last one seen. */
export function pageOf<T extends {readonly id: string}>(
	items: readonly T[],
	describe: (item: T) => JsonObject,
	{query, what, mostItems, defaultItems}: PageOptions,
): JsonObject | ApiError {
	const limit = Number(query.get('limit') ?? defaultItems);
	if (!Number.isInteger(limit) || limit < 1 || limit > mostItems) {
		return invalidRequest(`Invalid 'limit': expected an integer from 1 to ${mostItems}.`, 'limit');
	}

	const after = query.get('after');
	const position = after === null ? -1 : items.findIndex(({id}) => id === after);
	if (after !== null && position === -1) {
		return notFound(what, after, 'after');
	}

	const page = items.slice(position + 1, position + 1 + limit);
	return {
		object: 'list',
		data: page.map(describe),
		first_id: page[0]?.id ?? null,
		last_id: page.at(-1)?.id ?? null,
		has_more: position + 1 + limit < items.length,
	};
}

export function isApiError(value: JsonObject | ApiError): value is ApiError {
	return 'error' in value && 'status' in value;
}
