import type {Notice} from '../view/notice.ts';

/** One line for a short time, above the keys. */
export type Toast = {
	readonly text: string;
	readonly level: Notice['level'];
	readonly at: number;
};

export function isShown(toast: Toast, now: number): boolean {
	return now - toast.at < (toast.level === 'error' ? 8000 : 4000);
}

export const levelWeight: {readonly [L in Notice['level']]: number} = {info: 0, warn: 1, error: 2};

/**
 * The toast after newer notices than `seenId`. A shown one gives way to what is weightier, and a warning to the next
 * warning, but not to a mere note: after a key it would say again what the key's own toast says.
 */
export function toastOf(
	notices: readonly Notice[],
	seenId: number,
	current: Toast | null,
	now: number,
): Toast | null {
	let best = current && isShown(current, now) ? current : null;
	for (const {id, level, text, isQuiet} of notices) {
		if (id <= seenId || isQuiet) continue;
		const isWorthIt = !best || levelWeight[level] >= Math.max(levelWeight[best.level], levelWeight.warn);
		if (isWorthIt) best = {text, level, at: now};
	}

	return best;
}
