import type {Packing} from '../domain/packing-count.ts';
import type {RunState} from '../domain/state.ts';
import {wilsonInterval} from '../domain/wilson.ts';
import {count, plural, shortCount} from './format.ts';
import type {AuditReport, PackingReport} from './report.ts';

/** What shared calls came to over all queues; null where no call was ever shared. */
export function packingReport({queues}: Pick<RunState, 'queues'>): PackingReport | null {
	const sum = (of: (packing: Packing) => number) =>
		queues.reduce((total, {packing}) => total + of(packing), 0);
	const calls = sum(packing => packing.calls);
	if (calls === 0) {
		return null;
	}

	const items = sum(({items}) => items);
	const alone = sum(packing => packing.alone);
	const audited = sum(packing => packing.audited);
	return {
		calls,
		items,
		calls_saved: items - calls,
		tokens_saved: alone === 0 ? null : alone - sum(({input}) => input),
		alone_tokens: alone,
		audit:
			audited === 0
				? null
				: auditReport(
						audited,
						sum(({agreed}) => agreed),
					),
		stopped: queues.filter(({packing}) => packing.isStopped).map(({info}) => info.key),
	};
}

function auditReport(audited: number, agreed: number): AuditReport {
	const {low, high} = wilsonInterval(agreed, audited);
	return {
		audited,
		agreed,
		agreement: fourDigits(agreed / audited),
		low: fourDigits(low),
		high: fourDigits(high),
	};
}

/** `300 in 14 calls, saved 286 calls, 118k input tokens (76%)`. Short items may need more than they save. */
export function packingText(packing: PackingReport): string {
	const {calls, items, calls_saved: saved, tokens_saved: tokens, alone_tokens: alone} = packing;
	const size = Math.abs(tokens ?? 0);
	const inputTokens = `${shortCount(size)} input tokens`;
	const share = `(${whole(size / alone)})`;
	const rest =
		tokens === null ? '' : tokens < 0 ? `, at ${inputTokens} more ${share}` : `, ${inputTokens} ${share}`;
	return `${count(items)} in ${plural(calls, 'call')}, saved ${plural(saved, 'call')}${rest}`;
}

/** `14 of 15 agree, 93% (70% to 99%)`; short without what is in brackets. */
export function auditText({audited, agreed, agreement, low, high}: AuditReport, isShort = false): string {
	const interval = isShort ? '' : ` (${whole(low)} to ${whole(high)})`;
	return `${count(agreed)} of ${count(audited)} agree, ${whole(agreement)}${interval}`;
}

export function packingStoppedText(
	{audited, agreed}: {readonly audited: number; readonly agreed: number},
	queue: string,
): string {
	return `packing is off for ${queue}: of the items that were asked alone as well, ${auditText(auditReport(audited, agreed))}`;
}

function whole(share: number): string {
	return `${Math.round(share * 100)}%`;
}

function fourDigits(share: number): number {
	return Math.round(share * 1e4) / 1e4;
}
