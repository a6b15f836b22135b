import {count, plural} from './format.ts';

/** What a spec, or what is left of it, would take by one way. Null: unknown, or not to be had. */
export type WayPlan = {
	/** Calls of a model. */
	readonly calls: number;
	/** Batches, a file each. */
	readonly files: number;
	readonly bytes: number;
	readonly inputTokens: number;
	/** By the completion ratio. */
	readonly outputTokens: number | null;
	readonly maxOutputTokens: number | null;
	readonly usd: number | null;
	readonly maxUsd: number | null;
	/** Of the direct calls; 0 without any. */
	readonly directSeconds: number;
	/** Times that the API is filled with batches, one after the other. */
	readonly waves: number;
	readonly enqueuedTokens: number;
	readonly mostEnqueuedTokens: number;
};

/** The ways side by side. Null where a provider has no Batch API. */
export type PlanPreview = {
	readonly direct: WayPlan;
	readonly batch: WayPlan | null;
	readonly auto: WayPlan;
	/** As many requests in a call as fit, by the lanes of the mode; absent where the spec does not ask for it. */
	readonly packed?: WayPlan;
};

const bytesPerMb = 1e6;
const labelColumns = 24;

type Row = readonly [label: string, cell: (way: WayPlan) => string];

const rows: readonly Row[] = [
	['calls', ({calls}) => count(calls)],
	['batch files', ({files}) => count(files)],
	['batch files, MB', ({bytes}) => megabytes(bytes)],
	['input tokens', ({inputTokens}) => count(inputTokens)],
	['output tokens, expected', ({outputTokens}) => amount(outputTokens)],
	['output tokens, at most', ({maxOutputTokens}) => amount(maxOutputTokens)],
	['USD, expected', ({usd}) => exactUsd(usd)],
	['USD, at most', ({maxUsd}) => exactUsd(maxUsd)],
	['time', timeText],
	['enqueued tokens, in all', ({enqueuedTokens}) => count(enqueuedTokens)],
	['enqueued tokens, at once', ({mostEnqueuedTokens}) => count(mostEnqueuedTokens)],
];

/** The ways as a table of text. */
export function planTable({direct, batch, auto, packed}: PlanPreview): readonly string[] {
	const columns = [
		column('direct', direct),
		column('batch', batch),
		column('auto', auto),
		...(packed ? [column('packed', packed)] : []),
	];
	const widths = columns.map(cells => Math.max(...cells.map(cell => cell.length)));
	return ['plan', ...rows.map(([label]) => label)].map((label, row) => {
		const cells = columns.map((lines, position) => lines[row]!.padStart(widths[position]!));
		return [label.padEnd(labelColumns), ...cells].join('  ');
	});
}

function column(name: string, way: WayPlan | null): readonly string[] {
	return [name, ...rows.map(([, cell]) => (way === null ? '-' : cell(way)))];
}

/** To the billionth of a dollar, for those who calculate by hand: `$0.000054`, `$18.42`. */
export function exactUsd(usd: number | null): string {
	if (usd === null) {
		return 'unknown';
	}

	const [whole = '0', decimals = ''] = usd.toFixed(9).split('.');
	return `$${count(Number(whole))}.${decimals.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** `0.2`, `190`: never 0 for a file that has something in it. */
export function megabytes(bytes: number): string {
	const mb = bytes / bytesPerMb;
	return bytes === 0 ? '0' : mb < 0.001 ? '<0.001' : mb < 10 ? mb.toFixed(3) : count(mb);
}

/** `about 40 s`, `minutes to 24 h`. */
export function timeText({calls, directSeconds, files, waves}: WayPlan): string {
	const direct = directSeconds < 120 ? `${directSeconds} s` : `${count(Math.ceil(directSeconds / 60))} min`;
	const batch = waves > 1 ? `up to 24 h, ${waves} times` : 'minutes to 24 h';
	const sent = waves === 0 ? 'not sent' : batch;
	return [...(calls > 0 ? [`about ${direct}`] : []), ...(files > 0 ? [sent] : [])].join(' + ') || '0 s';
}

function amount(tokens: number | null): string {
	return tokens === null ? 'unknown' : count(tokens);
}

/** `2 batches of 0.312 MB together`. */
export function filesText({files, bytes}: WayPlan): string {
	return `${plural(files, 'batch', 'batches')} of ${megabytes(bytes)} MB together`;
}
