const windowMs = 60_000;

export type RateLimits = {
	/** Null: no limit. */
	readonly requests: number | null;
	readonly tokens: number | null;
};

export type RateRefusal = {
	readonly what: 'requests' | 'tokens';
	readonly limit: number;
	readonly waitMs: number;
};

/** Counts what was let in during the last 60 s. Times are milliseconds of one clock. */
export type RateWindow = {
	/** Lets a request of that many tokens in, or says which limit is in the way and for how long. */
	readonly admit: (tokens: number, nowMs: number) => RateRefusal | null;
	/** More tokens of a request that was let in: its answer's. */
	readonly charge: (tokens: number, nowMs: number) => void;
	/** `x-ratelimit-*`, for the limits that are set. */
	readonly headers: (nowMs: number) => {readonly [name: string]: string};
};

type Entry = {readonly atMs: number; readonly requests: number; readonly tokens: number};

export function createRateWindow(limits: RateLimits): RateWindow {
	const entries: Entry[] = [];
	const used = {requests: 0, tokens: 0};
	// Without a limit there is nothing to remember, and at full speed there would be a million entries.
	const limited = limits.requests !== null || limits.tokens !== null;
	let head = 0;
	const enter = (entry: Entry) => {
		if (!limited) {
			return;
		}

		entries.push(entry);
		used.requests += entry.requests;
		used.tokens += entry.tokens;
	};

	const forget = (nowMs: number) => {
		for (let oldest = entries[head]; oldest && oldest.atMs <= nowMs - windowMs; oldest = entries[head]) {
			used.requests -= oldest.requests;
			used.tokens -= oldest.tokens;
			head++;
		}

		// Cutting the list for each entry would cost a copy each.
		if (head > 1000 && head * 2 > entries.length) {
			entries.splice(0, head);
			head = 0;
		}
	};

	const waitFor = (what: 'requests' | 'tokens', needed: number, nowMs: number) => {
		let freed = limits[what]! - used[what];
		let at = head;
		for (; freed < needed && at < entries.length; at++) {
			freed += entries[at]![what];
		}

		return at === head ? 0 : entries[at - 1]!.atMs + windowMs - nowMs;
	};

	return {
		admit(tokens, nowMs) {
			forget(nowMs);
			const needs = {requests: 1, tokens};
			for (const what of ['requests', 'tokens'] as const) {
				const limit = limits[what];
				if (limit !== null && used[what] + needs[what] > limit) {
					return {what, limit, waitMs: waitFor(what, needs[what], nowMs)};
				}
			}

			enter({atMs: nowMs, ...needs});
			return null;
		},
		charge(tokens, nowMs) {
			enter({atMs: nowMs, requests: 0, tokens});
		},
		headers(nowMs) {
			forget(nowMs);
			const headers: {[name: string]: string} = {};
			for (const what of ['requests', 'tokens'] as const) {
				const limit = limits[what];
				if (limit !== null) {
					const newest = entries.at(-1);
					headers[`x-ratelimit-limit-${what}`] = String(limit);
					headers[`x-ratelimit-remaining-${what}`] = String(Math.max(0, limit - used[what]));
					headers[`x-ratelimit-reset-${what}`] = goDuration(
						used[what] > 0 && newest ? newest.atMs + windowMs - nowMs : 0,
					);
				}
			}

			return headers;
		},
	};
}

/** As Go prints durations: `12ms`, `8.64s`, `1m0s`. */
export function goDuration(durationMs: number): string {
	const wholeMs = Math.max(0, Math.round(durationMs));
	if (wholeMs === 0) {
		return '0s';
	}

	if (wholeMs < 1000) {
		return `${wholeMs}ms`;
	}

	const hours = Math.floor(wholeMs / 3_600_000);
	const minutes = Math.floor(wholeMs / 60_000);
	const seconds = (wholeMs % 60_000) / 1000;
	return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes % 60}m` : ''}${seconds}s`;
}
