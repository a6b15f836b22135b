import {type StartSlice, tokensEach, windowMs} from './recent-starts.ts';

/**
 * Requests and tokens per minute of one queue, both or neither: a start is granted only when each has room.
 *
 * Two rules hold together. Pacing spreads the starts evenly (providers enforce limits over parts of a minute), with
 * a second's worth that may come at once. The window is the promise: no 60 s hold more than the limit. Tokens are
 * reserved by estimate and corrected when the usage is known.
 */
export type Budget = {
	requestsPerMinute: number | null;
	tokensPerMinute: number | null;
	/** The starts of the window, oldest first from `head`. */
	readonly starts: Start[];
	head: number;
	windowTokens: number;
	/** Starts before were recalled by their slices: what they used is settled already. */
	countsFrom: number;
	/** The earliest time at which an evenly paced sender would send (GCRA's theoretical arrival time). */
	paceAt: number;
};

/** A granted start, kept until it leaves the window. */
export type Start = {readonly at: number; tokens: number};

const burstMs = 1000;

export function createBudget(requestsPerMinute: number | null, tokensPerMinute: number | null): Budget {
	return {requestsPerMinute, tokensPerMinute, starts: [], head: 0, windowTokens: 0, countsFrom: 0, paceAt: 0};
}

/** By queue, with the starts of earlier sessions. */
export function createBudgets(
	queues: readonly {readonly recentStarts: readonly StartSlice[]}[],
	boundsOf: (queue: number) => {readonly rpm: number | null; readonly tpm: number | null},
	now: number,
): readonly Budget[] {
	return queues.map(({recentStarts}, queue) => {
		const {rpm, tpm} = boundsOf(queue);
		return recallStarts(createBudget(rpm, tpm), recentStarts, now);
	});
}

/** Takes the starts of earlier sessions into account. Those of a clock that was ahead of ours would never leave. */
export function recallStarts(budget: Budget, slices: readonly StartSlice[], now: number): Budget {
	const isLimited = budget.requestsPerMinute !== null || budget.tokensPerMinute !== null;
	for (const slice of isLimited ? slices.filter(({to}) => to <= now) : []) {
		const tokens = tokensEach(slice);
		for (let call = 0; call < slice.calls; call++) {
			budget.starts.push({at: slice.to, tokens});
			budget.windowTokens += tokens;
		}
	}

	return budget;
}

/** Limits become known, or change, while calls are out. */
export function limitBudget(
	budget: Budget,
	requestsPerMinute: number | null,
	tokensPerMinute: number | null,
	slices: readonly StartSlice[],
	now: number,
): void {
	const wasUnlimited = budget.requestsPerMinute === null && budget.tokensPerMinute === null;
	const hadNoTokens = budget.tokensPerMinute === null;
	budget.requestsPerMinute = requestsPerMinute;
	budget.tokensPerMinute = tokensPerMinute;
	if (wasUnlimited) {
		budget.starts.length = 0;
		budget.head = 0;
		budget.windowTokens = 0;
		budget.countsFrom = now + 1;
		recallStarts(budget, slices, now);
	}

	// Sums that nobody asked for are not kept. Some servers name another limit at every call: no scan then.
	if (hadNoTokens && tokensPerMinute !== null) {
		budget.windowTokens = 0;
		for (let at = budget.head; at < budget.starts.length; at++) {
			budget.windowTokens += budget.starts[at]!.tokens;
		}
	}

	// A pace of old limits would hold for as long as their calls were far apart.
	budget.paceAt = Math.min(budget.paceAt, now);
}

/** Grants a start at `now`, or says when to ask again. */
export function takeStart(budget: Budget, tokens: number, now: number): Start | {readonly retryAt: number} {
	const {requestsPerMinute, tokensPerMinute} = budget;
	if (requestsPerMinute === null && tokensPerMinute === null) {
		return {at: now, tokens};
	}

	const retryAt = startRoomAt(budget, tokens, now);
	if (retryAt > now) {
		return {retryAt};
	}

	const start = {at: now, tokens};
	budget.starts.push(start);
	budget.windowTokens += tokens;
	const intervalMs = Math.max(
		requestsPerMinute === null ? 0 : 60_000 / requestsPerMinute,
		tokensPerMinute === null ? 0 : (60_000 * Math.min(tokens, tokensPerMinute)) / tokensPerMinute,
	);
	budget.paceAt = Math.max(budget.paceAt, now) + intervalMs;
	return start;
}

/** When a start of so many tokens would be granted, if nothing else starts before; takes nothing. */
export function startRoomAt(budget: Budget, tokens: number, now: number): number {
	const {requestsPerMinute, tokensPerMinute} = budget;
	if (requestsPerMinute === null && tokensPerMinute === null) {
		return 0;
	}

	leaveWindow(budget, now);
	return Math.max(
		requestsPerMinute === null ? 0 : requestRoomAt(budget, requestsPerMinute),
		tokensPerMinute === null ? 0 : tokenRoomAt(budget, tokensPerMinute, tokens),
		budget.paceAt - burstMs,
	);
}

/** Replaces the estimate of a start by what the call really used. */
export function settleStart(budget: Budget, start: Start, tokens: number, now: number): void {
	leaveWindow(budget, now);
	if (budget.tokensPerMinute !== null && start.at > now - windowMs && start.at >= budget.countsFrom) {
		budget.windowTokens += tokens - start.tokens;
		budget.paceAt -= (60_000 * (start.tokens - tokens)) / budget.tokensPerMinute;
	}

	start.tokens = tokens;
}

/** What the window holds of a limit. */
export type Gauge = {readonly used: number; readonly of: number};

/** As the budget counts it now; null where there is no limit. */
export function windowUse(
	budget: Budget,
	now: number,
): {readonly requests: Gauge | null; readonly tokens: Gauge | null} {
	const {requestsPerMinute, tokensPerMinute} = budget;
	if (requestsPerMinute === null && tokensPerMinute === null) {
		return {requests: null, tokens: null};
	}

	leaveWindow(budget, now);
	const used = budget.starts.length - budget.head;
	return {
		requests: requestsPerMinute === null ? null : {used, of: requestsPerMinute},
		tokens: tokensPerMinute === null ? null : {used: Math.max(0, budget.windowTokens), of: tokensPerMinute},
	};
}

function requestRoomAt(budget: Budget, limit: number): number {
	const oldest = budget.starts[budget.starts.length - limit];
	return budget.starts.length - budget.head < limit || !oldest ? 0 : oldest.at + windowMs;
}

/** A call larger than the whole limit goes alone: refusing it for ever would help nobody. */
function tokenRoomAt(budget: Budget, limit: number, tokens: number): number {
	let held = budget.windowTokens;
	for (let at = budget.head; at < budget.starts.length && held > 0 && held + tokens > limit; at++) {
		held -= budget.starts[at]!.tokens;
		if (held <= 0 || held + tokens <= limit) {
			return budget.starts[at]!.at + windowMs;
		}
	}

	return 0;
}

function leaveWindow(budget: Budget, now: number): void {
	const {starts} = budget;
	while (budget.head < starts.length && starts[budget.head]!.at <= now - windowMs) {
		budget.windowTokens -= starts[budget.head]!.tokens;
		budget.head++;
	}

	if (budget.head > 1024 && budget.head > starts.length / 2) {
		starts.splice(0, budget.head);
		budget.head = 0;
	}
}
