import {createHmac} from 'node:crypto';

/**
 * Nine digits: nobody who writes a text can guess the id that it gets. Three tokens each, whatever they are, so that
 * the same rows give the same packs in every run.
 */
const [leastId, ids] = [100_000_000, 900_000_000];

/** What only this run can say, from its random id: the same in every session of it. */
export type PackSecret = (text: string) => Buffer;

export function packSecret(runId: string): PackSecret {
	return text => createHmac('sha256', runId).update(text).digest();
}

/**
 * Ids for the texts of one call. They follow from the texts, not from their places: an answer that comes days later
 * finds its item even when others have left the spec since.
 */
export function packIds(texts: readonly (string | null)[], secret: PackSecret): readonly (string | null)[] {
	const taken = new Set<string>();
	return texts.map(text => {
		if (text === null) {
			return null;
		}

		let id = idOf(secret(`id 0\n${text}`));
		for (let salt = 1; taken.has(id); salt++) {
			id = idOf(secret(`id ${salt}\n${text}`));
		}

		taken.add(id);
		return id;
	});
}

function idOf(bytes: Buffer): string {
	return String(leastId + (bytes.readUIntBE(0, 6) % ids));
}

/** Positions of the ids in the order of a round: the first as it is, each other in one of its own. */
export function roundOrder(ids: readonly string[], round: number, secret: PackSecret): readonly number[] {
	const positions = [...ids.keys()];
	if (round === 0) {
		return positions;
	}

	const keys = ids.map(id => secret(`round ${round}\n${id}`).toString('hex'));
	return positions.sort((a, b) => (keys[a]! < keys[b]! ? -1 : 1));
}
