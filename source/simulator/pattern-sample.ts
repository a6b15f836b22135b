import type {Pattern} from './pattern-parse.ts';
import {compilePattern, parsePattern} from './pattern-parse.ts';
import type {Random} from './random.ts';
import {pick, wholeBetween} from './random.ts';

const tries = 20;
const mostRepeats = 10_000;

/** A text that matches the pattern and pleases `fits`; the last try when none does, '' for what is no pattern. */
export function samplePattern(source: string, random: Random, fits: (text: string) => boolean): string {
	const matcher = compilePattern(source);
	let text = '';
	if (!matcher) {
		return text;
	}

	const pattern = parsePattern(source);
	for (let tried = 0; tried < tries; tried++) {
		text = generate(pattern, random);
		if (fits(text) && matcher.test(text)) {
			break;
		}
	}

	return text;
}

function generate(pattern: Pattern, random: Random): string {
	switch (pattern.kind) {
		case 'sequence':
			return pattern.parts.map(part => generate(part, random)).join('');
		case 'choice':
			return generate(pick(random, pattern.options), random);
		case 'repeat': {
			const times = wholeBetween(random, pattern.least, Math.min(pattern.most, pattern.least + 12));
			const length = Math.min(times, mostRepeats);
			return Array.from({length}, () => generate(pattern.part, random)).join('');
		}

		case 'character':
			return pattern.characters.length > 0 ? pick(random, pattern.characters) : '';
	}
}
