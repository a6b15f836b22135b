import type {Request, RequestSource} from '../domain/request.ts';
import type {NewRequest, StagePort} from '../domain/stage.ts';
import type {RunState} from '../domain/state.ts';

/** What a stage asked already, in this session and in earlier ones. */
export type KnownRequests = {
	/** It is on record from an earlier session. */
	learn(index: number): void;
	/** Index of the request on record that asks this; null: none does. */
	find(request: NewRequest): number | null;
	/** Puts one on record that is not yet. Returns its index. */
	add(request: NewRequest, port: StagePort): number;
};

/**
 * Requests are known by their ids, which hang on those of the spec. Under an older spec another prompt, or another
 * answer, may have had the same id: then a request is known by what it asks, each of those on record once.
 */
export function createKnownRequests(
	{epochs}: Pick<RunState, 'epochs'>,
	source: Pick<RequestSource, 'id' | 'expand'>,
): KnownRequests {
	const byId = new Map<string, number>();
	const taken = new Set<string>();
	const older = new Map<number, number[]>();

	function freeId({id}: NewRequest): string {
		for (let version = 2, free = id; ; version++) {
			if (!taken.has(free)) {
				return free;
			}

			free = `${id}~${version}`;
		}
	}

	return {
		learn(index) {
			const id = source.id(index);
			taken.add(id);
			if (epochs.length === 1) {
				byId.set(id, index);
				return;
			}

			const digest = digestOf(source.expand(index));
			older.set(digest, [index, ...(older.get(digest) ?? [])]);
		},
		find(request) {
			const {id} = request;
			const index = byId.get(id) ?? (older.size > 0 ? older.get(digestOf(request))?.pop() : undefined);
			if (index !== undefined) {
				byId.set(id, index);
			}

			return index ?? null;
		},
		add(request, port) {
			const id = freeId(request);
			const index = port.add({...request, id});
			taken.add(id);
			byId.set(request.id, index);
			return index;
		},
	};
}

/** Of queue and body, 53 bits (cyrb53): the bodies of a million would not fit into memory. */
function digestOf({queue, body}: Pick<Request, 'queue' | 'body'>): number {
	const text = `${queue} ${JSON.stringify(body)}`;
	let [high, low] = [0xdeadbeef, 0x41c6ce57];
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		high = Math.imul(high ^ code, 2_654_435_761);
		low = Math.imul(low ^ code, 1_597_334_677);
	}

	high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
	low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
	return 4_294_967_296 * (2_097_151 & low) + (high >>> 0);
}
