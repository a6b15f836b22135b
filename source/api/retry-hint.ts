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

/**
 * RFC 9110, section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT` and two obsolete forms. The form is checked first since
 * Date.parse makes a date of almost anything: `garbage 12` is December 2001.
 */
function readHttpDate(text: string): number | null {
	const isDate =
		/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text) ||
		/^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/.test(text) ||
		/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/.test(text);
	const at = isDate ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : Number.NaN;
	return Number.isNaN(at) ? null : at;
}
