import {count, etaText, money, ofTotal, percent, perSecond, plural, timeOfDay} from '../view/format.ts';
import {auditText} from '../view/packing-view.ts';
import {safeText} from '../view/safe-text.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import type {RunStart} from './run-start.ts';

/** `--display plain`: lines for a log, which a person reads. No control codes, whatever a server sends. */
export type PlainLines = {
	begin(start: RunStart): void;
	/** A new snapshot: its notices, and a progress line if one is due. Null while there is none. */
	look(snapshot: RunSnapshot | null): void;
	/** The last progress, if it was not shown. */
	end(snapshot: RunSnapshot | null): void;
};

const quickestMs = 5000;

/** Longest text from outside on one line. */
const longestText = 500;

export function createPlainLines(write: (line: string) => void): PlainLines {
	let shownAt = Number.NEGATIVE_INFINITY;
	let shownFacts = '';
	let shownNotice = 0;
	/** A disk that refuses holds everything up: said at once, as is its end. */
	let wasFull = false;

	function showNotices({notices}: RunSnapshot): void {
		for (const {id, at, level, text, isQuiet} of notices) {
			if (id > shownNotice && !isQuiet) {
				shownNotice = id;
				write(line(at, `${level === 'info' ? '' : `${level}: `}${text}`));
			}
		}
	}

	function showProgress(snapshot: RunSnapshot): void {
		const facts = progressFacts(snapshot);
		if (facts !== shownFacts) {
			shownFacts = facts;
			shownAt = snapshot.at;
			write(line(snapshot.at, progressText(snapshot)));
		}
	}

	return {
		begin(start) {
			write(line(start.at, startText(start)));
		},
		look(snapshot) {
			if (!snapshot) {
				return;
			}

			showNotices(snapshot);
			const isFull = snapshot.phase === 'DISK FULL';
			if (snapshot.phase !== 'STARTING' && (snapshot.at - shownAt >= quickestMs || isFull !== wasFull)) {
				showProgress(snapshot);
			}

			wasFull = isFull;
		},
		end(snapshot) {
			if (snapshot) {
				showNotices(snapshot);
				showProgress(snapshot);
			}
		},
	};
}

function startText(start: RunStart): string {
	const {name, count: total, grows, finished, models, lane, directory, simulated} = start;
	const before = finished > 0 ? `, ${count(finished)} of them finished before` : '';
	return [
		`${name}: ${grows && total === 0 ? 'no request yet' : plural(total, 'request')}${grows && total > 0 ? ' so far' : ''}${before}`,
		models.join(', '),
		lane,
		...(simulated ? ['SIMULATED'] : []),
		`run directory ${directory}`,
	].join('  ');
}

/** While these stay the same nothing happened, however the countdowns run: not worth a line. */
function progressFacts({phase, counts, cost, batches}: RunSnapshot): string {
	return JSON.stringify([phase, counts, cost.spentUsd, batches.open, batches.finished]);
}

function progressText(snapshot: RunSnapshot): string {
	const {phase, phaseDetail, counts, total, grows, cost, batches, perSecond: rate, eta} = snapshot;
	const finished = counts.done + counts.failed;
	const spent = cost.priceUnknown && cost.spentUsd === 0 ? null : cost.spentUsd;
	return [
		...(grows ? [] : [percent(finished, total)]),
		ofTotal(count(finished), count(total), grows),
		`failed ${count(counts.failed)}`,
		`waiting ${count(counts.waiting)}`,
		...(batches.open > 0 ? [batchesText(batches)] : []),
		`${spent !== null && cost.unpricedCalls > 0 ? '>' : ''}${money(spent)}`,
		...(cost.packing?.audit ? [`audit ${auditText(cost.packing.audit)}`] : []),
		...(rate === null ? [] : [perSecond(rate)]),
		...(eta === null ? [] : [`ETA ${etaText(eta, '+-')}`]),
		...(phase === 'RUNNING' ? [] : [phase]),
		...(phaseDetail === '' ? [] : [phaseDetail]),
	].join('  ');
}

/** `2 batches: 1,204/4,000`. */
function batchesText({open, finished, total}: RunSnapshot['batches']): string {
	return `${plural(open, 'batch', 'batches')}: ${count(finished)}/${count(total)}`;
}

function line(at: number, text: string): string {
	return `${timeOfDay(at)}  ${safeText(text, {maxLength: longestText})}`;
}
