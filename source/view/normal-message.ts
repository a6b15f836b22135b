/** Longer messages differ in what they quote, not in what they say. */
const longestMessage = 400;
const longestNormal = 200;

/**
 * What differs between two failures of one cause: addresses, quoted bits, and words with a digit in them (numbers,
 * times, ids, hashes). A single quote inside a word is an apostrophe. A hash may have no digit.
 */
const particular =
	/[a-z][a-z+.-]*:\/\/[^\s"'`<>)]+|"[^"\n]*"|`[^`\n]*`|(?<!\w)'[^'\n]*'(?!\w)|“[^”\n]*”|\b(?=[\w.:,/-]*\d)\w[\w.:,/-]*\w\b|\b\d\b|\b[0-9a-f]{16,}\b/gi;

export const placeholder = '#';

/** A message of a failure without what is particular to one request. */
export function normalMessage(message: string): string {
	const text = message.slice(0, longestMessage);
	return text.replace(particular, placeholder).replace(/\s+/g, ' ').trim().slice(0, longestNormal);
}
