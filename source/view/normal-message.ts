/** Longer messages differ in what they quote, not in what they say. */
const longestMessage = 400;
const longestNormal = 200;

export const placeholder = '#';

/**
 * A message of a failure without what is particular to one request: addresses, quoted bits, and words with a digit in
 * them (numbers, times, ids, hashes). Walked over by hand: thousands a second may come, and the same as a regular
 * expression takes five times as long.
 */
export function normalMessage(message: string): string {
	const text = message.slice(0, longestMessage);
	let normal = '';
	let kept = 0;
	for (let at = 0; at < text.length; ) {
		const word = wordEnd(text, at);
		const end = word === 0 ? (text[at] === ' ' ? null : quoteEnd(text, at)) : Math.abs(word);
		if (end !== null && word <= 0) {
			normal += text.slice(kept, at) + placeholder;
			kept = end;
		}

		at = end ?? at + 1;
	}

	return (normal + text.slice(kept))
		.replace(/\s{2,}|[^\S ]/g, ' ')
		.trim()
		.slice(0, longestNormal);
}

/** Closing by opening. */
const quotes: ReadonlyMap<string, string> = new Map([
	['"', '"'],
	['`', '`'],
	["'", "'"],
	['“', '”'],
]);

/** Behind the closing quote; null: none opens here. A single quote inside a word is an apostrophe. */
function quoteEnd(text: string, at: number): number | null {
	const closing = quotes.get(text[at]!);
	if (closing === undefined) {
		return null;
	}

	if (closing !== "'") {
		const end = text.indexOf(closing, at + 1);
		return end < 0 ? null : end + 1;
	}

	if (at > 0 && isWord(text.charCodeAt(at - 1))) {
		return null;
	}

	let end = text.indexOf(closing, at + 1);
	while (end >= 0 && end + 1 < text.length && isWord(text.charCodeAt(end + 1))) {
		end = text.indexOf(closing, end + 1);
	}

	return end < 0 ? null : end + 1;
}

/**
 * Behind the word, the number or the address that begins here, but for the marks that end a sentence; below 0 where
 * it is particular; 0: none begins.
 */
function wordEnd(text: string, at: number): number {
	if (!isWord(text.charCodeAt(at))) {
		return 0;
	}

	let end = at;
	let isAddress = false;
	let hasDigit = false;
	for (; end < text.length; end++) {
		const code = text.charCodeAt(end);
		hasDigit ||= code >= 0x30 && code <= 0x39;
		isAddress ||= code === slash && text.startsWith('://', end - 2);
		if (!(isWord(code) || isJoint(code) || (isAddress && isInAddress(code)))) {
			break;
		}
	}

	while (isJoint(text.charCodeAt(end - 1))) {
		end--;
	}

	const isHash = end - at >= shortestHash && /^[a-f]+$/i.test(text.slice(at, end));
	return hasDigit || isAddress || isHash ? -end : end;
}

/** Without a digit in it. */
const shortestHash = 16;

const slash = 0x2f;

/** Letters, digits, the underscore, and all beyond ASCII but quotes. */
function isWord(code: number): boolean {
	return (
		(code >= 0x61 && code <= 0x7a) ||
		(code >= 0x30 && code <= 0x39) ||
		(code >= 0x41 && code <= 0x5a) ||
		code === 0x5f ||
		(code > 0xa0 && code !== 0x201c && code !== 0x201d)
	);
}

/** `,` `-` `.` `/` and `:` hold a number, a path or a host together. */
function isJoint(code: number): boolean {
	return (code >= 0x2c && code <= slash) || code === 0x3a;
}

/** Neither a blank nor what an address stands in. */
function isInAddress(code: number): boolean {
	return code > 0x20 && !'"\'`<>)'.includes(String.fromCharCode(code));
}
