import {type Budget, type Gauge, windowUse} from './budget.ts';
import {type Cut, perMinute} from './cuts.ts';
import {headerHold} from './header-rate.ts';
import type {QueueRate} from './queue-rate.ts';
import type {QueueState, RunState} from './state.ts';

/** What a person may see of the limits of one queue. */
export type RateStatus = {
	/** The key of the queue. */
	readonly queue: string;
	/** Calls a minute that the queue allows itself now; null: no bound but concurrency. */
	readonly perMinute: number | null;
	/** Calls at once: 1 while a refusal is waited out and tried with one call, 0 before that; null: as set. */
	readonly concurrency: number | null;
	/**
	 * Starts of the last 60 s and their tokens, as the budget counts them; null where nothing bounds them. Where a
	 * bound is joint, the starts are those of all who share it.
	 */
	readonly requests: Gauge | null;
	readonly tokens: Gauge | null;
	/** Nothing starts until then. */
	readonly hold: Hold | null;
	/** Episodes of refusals in this session, each of which slowed the queue once. */
	readonly cuts: number;
	/** The newest of them, oldest first. */
	readonly lastCuts: readonly Cut[];
};

/** `hint`: the server named a time. `headers`: they say that nothing is left. `refusals`: one call will try. */
export type Hold = {readonly until: number; readonly by: 'hint' | 'headers' | 'refusals'};

/** By queue. `rates` are null where they do not adapt. */
export function rateStatuses(
	rates: readonly (QueueRate | null)[],
	budgets: readonly Budget[],
	joint: readonly (Budget | null)[],
	{queues}: RunState,
	now: number,
): readonly RateStatus[] {
	return budgets.map((budget, number) =>
		statusOf(rates[number] ?? null, budget, joint[number] ?? null, queues[number]!, now),
	);
}

function statusOf(
	rate: QueueRate | null,
	budget: Budget,
	joint: Budget | null,
	queue: QueueState,
	now: number,
): RateStatus {
	const {pace, phase, cuts, lastCuts} = rate?.adaptive ?? unlearned;
	const paced = pace === Number.POSITIVE_INFINITY ? null : perMinute(pace);
	const bounds = [paced, budget.requestsPerMinute, joint?.requestsPerMinute ?? null].filter(
		bound => bound !== null,
	);
	const use = windowUse(budget, now);
	return {
		queue: queue.info.key,
		perMinute: bounds.length > 0 ? Math.min(...bounds) : null,
		concurrency: phase === 'open' ? null : phase === 'probing' ? 1 : 0,
		requests: joint === null ? use.requests : windowUse(joint, now).requests,
		tokens: use.tokens,
		hold: holdOf(rate, queue, now),
		cuts,
		lastCuts,
	};
}

const unlearned: Pick<QueueRate['adaptive'], 'pace' | 'phase' | 'cuts' | 'lastCuts'> = {
	pace: Number.POSITIVE_INFINITY,
	phase: 'open',
	cuts: 0,
	lastCuts: [],
};

/** The one that ends last. */
function holdOf(rate: QueueRate | null, {throttledUntil}: QueueState, now: number): Hold | null {
	const holds: readonly Hold[] = [
		{until: throttledUntil, by: 'hint'},
		...(rate?.adaptive.phase === 'closed' ? [{until: rate.adaptive.probeAt, by: 'refusals'} as const] : []),
		...(rate ? [{until: headerHold(rate.headers, now) ?? 0, by: 'headers'} as const] : []),
	];
	return holds.reduce<Hold | null>(
		(last, hold) => (hold.until > Math.max(now, last?.until ?? 0) ? hold : last),
		null,
	);
}
