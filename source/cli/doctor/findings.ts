import {safeText} from '../../view/safe-text.ts';

/** What `doctor` has to say of a run: what it made good, and what nobody can. One sentence each. */
export type Finding = {readonly kind: 'mended' | 'lost'; readonly text: string};

export type Findings = {
	mended(text: string): void;
	lost(text: string): void;
	readonly list: readonly Finding[];
};

export function createFindings(): Findings {
	const list: Finding[] = [];
	return {
		mended: text => void list.push({kind: 'mended', text}),
		lost: text => void list.push({kind: 'lost', text}),
		list,
	};
}

const mostNamed = 12;

/** Requests by their ids, as many as a line holds. */
export function namedRequests(ids: readonly string[]): string {
	const named = ids.slice(0, mostNamed).map(id => safeText(id, {maxLength: 40}));
	const more = ids.length > named.length ? ` and ${ids.length - named.length} more` : '';
	return `${ids.length === 1 ? 'request' : `${ids.length} requests:`} ${named.join(', ')}${more}`;
}
