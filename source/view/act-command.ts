import type {RunCommand} from '../domain/command.ts';
import type {Choice} from './choose.ts';
import type {SetAct} from './chosen-set.ts';

/** What an engine is asked for when an act on a set is confirmed; null: the set was not chosen for it. */
export function commandOf(
	{indexes: fixed, act: chosenFor, journalEnd, plan}: Choice,
	act: SetAct,
): RunCommand | null {
	if (act.kind !== chosenFor.kind) {
		return null;
	}

	const indexes = [...fixed];
	switch (act.kind) {
		case 'wipe':
			return {type: 'wipe-failed', indexes, before: journalEnd};
		case 'retry':
			return {type: 'retry', indexes};
		case 'give-up':
			return {type: 'give-up', indexes};
		case 'move':
			return {type: 'move', indexes, to: act.to};
		case 'change':
			// What was priced and confirmed is the change that the set was chosen for.
			return plan === null || plan.problem !== null || chosenFor.kind !== 'change'
				? null
				: {
						type: 'change-params',
						indexes,
						change: chosenFor.change,
						queueKey: plan.queueKey,
						added: plan.added,
					};
		case 'export':
			return null;
	}
}
