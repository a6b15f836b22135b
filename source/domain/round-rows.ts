import type {Asking, Round} from './asking.ts';
import type {AttemptEvent} from './event.ts';
import {isoTime} from './iso-time.ts';
import {usd} from './money.ts';
import type {SchemaCheck} from './ports.ts';
import type {JsonObject, Request} from './request.ts';
import {type ResultRow, resultRows} from './result.ts';
import {countsForCall} from './sharing.ts';
import {parseJson} from './verdict.ts';

/** Several rounds as the rows of one request. */
export type RoundRows = {
	readonly request: Request;
	readonly asking: Asking;
	/** The lines that ended the rounds, oldest first; null where one is damaged. */
	readonly lines: readonly (AttemptEvent | null)[];
	readonly rounds: readonly Round[];
	readonly attempts: number;
	readonly check: SchemaCheck | null;
};

/**
 * The answer that the rounds come to, with what all of them used and cost, from when the first was sent. Null when
 * the answer to show cannot be read.
 */
export function roundRows({
	request,
	asking,
	lines,
	rounds,
	attempts,
	check,
}: RoundRows): readonly ResultRow[] | null {
	const {shown, columns, summary: _, ...instead} = asking.conclude(request, rounds);
	const line = lines[shown ?? rounds.findLastIndex(({kind}) => kind === 'answered')];
	const rows = line?.type === 'attempt-answered' ? resultRows(request, line, attempts, check) : null;
	if (!rows) {
		return null;
	}

	const known = lines.filter(one => one !== null);
	const sums: Partial<ResultRow> = {
		usage: known.map(usageOf).reduce(addUsage, null),
		cost_usd: costOf(known),
		sent_at: isoTime(Math.min(...known.map(({startedAt}) => startedAt))),
		finished_at: isoTime(Math.max(...known.map(({at}) => at))),
		latency_ms: known.reduce((sum, {at, startedAt}) => sum + at - startedAt, 0),
	};
	return rows.map((row, position) => ({
		...row,
		...(position === 0 ? {...instead, ...sums} : null),
		...columns,
	}));
}

/** Null when the price of one of them is unknown, and where others that shared its calls have what they cost. */
function costOf(lines: readonly AttemptEvent[]): number | null {
	let pico = 0n;
	if (!lines.some(countsForCall)) {
		return null;
	}

	for (const {usage, costPico} of lines) {
		if (usage !== null) {
			if (costPico === null) {
				return null;
			}

			pico += BigInt(costPico);
		}
	}

	return usd(pico);
}

function usageOf(line: AttemptEvent): unknown {
	const body = line.raw === null ? null : parseJson(line.raw);
	return typeof body === 'object' && body !== null ? ((body as JsonObject).usage ?? null) : null;
}

/** Adds up all numbers of two usages of the same shape; what is no number is of the first. */
function addUsage(one: unknown, other: unknown): unknown {
	if (typeof one === 'number' && typeof other === 'number') {
		return one + other;
	}

	if (!isObject(one) || !isObject(other)) {
		return one ?? other;
	}

	const names = new Set([...Object.keys(one), ...Object.keys(other)]);
	return Object.fromEntries([...names].map(name => [name, addUsage(one[name], other[name])]));
}

function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
