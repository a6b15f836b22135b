import {count} from './format.ts';
import type {ScoreReport} from './report.ts';

/** `83.0% (78.1-87.0)` of a share, `5.30 (5.12-5.48)` of other numbers; the interval is that of 95 %. */
export function scoreText({mean, low, high, is_share: isShare, errors}: ScoreReport): string {
	const failed =
		errors > 0
			? `${mean === null ? '' : ', '}${count(errors)} score ${errors === 1 ? 'error' : 'errors'}`
			: '';
	if (mean === null) {
		return failed;
	}

	const say = (value: number) => (isShare ? (value * 100).toFixed(1) : short(value));
	const interval = low === null || high === null ? '' : ` (${say(low)}-${say(high)})`;
	return `${say(mean)}${isShare ? '%' : ''}${interval}${failed}`;
}

/** One model's score, with those of its groups behind it. */
export type ScoreEntry = {readonly score: ScoreReport; readonly groups: readonly ScoreReport[]};

export function scoreEntries(scores: readonly ScoreReport[]): readonly ScoreEntry[] {
	const entries: {score: ScoreReport; groups: ScoreReport[]}[] = [];
	for (const score of scores) {
		if (score.group === null) {
			entries.push({score, groups: []});
		} else {
			entries.at(-1)?.groups.push(score);
		}
	}

	return entries;
}

/** What a score is called beside others: its name, and the model where there are several. */
export function scoreLabel({name, model}: ScoreReport, scores: readonly ScoreReport[]): string {
	return scores.some(other => other.model !== model) ? `${name} ${model}` : name;
}

/** All of them on one line: `match 83.0% (78.1-87.0) [easy 90.0% (…), hard …]; own 5.30 (…)`. */
export function scoresLine(scores: readonly ScoreReport[]): string {
	return scoreEntries(scores)
		.map(({score, groups}) => {
			const inGroups = groups.map(group => `${group.group} ${scoreText(group)}`).join(', ');
			return `${scoreLabel(score, scores)} ${scoreText(score)}${inGroups === '' ? '' : ` [${inGroups}]`}`;
		})
		.join('; ');
}

/** Three digits that count, without an exponent where a person can do without. */
function short(value: number): string {
	const size = Math.abs(value);
	return size >= 100 && size < 1e9 ? count(value) : Number(value.toPrecision(3)).toString();
}
