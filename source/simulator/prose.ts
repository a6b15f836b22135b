import type {Random} from './random.ts';
import {pick, wholeBetween} from './random.ts';

const openings = [
	'In short, {a} goes well with {b}.',
	'The question about {a} comes down to {b} in the end.',
	'Most people would name {b} first when they talk about {a}.',
	'There is more to {a} than {b}, but it is a good place to start.',
	'Yes: {a} and {b} belong together, as far as anyone can tell.',
	'It depends on what you expect of {a}, and how much {b} matters to you.',
];

const continuations = [
	'A second look at {b} would be worth the time.',
	'Older sources treat {a} as a special case of {b}.',
	'If you have to choose, begin with {a} and leave {b} for later.',
	'The usual advice is to try it once, write down the result and compare.',
	'Nothing here contradicts what is known about {a}.',
	'Two examples are better than one, so keep {b} in mind as well.',
];

/** Now and then something that a reader of plain ASCII would trip over. */
const curiosities = [
	'A café in Zürich once sold {a} beside {b} ☕.',
	'A naïve estimate says ½ of it is {a} → the rest is {b}.',
	'In Japanese one would call {a} 面白い.',
	'Some add “{b}” with a smile 🙂.',
];

const filler = new Set(
	'about also and answer any are because been but can could does each for from give had has have how into its just like more not only one other our out please said should some such text than that the their them then there these they this those was were what when where which who why will with would write you your'.split(
		' ',
	),
);

/** Long prompts begin with instructions and end with the matter, so a look at both ends is enough. */
const lookedAt = 300;

/** Words of a prompt that an answer can mention; never empty. */
export function notableWords(prompt: string): readonly string[] {
	const ends =
		prompt.length <= 2 * lookedAt ? prompt : `${prompt.slice(0, lookedAt)} ${prompt.slice(-lookedAt)}`;
	const words = ends.match(/\p{L}[\p{L}\p{M}]{2,23}/gu) ?? [];
	const notable = [...new Set(words)].filter(word => !filler.has(word.toLowerCase()));
	return notable.length > 0 ? notable.slice(-12) : ['the question'];
}

/** One to four sentences, of more than three words each. */
export function writeProse(random: Random, words: readonly string[]): string {
	const sentences = [writeSentence(random, words, openings)];
	for (let more = wholeBetween(random, 0, 2); more > 0; more--) {
		sentences.push(writeSentence(random, words, continuations));
	}

	if (random() < 0.15) {
		sentences.push(writeSentence(random, words, curiosities));
	}

	return sentences.join(' ');
}

export function writeSentence(
	random: Random,
	words: readonly string[],
	forms: readonly string[] = openings,
): string {
	const first = pick(random, words);
	const others = words.filter(word => word !== first);
	const second = others.length > 0 ? pick(random, others) : 'its details';
	const sentence = pick(random, forms)
		.replace('{a}', () => first)
		.replace('{b}', () => second);
	return sentence[0]!.toUpperCase() + sentence.slice(1);
}
