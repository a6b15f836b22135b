import {Buffer} from 'node:buffer';

/**
 * A tokenizer first cuts a text into words, and takes time that grows with the square of the longest: a megabyte of
 * one letter would stand still for minutes. No token is shorter than a byte, so the bytes of such a word bound it.
 */
const longestWord = 200;

/** Letters, or spaces, or signs, by so many at a time. */
const partOfWord = new RegExp(
	`[\\p{L}\\p{M}]{${longestWord}}|\\s{${longestWord}}|[^\\s\\p{L}\\p{N}]{${longestWord}}`,
	'gu',
);

/** Counts as `count` does, and never for long: what it would choke on is counted by its bytes. */
export function boundedCount(count: (text: string) => number): (text: string) => number {
	return text => {
		if (text.length < longestWord) {
			return count(text);
		}

		let bytes = 0;
		const rest = text.replace(partOfWord, part => {
			bytes += Buffer.byteLength(part);
			return '';
		});
		return count(rest) + bytes;
	};
}
