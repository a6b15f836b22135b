import type {JsonObject} from '../domain/request.ts';
import {samplePattern} from './pattern-sample.ts';
import {writeSentence} from './prose.ts';
import type {Random} from './random.ts';
import {pick, wholeBetween} from './random.ts';

type StringPlace = {readonly name: string; readonly random: Random; readonly words: readonly string[]};

const longestText = 10_000;

/** Names of properties that a model fills with a sentence rather than a word. */
const prose = /reason|explan|summar|comment|descr|rational|thought|answer|text|steps?$/i;

export function sampleString(schema: JsonObject, place: StringPlace): string {
	const {random} = place;
	if (typeof schema.pattern === 'string') {
		return samplePattern(schema.pattern, random, text => fits(text, schema));
	}

	const formatted = typeof schema.format === 'string' ? sampleFormat(schema.format, random) : null;
	return formatted ?? fitLength(writeValue(place), schema, place);
}

function writeValue({name, random, words}: StringPlace): string {
	return prose.test(name) ? writeSentence(random, words) : pick(random, words);
}

/** Lengths count characters, not UTF-16 units. */
function fitLength(text: string, schema: JsonObject, {random, words}: StringPlace): string {
	const least = Math.min(bound(schema.minLength, 0), longestText);
	let fitted = text;
	while ([...fitted].length < least) {
		fitted = `${fitted} ${pick(random, words)}`;
	}

	const most = bound(schema.maxLength, Infinity);
	return most === Infinity ? fitted : [...fitted].slice(0, most).join('');
}

function fits(text: string, schema: JsonObject): boolean {
	const {length} = [...text];
	return length >= bound(schema.minLength, 0) && length <= bound(schema.maxLength, Infinity);
}

function bound(value: unknown, absent: number): number {
	return typeof value === 'number' ? value : absent;
}

/** Null for a format that is not known, which then is any text. */
function sampleFormat(format: string, random: Random): string | null {
	const digits = (low: number, high: number, length = 2) =>
		String(wholeBetween(random, low, high)).padStart(length, '0');
	const date = () => `${digits(1970, 2029)}-${digits(1, 12)}-${digits(1, 28)}`;
	const time = () => `${digits(0, 23)}:${digits(0, 59)}:${digits(0, 59)}Z`;
	const hex = (length: number) =>
		Array.from({length}, () => wholeBetween(random, 0, 15).toString(16)).join('');
	const host = () =>
		`${pick(random, ['mail', 'www', 'docs'])}.${pick(random, ['example.com', 'example.org'])}`;
	const person = () => `${pick(random, ['ada', 'grace', 'alan', 'edsger'])}${wholeBetween(random, 1, 99)}`;
	switch (format) {
		case 'date':
			return date();
		case 'time':
			return time();
		case 'date-time':
			return `${date()}T${time()}`;
		case 'duration':
			return `P${wholeBetween(random, 1, 9)}D`;
		case 'email':
			return `${person()}@${host()}`;
		case 'hostname':
			return host();
		case 'ipv4':
			return `192.0.2.${wholeBetween(random, 1, 254)}`;
		case 'ipv6':
			return `2001:db8::${hex(4)}`;
		case 'uuid':
			return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
		case 'uri':
		case 'url':
			return `https://${host()}/${person()}`;
		default:
			return null;
	}
}
