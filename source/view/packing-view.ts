import type {Packing} from '../domain/packing.ts';
import type {RunState} from '../domain/state.ts';
import {wilsonInterval} from '../domain/wilson.ts';
import {count, plural, shortCount} from './format.ts';

/** What shared calls saved, and how far their answers can be trusted, over all queues. */
export type PackingView = {
	readonly calls: number;
	readonly items: number;
	/** Beside one call for each answer. */
	readonly callsSaved: number;
	/** Input tokens beside the same answers asked alone; null where nobody counted them. */
	readonly tokensSaved: number | null;
	readonly aloneTokens: number;
	/** Null without any. */
	readonly audit: AuditView | null;
	/** Queues, by their keys, that pack no more. */
	readonly stopped: readonly string[];
};

export type AuditView = {
	readonly audited: number;
	readonly agreed: number;
	readonly agreement: number;
	/** 95 %. */
	readonly low: number;
	readonly high: number;
};

/** Null where no call was ever shared. */
export function packingView({queues}: Pick<RunState, 'queues'>): PackingView | null {
	const sum = (of: (packing: Packing) => number) =>
		queues.reduce((total, {packing}) => total + of(packing), 0);
	const calls = sum(packing => packing.calls);
	if (calls === 0) {
		return null;
	}

	const items = sum(packing => packing.items);
	const aloneTokens = sum(packing => packing.alone);
	const input = sum(packing => packing.input);
	const audited = sum(packing => packing.audited);
	return {
		calls,
		items,
		callsSaved: items - calls,
		tokensSaved: aloneTokens === 0 ? null : aloneTokens - input,
		aloneTokens,
		audit:
			audited === 0
				? null
				: auditView(
						audited,
						sum(({agreed}) => agreed),
					),
		stopped: queues.filter(({packing}) => packing.isStopped).map(({info}) => info.key),
	};
}

function auditView(audited: number, agreed: number): AuditView {
	return {audited, agreed, agreement: agreed / audited, ...wilsonInterval(agreed, audited)};
}

/** `300 answers in 14 calls, saved 286 calls and 118k input tokens (76%)`. */
export function packingText({calls, items, callsSaved, tokensSaved, aloneTokens}: PackingView): string {
	const tokens =
		tokensSaved === null
			? ''
			: ` and ${shortCount(tokensSaved)} input tokens (${percent(tokensSaved / aloneTokens)})`;
	return `${plural(items, 'answer')} in ${plural(calls, 'call')}, saved ${plural(callsSaved, 'call')}${tokens}`;
}

/** `14 of 15 agree, 93% (70% to 99%)`. */
export function auditText({audited, agreed, agreement, low, high}: AuditView): string {
	return `${count(agreed)} of ${count(audited)} agree, ${percent(agreement)} (${percent(low)} to ${percent(high)})`;
}

export function packingStoppedText(
	{audited, agreed}: {audited: number; agreed: number},
	queue: string,
): string {
	return `packing is off for ${queue}: of its answers ${auditText(auditView(audited, agreed))} with those asked alone`;
}

function percent(share: number): string {
	return `${Math.round(share * 100)}%`;
}
