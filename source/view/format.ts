import type {Eta} from './eta.ts';

/** Every number that a person reads, in both faces, is written here. Nothing is rounded up into a claim. */

const grouped = new Intl.NumberFormat('en-US', {maximumFractionDigits: 0});

/** What stands for a number that is not known. */
const none = '-';

/** `00:41`, `1:12:44`, `2d 03h`. */
export function duration(ms: number): string {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	const hours = Math.floor(seconds / 3600);
	if (hours >= 24) {
		return `${Math.floor(hours / 24)}d ${twoDigits(hours % 24)}h`;
	}

	const rest = `${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
	return hours > 0 ? `${hours}:${rest}` : rest;
}

/** Time until something happens, which is over only when it is over: `8s`, `01:40`. */
export function countdown(ms: number): string {
	const seconds = Math.max(0, Math.ceil(ms / 1000));
	return seconds < 100 ? `${seconds}s` : duration(seconds * 1000);
}

/** How long a call took: `840ms`, `1.9s`, `42s`, `02:05`. */
export function latency(ms: number | null): string {
	if (ms === null) {
		return none;
	}

	if (ms < 1000) {
		return `${Math.floor(ms)}ms`;
	}

	if (ms < 10_000) {
		return `${oneDecimal(ms / 1000)}s`;
	}

	return ms < 100_000 ? `${Math.floor(ms / 1000)}s` : duration(ms);
}

/** Two columns and a unit, cut: `45s`, `12m`, `23h`, `2d`. */
export function shortDuration(ms: number): string {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	if (seconds < 60) {
		return `${seconds}s`;
	}

	if (seconds < 3600) {
		return `${Math.floor(seconds / 60)}m`;
	}

	return seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

/** Every digit that there is: `$0.00003`, `$12.5`. */
export function exactMoney(pico: bigint): string {
	const digits = String(pico).padStart(13, '0');
	const fraction = digits.slice(-12).replace(/0{1,10}$/, '');
	return `$${grouped.format(BigInt(digits.slice(0, -12)))}.${fraction}`;
}

/** `1,204`. */
export function count(amount: number): string {
	return grouped.format(amount);
}

/** `1 request`, `1,204 requests`. */
export function plural(amount: number, one: string, many = `${one}s`): string {
	return `${count(amount)} ${amount === 1 ? one : many}`;
}

const magnitudes = [
	{from: 1e9, unit: 1e9, letter: 'B'},
	{from: 1e6, unit: 1e6, letter: 'M'},
	{from: 1e4, unit: 1e3, letter: 'k'},
] as const;

/** `1,204`, `61.9k`, `1.2M`: at most 6 columns. */
export function shortCount(amount: number): string {
	const magnitude = magnitudes.find(({from}) => amount >= from);
	return magnitude
		? `${oneDecimal(amount / magnitude.unit).replace(/\.0$/, '')}${magnitude.letter}`
		: count(amount);
}

/** `$18.42`, `$0.0003`, `<$0.0001`, `unknown`: something that cost more than nothing never reads as $0.00. */
export function money(usd: number | null): string {
	if (usd === null) {
		return 'unknown';
	}

	if (usd === 0) {
		return '$0.00';
	}

	if (usd < 0.000_05) {
		return '<$0.0001';
	}

	if (usd < 0.1) {
		return `$${usd.toFixed(4)}`;
	}

	const cents = usd.toFixed(2);
	return `$${count(Number(cents.slice(0, -3)))}${cents.slice(-3)}`;
}

/** `61.9%`: 100.0% only when all is there, 0.0% only when nothing is. */
/** `120/400`, and `120/400+` while more may be added. */
export function ofTotal(part: string, total: string, grows: boolean): string {
	return `${part}/${total}${grows ? '+' : ''}`;
}

export function percent(part: number, total: number): string {
	if (total === 0 || part === 0) {
		return '0.0%';
	}

	return part < total ? `${Math.max(0.1, Math.floor((part / total) * 1000) / 10).toFixed(1)}%` : '100.0%';
}

/** `12.4/s`, `2,431/s`, `0.03/s`. */
export function perSecond(rate: number | null): string {
	if (rate === null) {
		return none;
	}

	if (rate >= 100) {
		return `${count(rate)}/s`;
	}

	return rate >= 1 || rate === 0 ? `${rate.toFixed(1)}/s` : `${rate.toFixed(2)}/s`;
}

/** `12:41:09`, in the time zone of the person. */
export function timeOfDay(at: number): string {
	const date = new Date(at);
	return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

/** `00:38±04`, `1:12:44±05:10`, `<23:10:00` at the latest, `stalled`, `-` while it is hidden. */
export function etaText(eta: Eta, plusMinus = '±'): string {
	if (eta === null) {
		return none;
	}

	if (eta === 'stalled') {
		return eta;
	}

	if ('atMostMs' in eta) {
		return `<${duration(eta.atMostMs)}`;
	}

	const range =
		eta.plusMinusMs < 60_000 ? twoDigits(Math.ceil(eta.plusMinusMs / 1000)) : duration(eta.plusMinusMs);
	return `${duration(eta.ms)}${plusMinus}${range}`;
}

/** A bar of `width` columns: full only when all is there, empty only when nothing is. */
export function bar(fraction: number, width: number, full: string, empty: string): string {
	const partly = Math.max(0, Math.min(width - 1, Math.max(1, Math.floor(fraction * width))));
	const cells = fraction <= 0 ? 0 : fraction >= 1 ? width : partly;
	return full.repeat(cells) + empty.repeat(width - cells);
}

/**
 * One character a value, scaled to the largest or to `full` if that is more; `levels` from lowest to highest, the
 * lowest only for nothing.
 */
export function sparkline(values: readonly number[], levels: readonly string[], full = 1): string {
	const largest = Math.max(...values, full, 1);
	return values.map(value => levels[Math.ceil((value / largest) * (levels.length - 1))] ?? '').join('');
}

/** Cut, not rounded: 999,999 is not 1000.0k. */
function oneDecimal(amount: number): string {
	return (Math.floor(amount * 10) / 10).toFixed(1);
}

function twoDigits(amount: number): string {
	return String(amount).padStart(2, '0');
}
