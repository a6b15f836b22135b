import {type Budget, createBudgets} from '../domain/budget.ts';
import type {RunCommand} from '../domain/command.ts';
import type {RunEvent} from '../domain/event.ts';
import {createJointBudgets} from '../domain/joint-rate.ts';
import {createQueueRates, type QueueRate} from '../domain/queue-rate.ts';
import type {QueueRules} from '../domain/queue-rules.ts';
import type {RateSettings} from '../domain/settings.ts';
import type {EngineOptions} from './engine-options.ts';

/** What the engine holds of every queue beside its state, by queue. The lists grow in place: others hold them too. */
export type QueueParts = {
	readonly budgets: Budget[];
	/** What a queue may start together with others; null where nothing bounds them together. */
	readonly joint: (Budget | null)[];
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
	const joint = [...createJointBudgets(state.queues, settings.rate.joint ?? [], startedAt)];
	const boundsOf = (queue: number) => queueBounds(settings.rate, joint[queue] ?? null);
	const budgets = [...createBudgets(state.queues, boundsOf, startedAt)];
	const rates = [...createQueueRates(state, settings, boundsOf, startedAt)];
	return {
		budgets,
		joint,
		rates,
		queueRules,
		growFor(fact, command, now) {
			if (fact.type !== 'queue-added' || command.type !== 'change-params' || !command.added) {
				return;
			}

			const fresh = {queues: [{recentStarts: []}], totals: state.totals};
			const freshBounds = () => queueBounds(settings.rate, null);
			budgets.push(...createBudgets(fresh.queues, freshBounds, now));
			joint.push(null);
			rates.push(...createQueueRates(fresh, settings, freshBounds, now));
			queueRules.push(command.added.rules);
		},
	};
}

/** A number of `rate.by` stands in the place of `rate.rpm`. */
function queueBounds({rpm, tpm}: RateSettings, joint: Budget | null) {
	return {rpm: joint === null ? rpm : null, tpm};
}
