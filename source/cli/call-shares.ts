import {createGatherer} from '../domain/gather.ts';
import type {RequestSource} from '../domain/request.ts';
import type {Sharing} from '../domain/sharing.ts';

/** Requests of each queue that are put together; the rest of a larger one follows them. */
const mostGathered = 20_000;

/** Calls that a request of each queue takes on the average: 1 where each has its own. */
export function callShares(
	source: Pick<RequestSource, 'count' | 'queues' | 'queueOf' | 'expand'>,
	sharing: Sharing | null,
): readonly number[] {
	return source.queues.map((_, queue) => (sharing === null ? 1 : shareOf(source, queue, sharing)));
}

function shareOf(source: Parameters<typeof callShares>[0], queue: number, sharing: Sharing): number {
	let index = 0;
	let drawn = 0;
	const gatherer = createGatherer(sharing, {
		draw() {
			for (; index < source.count && drawn < mostGathered; index++) {
				if (source.queueOf(index) === queue) {
					drawn++;
					return index++;
				}
			}

			return null;
		},
		giveBack() {},
		requestOf: drawnIndex => source.expand(drawnIndex),
		mostOf: () => Number.POSITIVE_INFINITY,
		isOpen: () => true,
	});
	let calls = 0;
	while (gatherer.next() !== null) {
		calls++;
	}

	return drawn === 0 ? 1 : calls / drawn;
}
