import {readHttpDate} from './http-date.ts';
import {headerOf, type ResponseHeaders} from './response-headers.ts';

/**
 * How long the server asks to wait, in milliseconds; null when it does not, or not in a way that can be read.
 * Never negative. Any length is passed on: what to do with it is the domain's affair.
 */
export function readRetryHintMs(headers: ResponseHeaders, now: number): number | null {
	// Not a standard, but OpenAI and Azure send it and the SDK gives it precedence: it is the finer one.
	const milliseconds = headerOf(headers, 'retry-after-ms')?.trim();
	if (milliseconds !== undefined && isNumber(milliseconds)) {
		return Number(milliseconds);
	}

	// RFC 9110, section 10.2.3: a number of seconds or an HTTP-date. Fractions are seen in the wild.
	const after = headerOf(headers, 'retry-after')?.trim();
	if (after === undefined) {
		return null;
	}

	if (isNumber(after)) {
		return Number(after) * 1000;
	}

	const until = readHttpDate(after);
	if (until === null) {
		return null;
	}

	// A date is meant by the server's clock, which the Date header shows; ours may be minutes off.
	const date = headerOf(headers, 'date');
	const serverNow = date === null ? null : readHttpDate(date);
	return Math.max(0, until - (serverNow ?? now));
}

function isNumber(text: string): boolean {
	return /^\d{1,15}(?:\.\d{1,15})?$/.test(text);
}
