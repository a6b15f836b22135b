import {type Budget, createBudget, recallStarts} from './budget.ts';
import type {StartSlice} from './recent-starts.ts';
import type {JointRate} from './settings.ts';
import type {QueueState} from './state.ts';

type Starts = Pick<QueueState, 'info' | 'recentStarts'>;

/**
 * By queue: the bound that it has together with others (`rate.by`); null where it has none. Queues that share one
 * hold the same budget, beside those of their own.
 */
export function createJointBudgets(
	queues: readonly Starts[],
	rates: readonly JointRate[],
	now: number,
): readonly (Budget | null)[] {
	const budgets = rates.map(({rpm, queues: keys}) => {
		const slices: readonly StartSlice[] = queues
			.filter(({info}) => keys.includes(info.key))
			.flatMap(({recentStarts}) => recentStarts)
			.sort((a, b) => a.to - b.to);
		return recallStarts(createBudget(rpm, null), slices, now);
	});
	return queues.map(({info}) => {
		const rate = rateFor(rates, info.key);
		return rate === null ? null : budgets[rates.indexOf(rate)]!;
	});
}

export function rateFor(rates: readonly JointRate[], key: string): JointRate | null {
	return rates.find(({queues}) => queues.includes(key)) ?? null;
}
