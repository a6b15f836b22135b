import type {Request, RequestSource} from '../domain/request.ts';
import type {Sharing} from '../domain/sharing.ts';

/** Packs of a long run are worked out from so many of its first requests. */
const mostPacked = 20_000;

/** The calls that requests make when they share them, each call as if it were a request. */
export type PackedSource = RequestSource & {
	/** Requests that were looked at, of all. */
	readonly share: number;
};

/** By the greedy rule, in the order of the source. */
export function packedSource(source: RequestSource, sharing: Sharing): PackedSource {
	const looked = Math.min(source.count, mostPacked);
	const calls: number[][] = [];
	const open = new Map<string, {readonly members: number[]; add(request: Request): boolean}>();
	for (let index = 0; index < looked; index++) {
		const request = source.expand(index);
		const key = sharing.keyOf(request);
		const place = `${request.queue}/${key}`;
		const draft = key === null ? undefined : open.get(place);
		if (draft?.add(request)) {
			draft.members.push(index);
			continue;
		}

		const members = [index];
		calls.push(members);
		if (key !== null) {
			open.set(place, {members, ...sharing.begin(request, Number.POSITIVE_INFINITY)});
		}
	}

	return {
		count: calls.length,
		share: looked / Math.max(1, source.count),
		queues: source.queues,
		queueOf: position => source.queueOf(calls[position]![0]!),
		id: position => source.id(calls[position]![0]!),
		expand(position) {
			const members = calls[position]!.map(index => source.expand(index));
			return members.length === 1 ? members[0]! : {...members[0]!, body: sharing.bodyOf(members)};
		},
		close() {},
	};
}
