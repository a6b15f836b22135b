import type {BatchReply} from '../domain/batch-ports.ts';
import type {JsonObject} from '../domain/request.ts';
import {isObject} from './answer-shape.ts';

export type Page = {
	readonly items: readonly unknown[];
	/** Null where the API leaves it out. */
	readonly hasMore: boolean | null;
	/** What Groq wants to be told for the next page, in place of the last id. */
	readonly next: string | null;
};

/** A page of a list, or null when it is none. */
export function readPage({data, has_more: hasMore, paging}: JsonObject): Page | null {
	const next = isObject(paging) ? paging.next_cursor : null;
	return Array.isArray(data)
		? {
				items: data,
				hasMore: typeof hasMore === 'boolean' ? hasMore : null,
				next: typeof next === 'string' && next !== '' ? next : null,
			}
		: null;
}

/** Where a page begins: after the item with this id, where the page before said, or at the beginning. */
export type Cursor = {readonly after?: string; readonly cursor?: string};

/** 20,000 batches: ten times what the API lets one create in an hour. */
const mostPages = 200;

/**
 * Gathers a list page by page until the server or `isEnough` (told the items of a page) says that it is over. A
 * server that ignores `after`, or walks in circles, comes to an end where a page brings nothing new.
 */
export async function gatherPages<Item extends {readonly id: string}>(
	fetchPage: (cursor: Cursor) => Promise<BatchReply<Page>>,
	read: (item: unknown) => Item | null,
	isEnough: (page: readonly Item[]) => boolean,
): Promise<BatchReply<readonly Item[]>> {
	const found = new Map<string, Item>();
	let cursor: Cursor = {};
	for (let count = 0; count < mostPages; count++) {
		const reply = await fetchPage(cursor);
		if (!reply.ok) {
			return reply;
		}

		const {items, hasMore, next} = reply.value;
		const page = items.map(read).filter(item => item !== null);
		const known = found.size;
		for (const item of page) {
			if (!found.has(item.id)) {
				found.set(item.id, item);
			}
		}

		if (hasMore === false || found.size === known || isEnough(page)) {
			return {ok: true, value: [...found.values()]};
		}

		const last = page.at(-1);
		cursor = next !== null ? {cursor: next} : last ? {after: last.id} : {};
	}

	// An incomplete list would hide a batch that is there, and it would be made twice.
	return {
		ok: false,
		failure: {
			kind: 'malformed',
			status: 200,
			code: null,
			message: `the list does not end within ${mostPages} pages`,
		},
		retryHintMs: null,
		maybeDone: false,
	};
}
