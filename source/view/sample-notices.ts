import type {RunState} from '../domain/state.ts';
import {plural} from './format.ts';
import type {NoticeText} from './notice.ts';
import {goOnText, type SampleView, sampleFacts} from './sample-view.ts';

/** Tells of a sample when it begins, and once what it came to. */
export function createSampleWatch(): (state: RunState, view: SampleView | null) => readonly NoticeText[] {
	let told: number | null = null;
	return ({sample}, view) => {
		const {at} = sample?.result ?? {at: null};
		if (at === told) {
			return [];
		}

		told = at;
		if (view === null) {
			return [];
		}

		const facts = sampleFacts(view).map(([label, text]) => `${label} ${text}`);
		return [
			...facts.map((text): NoticeText => ['info', `${view.purpose}: ${text}`]),
			...(view.purpose === 'canary' ? [['warn', `the canary is done: ${goOnText(view)}`] as const] : []),
		];
	};
}

export function sampleBegunText(purpose: string, requests: number): string {
	return `${purpose}: ${plural(requests, 'request')} first, direct; nothing else is sent before they are done`;
}
