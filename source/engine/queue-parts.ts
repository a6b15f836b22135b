import {type Budget, createBudgets} from '../domain/budget.ts';
import type {RunCommand} from '../domain/command.ts';
import type {RunEvent} from '../domain/event.ts';
import {createQueueRates, type QueueRate} from '../domain/queue-rate.ts';
import type {QueueRules} from '../domain/queue-rules.ts';
import type {EngineOptions} from './engine-options.ts';

/** What the engine holds of every queue beside its state, by queue. The lists grow in place: others hold them too. */
export type QueueParts = {
	readonly budgets: Budget[];
	/** Null where they do not adapt. */
	readonly rates: (QueueRate | null)[];
	readonly queueRules: QueueRules[];
	/** Before a fact of a command is put on record: a queue that it adds has all its parts by then. */
	growFor(fact: RunEvent, command: RunCommand, now: number): void;
};

export function createQueueParts(
	{state, settings, queueRules}: EngineOptions,
	startedAt: number,
): QueueParts {
	const budgets = [...createBudgets(state.queues, settings.rate, startedAt)];
	const rates = [...createQueueRates(state, settings, startedAt)];
	return {
		budgets,
		rates,
		queueRules,
		growFor(fact, command, now) {
			if (fact.type !== 'queue-added' || command.type !== 'change-params' || !command.added) {
				return;
			}

			const fresh = {queues: [{recentStarts: []}], totals: state.totals};
			budgets.push(...createBudgets(fresh.queues, settings.rate, now));
			rates.push(...createQueueRates(fresh, settings, now));
			queueRules.push(command.added.rules);
		},
	};
}
