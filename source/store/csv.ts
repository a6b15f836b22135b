/**
 * One line of CSV (RFC 4180, with plain line breaks). Null is an empty cell, nested values are JSON text.
 *
 * A text that begins like a formula gets a leading apostrophe, because spreadsheets would run it: prompts and
 * answers come from strangers (OWASP, "CSV Injection"). Blanks and quotes before it are passed over as some
 * spreadsheets do, and some take the full-width signs for the ordinary ones.
 */
export function csvLine(cells: readonly unknown[]): string {
	return `${cells.map(cell).join(',')}\n`;
}

const likeFormula = /^(?:[\t\r\n]|[\s"\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/u;

function cell(value: unknown): string {
	switch (typeof value) {
		case 'string':
			return quote(likeFormula.test(value) ? `'${value}` : value);
		case 'object':
			return value === null ? '' : quote(JSON.stringify(value));
		case 'undefined':
			return '';
		default:
			return String(value);
	}
}

function quote(text: string): string {
	return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
