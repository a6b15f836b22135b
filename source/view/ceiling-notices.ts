import {taskCost} from '../domain/ceiling.ts';
import {usd} from '../domain/money.ts';
import type {RunState} from '../domain/state.ts';
import {money} from './format.ts';
import type {NoticeText} from './notice.ts';

/**
 * How much of the task's cost ceiling is used up: said at 80 % and at 100 %, once each in a session and for each
 * ceiling. What may have been billed counts as spent.
 */
export function createCeilingWatch(given: bigint | null): (state: RunState) => readonly NoticeText[] {
	let told = 0;
	let toldOf: bigint | null = null;
	return state => {
		const ceiling = taskCost(state, given);
		if (ceiling !== toldOf) {
			told = 0;
			toldOf = ceiling;
		}

		if (ceiling === null || told === 100) {
			return [];
		}

		const {cost, maybeBilled} = state.totals;
		const used = cost.direct + cost.batch + maybeBilled.cost;
		const reached = used >= ceiling ? 100 : used * 100n >= ceiling * 80n ? 80 : 0;
		if (reached <= told) {
			return [];
		}

		told = reached;
		const amount = `${money(usd(used))} of ${money(usd(ceiling))}`;
		return reached === 100
			? [['error', `the cost ceiling is used up: ${amount}`]]
			: [['warn', `80% of the cost ceiling is used up: ${amount}`]];
	};
}
