import type {Whereabouts} from '../domain/whereabouts.ts';
import {count, plural} from './format.ts';

export const placeWords: {readonly [P in keyof Whereabouts]: string} = {
	total: 'requests',
	done: 'done',
	failed: 'failed',
	in_flight: 'in flight',
	batched: 'batched',
	waiting: 'waiting',
	queued: 'queued',
	missing: 'missing',
};

type Place = Exclude<keyof Whereabouts, 'total'>;

const places = [
	'done',
	'failed',
	'in_flight',
	'batched',
	'waiting',
	'queued',
] as const satisfies readonly Place[];

/** `8 requests = 7 done + 1 failed + 0 in flight + …`: every term, so that it can be added up. */
export function wholeEquation(requests: Whereabouts): string {
	const sum = [...places, 'missing' as const].map(place => `${count(requests[place])} ${placeWords[place]}`);
	return `${plural(requests.total, 'request')} = ${sum.join(' + ')}`;
}

/** The places where some are, each as a term: `7 done`, `1 failed`. */
export function terms(requests: Whereabouts): readonly {readonly place: Place; readonly text: string}[] {
	return places
		.filter(place => requests[place] > 0 || place === 'done')
		.map(place => ({place, text: `${count(requests[place])} ${placeWords[place]}`}));
}

/** `8 requests = 7 done + 1 failed`, without the places where none is. */
export function shortEquation(requests: Whereabouts): string {
	const sum = terms(requests).map(({text}) => text);
	return `${plural(requests.total, 'request')} = ${sum.join(' + ')}`;
}

/** What is wrong with the equation; empty where it holds. */
export function mismatch({missing}: Whereabouts): string {
	return missing === 0 ? '' : missing > 0 ? `${count(missing)} MISSING` : `${count(-missing)} COUNTED TWICE`;
}
