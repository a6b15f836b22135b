import type {JsonObject} from './request.ts';

/** What the API says that it answered with. A queue asks for one model; which of its versions answers may change. */
export type Served = {readonly model: string | null; readonly fingerprint: string | null};

export type ServedCount = Served & {answers: number};

/** As far as a queue keeps them, changed in place. */
type ServedBy = {readonly served: ServedCount[]; servedLast: number};

/** A server with a fingerprint for every answer says nothing by it. */
const mostKept = 50;
const others: Served = {model: '(others)', fingerprint: null};
const longestName = 200;

/** What a response says of itself, where the queue's last answer said something else; else undefined. */
export function newlyServed(body: JsonObject, {served, servedLast}: ServedBy): Served | undefined {
	const last = served[servedLast];
	const model = named(body.model);
	const fingerprint = named(body.system_fingerprint);
	return last?.model === model && last.fingerprint === fingerprint ? undefined : {model, fingerprint};
}

/** Counts an answer. `now`: what it came from, null for the same as the one before. */
export function noteServed(queue: ServedBy, now: Served | null): void {
	if (now) {
		queue.servedLast = placeOf(queue.served, now);
	}

	const last = queue.served[queue.servedLast];
	if (last) {
		last.answers++;
	}
}

function placeOf(served: ServedCount[], now: Served): number {
	const known = served.findIndex(one => isSameServed(one, now));
	if (known >= 0) {
		return known;
	}

	if (served.length > mostKept) {
		return mostKept;
	}

	return served.push({...(served.length < mostKept ? now : others), answers: 0}) - 1;
}

export function isSameServed(one: Served, other: Served): boolean {
	return one.model === other.model && one.fingerprint === other.fingerprint;
}

function named(value: unknown): string | null {
	return typeof value === 'string' && value !== '' ? value.slice(0, longestName) : null;
}
