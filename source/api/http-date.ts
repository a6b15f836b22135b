/**
 * RFC 9110, section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT` and two obsolete forms. The form is checked first since
 * Date.parse makes a date of almost anything: `garbage 12` is December 2001.
 */
export function readHttpDate(text: string): number | null {
	const isDate =
		/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text) ||
		/^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/.test(text) ||
		/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/.test(text);
	const at = isDate ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : Number.NaN;
	return Number.isNaN(at) ? null : at;
}
