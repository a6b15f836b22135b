import {countOf} from '../domain/batch.ts';
import type {TriageEvent} from '../domain/triage-event.ts';
import {count, plural} from './format.ts';
import type {NoticeText} from './notice.ts';

/** What a person did to single requests, in a sentence. */
export function triageNotices(event: TriageEvent): readonly NoticeText[] {
	switch (event.type) {
		case 'requests-retried':
			return [
				['info', `${plural(countOf(event.waiting) + countOf(event.failed), 'request')} tried again now`],
			];
		case 'requests-unwanted':
			return [['info', `${requests(event)} will be given up when what is out of them comes back`]];
		case 'requests-given-up':
			return [['info', givenUpText(event.indexes.length)]];
		case 'requests-restored':
			return [
				['info', `${count(countOf(event.indexes) + countOf(event.wanted))} of ${count(event.of)} taken back`],
			];
		case 'requests-moved':
			return [['info', `${requests(event)} moved to the ${event.to} of the queue`]];
		case 'queue-added':
			return [['info', `${event.info.key} is one more queue`]];
		case 'params-changed':
			return [['info', `${requests(event)} go with ${changeWords(event)}`]];
	}
}

export function givenUpText(requestCount: number): string {
	return `${plural(requestCount, 'request')} given up`;
}

function requests({
	indexes,
}: Extract<TriageEvent, {indexes: readonly (readonly [number, number])[]}>): string {
	return plural(countOf(indexes), 'request');
}

/** `max_tokens=512 model=gpt-4o`: as a person types it. */
export function changeWords({
	change,
}: Pick<Extract<TriageEvent, {type: 'params-changed'}>, 'change'>): string {
	const fields = Object.entries(change.body).map(
		([name, value]) => `${name}=${value === null ? '' : JSON.stringify(value)}`,
	);
	return [...(change.model === null ? [] : [`model=${change.model}`]), ...fields].join(' ');
}
