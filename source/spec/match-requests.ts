import type {KeptRange} from '../domain/event.ts';
import {canonicalJson} from './canonical-json.ts';
import {createHashIndex} from './hash-index.ts';
import {localImages} from './images.ts';
import type {Spec} from './spec.ts';
import type {SpecRequests} from './spec-requests.ts';

export type MatchSide = {readonly spec: Spec; readonly source: SpecRequests};

/**
 * Which requests of a changed spec are still the old ones, so that their results stay. A request that is named
 * by its row is matched by that name, whatever else changed. Any other is matched by its rendered prompt, its
 * place on the model and params axes, and its ordinal among those that are equal in both: so rows and templates
 * may move. A model or params item that both specs hold is the same place wherever it stands; one that neither
 * shares is matched by its position, so that results survive a changed parameter. The rows of a requests file have
 * no axes: model, prompt and fields together make them what they are.
 *
 * Costs about 40 bytes a request, 65 where rows have names, and reads every row of both specs once.
 */
export function matchRequests(before: MatchSide, after: MatchSide): readonly KeptRange[] {
	const was = new Int32Array(after.source.count).fill(-1);
	const isTaken = new Uint8Array(before.source.count);
	matchIds(before.source, after.source, was, isTaken);
	matchPrompts(before, after, was, isTaken);
	return ranges(was);
}

function matchIds(before: SpecRequests, after: SpecRequests, was: Int32Array, isTaken: Uint8Array): void {
	if (!before.hasIds || !after.hasIds) {
		return;
	}

	const ids = createHashIndex(before.count);
	for (let index = 0; index < before.count; index++) {
		const id = before.ownId(index);
		if (id !== null) {
			ids.set(ids.slot(id), index);
		}
	}

	for (let index = 0; index < after.count; index++) {
		const id = after.ownId(index);
		const match = id === null ? -1 : ids.get(ids.slot(id));
		if (match >= 0) {
			was[index] = match;
			isTaken[match] = 1;
		}
	}
}

function matchPrompts(before: MatchSide, after: MatchSide, was: Int32Array, isTaken: Uint8Array): void {
	const models = matchAxis(before.spec.models.items.map(modelKey), after.spec.models.items.map(modelKey));
	const params = matchAxis(before.spec.params.items.map(paramsKey), after.spec.params.items.map(paramsKey));

	// Equal requests hang on one slot as a chain in rising order, so that the nth takes the nth.
	const heads = createHashIndex(before.source.count);
	const next = new Int32Array(before.source.count).fill(-1);
	const keyBefore = before.source.matchKey ?? keyReader(before.source, models.before, params.before);
	for (let index = before.source.count - 1; index >= 0; index--) {
		if (isTaken[index] === 0) {
			const slot = heads.slot(keyBefore(index)!);
			next[index] = heads.get(slot);
			heads.set(slot, index);
		}
	}

	const keyAfter = after.source.matchKey ?? keyReader(after.source, models.after, params.after);
	for (let index = 0; index < after.source.count; index++) {
		// Two requests with different names are different, however alike they are.
		const isNamed = was[index]! >= 0 || (before.source.hasIds && after.source.ownId(index) !== null);
		const key = isNamed ? null : keyAfter(index);
		if (key !== null) {
			const slot = heads.slot(key);
			const match = heads.get(slot);
			if (match >= 0) {
				was[index] = match;
				heads.set(slot, next[match]!);
			}
		}
	}
}

/** The key of a request: its rendered prompt and its places; null when one of its places is new. */
function keyReader(
	source: SpecRequests,
	models: readonly number[],
	params: readonly number[],
): (index: number) => string | null {
	const {axes} = source;
	let lastPair = '';
	let prompt = '';
	return index => {
		const model = models[axes.position('model', index)]!;
		const place = params[axes.position('params', index)]!;
		if (model < 0 || place < 0) {
			return null;
		}

		// The inner axes ask for the same prompt again and again.
		const pair = `${axes.position('prompts', index)} ${axes.position('args', index)}`;
		if (pair !== lastPair) {
			const {asked, body} = source.expand(index);
			const written = 'prompt' in asked ? asked.prompt : asked.messages;
			// An image is named by its path, which may lead to another one by now.
			prompt = JSON.stringify(localImages(written).length > 0 ? (body.messages ?? body.input) : written);
			lastPair = pair;
		}

		return `${model} ${place} ${prompt}`;
	};
}

type AxisPlaces = {readonly before: readonly number[]; readonly after: readonly number[]};

/** Places that are equal on both sides; -1 for an item that is new. Equal items of one side share a place. */
function matchAxis(before: readonly string[], after: readonly string[]): AxisPlaces {
	return {
		before: before.map(key => before.indexOf(key)),
		after: after.map((key, position) => {
			const known = before.indexOf(key);
			const opposite = before[position];
			const isFree = opposite !== undefined && !after.includes(opposite);
			return known >= 0 ? known : isFree ? before.indexOf(opposite) : -1;
		}),
	};
}

function modelKey({provider, model}: Spec['models']['items'][number]): string {
	return canonicalJson([provider, model]);
}

function paramsKey({params}: Spec['params']['items'][number]): string {
	return canonicalJson(params);
}

function ranges(was: Int32Array): readonly KeptRange[] {
	const kept: KeptRange[] = [];
	let start = 0;
	for (let index = 1; index <= was.length; index++) {
		if (index < was.length && was[index] === was[index - 1]! + 1 && was[index - 1]! >= 0) {
			continue;
		}

		if (was[start]! >= 0) {
			kept.push([start, was[start]!, index - start]);
		}

		start = index;
	}

	return kept;
}
