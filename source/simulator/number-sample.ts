import type {JsonObject} from '../domain/request.ts';
import type {Random} from './random.ts';
import {wholeBetween} from './random.ts';

type NumberPlace = {readonly whole: boolean; readonly name: string; readonly random: Random};

/** Names that mean a share of 1 when the schema gives no bounds. */
const shares = /confidence|probability|likelihood|certainty/i;

export function sampleNumber(schema: JsonObject, {whole, name, random}: NumberPlace): number {
	const step = bound(schema.multipleOf);
	const {low, high} = range(schema, whole, name);
	if (step !== null && step > 0) {
		return sampleMultiple(step, low, high, random);
	}

	if (whole) {
		const least = above(low, schema.exclusiveMinimum);
		const most = below(high, schema.exclusiveMaximum);
		return wholeBetween(random, least, Math.max(least, most));
	}

	// Off the ends, which may be exclusive; two decimals look like an answer where the range has room for them.
	const value = low + (high - low) * (0.05 + 0.9 * random());
	const rounded = Math.round(value * 100) / 100;
	return rounded > low && rounded < high ? rounded : value;
}

/** The bounds that are given, else plausible ones. */
function range(
	schema: JsonObject,
	whole: boolean,
	name: string,
): {readonly low: number; readonly high: number} {
	const low = largest(bound(schema.minimum), bound(schema.exclusiveMinimum));
	const high = smallest(bound(schema.maximum), bound(schema.exclusiveMaximum));
	if (low === null && high === null) {
		return {low: 0, high: !whole && shares.test(name) ? 1 : 100};
	}

	if (low !== null && high !== null) {
		return {low, high};
	}

	return low === null ? {low: high! > 0 ? 0 : high! - 100, high: high!} : {low, high: low + 100};
}

/** A product such as 3 × 0.1 is no multiple of 0.1 to a validator that divides, so the next ones are tried. */
function sampleMultiple(step: number, low: number, high: number, random: Random): number {
	const first = Math.ceil(low / step) + (Math.ceil(low / step) * step === low ? 1 : 0);
	const last = Math.max(first, Math.floor(high / step));
	const drawn = wholeBetween(random, first, Math.min(last, first + 100));
	for (let tries = 0; tries <= last - first && tries < 100; tries++) {
		const factor = first + ((drawn - first + tries) % (last - first + 1));
		const value = Number((factor * step).toPrecision(12));
		if (Number.isInteger(value / step) && value < high) {
			return value;
		}
	}

	return first * step;
}

function above(low: number, exclusive: unknown): number {
	return exclusive === low ? Math.floor(low) + 1 : Math.ceil(low);
}

function below(high: number, exclusive: unknown): number {
	return exclusive === high ? Math.ceil(high) - 1 : Math.floor(high);
}

function bound(value: unknown): number | null {
	return typeof value === 'number' ? value : null;
}

function largest(first: number | null, second: number | null): number | null {
	return first === null ? second : second === null ? first : Math.max(first, second);
}

function smallest(first: number | null, second: number | null): number | null {
	return first === null ? second : second === null ? first : Math.min(first, second);
}
