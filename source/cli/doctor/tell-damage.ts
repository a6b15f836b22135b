import {type RunState, statusCode} from '../../domain/state.ts';
import type {JournalDamage} from '../../store/journal-damage.ts';
import {lineNumberAt, partOf} from '../../store/line-number.ts';
import {plural} from '../../view/format.ts';
import type {MendedRecord} from '../mend-record.ts';
import {type Findings, namedRequests} from './findings.ts';
import type {Known} from './mend-journal.ts';

export type DamageReport = Known & {
	readonly journal: string;
	/** Where each request's last line was, before anything was mended. */
	readonly offsets: ArrayLike<number>;
	readonly mended: MendedRecord;
	readonly idOf: (index: number) => string;
};

/** So much of a damaged part is looked through for the requests that it is about. */
const mostRead = 1024 * 1024;

/** Names every part of the journal that cannot be read, and what follows from that. */
export function tellDamage(report: DamageReport, findings: Findings): void {
	const {damage, mended, idOf} = report;
	const told = new Set<number>();
	const isTold = damage.some(({kind}) => kind === 'unreadable');
	// The gap that a damaged line leaves is that line.
	for (const part of damage.filter(({kind}) => kind !== 'gap' || !isTold)) {
		const requests = requestsOf(part, report, told);
		requests.forEach(index => void told.add(index));
		const heldRequest = mended.lost.length > 0 && part.kind !== 'cut';
		const where = `${whereOf(part, report.journal)}${part.keptAs === null ? '' : `, kept as ${part.keptAs}`}`;
		if (requests.length > 0) {
			findings.lost(`${where}: ${namedRequests(requests.map(idOf))} will be sent again`);
		} else if (heldRequest) {
			findings.lost(`${where}: requests that were added are lost by it, as told below`);
		} else if (report.isCovered || part.kind === 'gap') {
			findings.mended(`${where}: nothing is lost by it that state.json does not know`);
		} else {
			findings.lost(
				`${where}: what it told is lost; no request is known to be touched by it, and those without a result are sent again`,
			);
		}
	}

	const others = mended.requeued.filter(index => !told.has(index));
	for (const index of others.slice(0, mostTold)) {
		const offset = report.offsets[index]!;
		const line = offset < 0 ? '' : `, line ${lineNumberAt(report.journal, offset)} (byte ${offset})`;
		findings.lost(
			`journal.jsonl${line}: the answer on it cannot be read; ${namedRequests([idOf(index)])} will be sent again`,
		);
	}

	if (others.length > mostTold) {
		const ids = others.slice(mostTold).map(idOf);
		findings.lost(`journal.jsonl: the same of ${namedRequests(ids)}, which will be sent again`);
	}

	if (mended.lost.length > 0) {
		findings.lost(
			`journal.jsonl: what ${namedRequests(mended.lost.map(idOf))} asked stood on lines that are lost; they count as failed, and a task that gives them again under their ids has them asked anew`,
		);
	}
}

const mostTold = 20;

function whereOf({kind, offset, bytes, lines}: JournalDamage, journal: string): string {
	const line = lineNumberAt(journal, offset);
	switch (kind) {
		case 'unreadable':
			return `journal.jsonl, line ${line} (byte ${offset}): ${plural(lines, 'line')} of ${bytes} bytes cannot be read`;
		case 'impossible':
			return `journal.jsonl, line ${line} (byte ${offset}): ${plural(lines, 'line')} cannot be true without what is lost before`;
		case 'gap':
			return `journal.jsonl, line ${line} (byte ${offset}): a line before it is missing that held a request`;
		case 'cut':
			return `journal.jsonl ends at line ${line} (byte ${offset}): ${bytes} bytes that state.json knows of are gone`;
	}
}

/** Those whose outcome was there; where no state knew of it, those that what is left of the text names. */
function requestsOf(part: JournalDamage, report: DamageReport, told: ReadonlySet<number>): readonly number[] {
	const {offset: start, bytes, kind} = part;
	const isIn = (offset: number) => offset >= start && (kind === 'cut' || offset <= start + bytes);
	const outcomes = report.mended.requeued.filter(index => isIn(report.offsets[index]!));
	return outcomes.length > 0 || report.isCovered || kind === 'gap' || kind === 'cut'
		? outcomes
		: namedIn(partOf(report.journal, start, Math.min(bytes, mostRead)), report.state).filter(
				index => !told.has(index),
			);
}

function namedIn(text: string, state: RunState): readonly number[] {
	const single = [...text.matchAll(/"(?:answered|failed|index)":(\d{1,9})\b/g)].map(([, index]) =>
		Number(index),
	);
	const several = [...text.matchAll(/"(?:started|indexes)":\[([\d,]{1,100000})/g)].flatMap(([, list]) =>
		list!.split(',').map(Number),
	);
	const isOpen = (index: number) =>
		index < state.count &&
		state.columns.status[index] !== statusCode.done &&
		state.columns.status[index] !== statusCode.failed;
	return [...new Set([...single, ...several])].filter(isOpen).sort((a, b) => a - b);
}
