import type {AttemptAnswered} from './event.ts';
import type {Outputs, SampleEvent} from './sample-event.ts';
import {countsForCall} from './sharing.ts';
import type {RunState} from './state.ts';

type Sampled = Pick<RunState, 'sample'>;

/** Only the sample starts now. */
export function isSampling({sample}: Sampled): boolean {
	return sample?.step === 'open';
}

/** A request goes direct whatever its queue's lane: a person pulled it out of a batch, or it is in the sample. */
export function isPulled({pulled, sample}: Sampled & Pick<RunState, 'pulled'>, index: number): boolean {
	return pulled.has(index) || sample?.indexes.has(index) === true;
}

/** All of which that holds. */
export function* pulledIndexes({pulled, sample}: Sampled & Pick<RunState, 'pulled'>): Generator<number> {
	yield* pulled;
	for (const index of sample?.indexes ?? []) {
		if (!pulled.has(index)) {
			yield index;
		}
	}
}

export function reduceSample(state: RunState, event: SampleEvent): void {
	switch (event.type) {
		case 'sample-begun':
			state.hadCanary ||= event.purpose === 'canary';
			state.sample = {
				purpose: event.purpose,
				requests: event.indexes.length,
				indexes: new Set(event.indexes),
				outputs: [],
				step: 'open',
				result: null,
			};
			return;
		case 'sample-done':
			state.paused ||= event.pauses;
			if (state.sample) {
				state.sample.indexes.clear();
				state.sample.outputs = [];
				state.sample.step = event.pauses ? 'paused' : 'past';
				state.sample.result = event;
			}
	}
}

export function noteOutput({sample}: Sampled, event: AttemptAnswered): void {
	if (sample?.indexes.has(event.index) && countsForCall(event)) {
		const {usage, allowed, call} = event;
		const size = call?.size ?? 1;
		sample.outputs.push(Math.round(usage.output / size), allowed === null ? -1 : Math.round(allowed / size));
	}
}

/** `outputs` as in `Sample`. */
export function outputsOf(outputs: readonly number[]): Outputs | null {
	const lengths: number[] = [];
	const bounds: number[] = [];
	let full = 0;
	for (let at = 0; at + 1 < outputs.length; at += 2) {
		const [length, allowed] = [outputs[at]!, outputs[at + 1]!];
		lengths.push(length);
		if (allowed >= 0) {
			bounds.push(allowed);
			full += length >= allowed ? 1 : 0;
		}
	}

	if (lengths.length === 0) {
		return null;
	}

	lengths.sort((a, b) => a - b);
	bounds.sort((a, b) => a - b);
	const quantile = (share: number) => lengths[Math.ceil(share * lengths.length) - 1]!;
	return {
		mean: lengths.reduce((sum, length) => sum + length, 0) / lengths.length,
		p50: quantile(0.5),
		p95: quantile(0.95),
		max: lengths.at(-1)!,
		allowed: bounds.length === 0 ? null : [bounds[0]!, bounds.at(-1)!],
		full,
	};
}
