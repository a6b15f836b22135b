import {redact} from './redact.ts';

const longestMessage = 2000;

/** Text that came from outside, short and on one line. It is still raw: the faces clean it for the terminal. */
export function failureMessage(text: string, key: string | null): string {
	const line = redact(text, key).trim().replaceAll(/\s+/g, ' ');
	return line.length > longestMessage ? `${line.slice(0, longestMessage - 1)}…` : line;
}

/** What a body that should have been JSON says of itself. A page's text is of no use, its title is. */
export function describeBody(text: string): string {
	const start = text.trimStart();
	if (start === '') {
		return 'empty body';
	}

	if (!/^<(?:!doctype|html|head|body|\?xml)/i.test(start)) {
		return start;
	}

	const title = /<title[^>]*>([^<]*)/i.exec(start.slice(0, 100_000))?.[1]?.trim();
	return `HTML page: ${title || 'without a title'}`;
}
