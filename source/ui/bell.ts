import type {Alert} from '../view/alerts.ts';

/**
 * Rings, and tells terminals that know OSC 9 why, so that the desktop shows it; others ignore it. The texts are fixed:
 * nothing of a run ever goes into a control sequence. Neither moves the cursor nor changes a cell.
 */
export function bellOf(alerts: readonly Alert[]): string {
	const [first] = order.filter(alert => alerts.includes(alert));
	return first === undefined ? '' : `\u0007\u001b]9;promptbatch: ${words[first]}\u001b\\`;
}

/** What says most comes first: one ring is enough for what happens at once. */
const order: readonly Alert[] = ['done', 'guard', 'ceiling-100', 'paused', 'ceiling-80'];

const words: {readonly [A in Alert]: string} = {
	done: 'run finished',
	guard: 'run stopped by a guard',
	'ceiling-100': 'run stopped by a ceiling',
	paused: 'run stopped, a person must act',
	'ceiling-80': 'run at 80 % of a ceiling',
};
