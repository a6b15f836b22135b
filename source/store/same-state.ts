import type {RunState} from '../domain/state.ts';
import {saveState} from './saved-state.ts';

/** Whether two states say the same of a run. Of a provider that was only asked after, nothing is known. */
export function isSameState(one: RunState, other: RunState): boolean {
	return textOf(one) === textOf(other);
}

function textOf(state: RunState): string {
	const {providers, ...saved} = saveState(state, '');
	const known = providers.filter(([, provider]) => Object.values(provider).some(Boolean));
	return JSON.stringify({...saved, providers: known}, (_, value: unknown) =>
		value && typeof value === 'object' && !Array.isArray(value)
			? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
			: value,
	);
}
