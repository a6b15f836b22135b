import {hash} from 'node:crypto';

/**
 * A map from texts to numbers that keeps no text: 64 bits of a hash and one number, about 25 bytes an entry. Two
 * texts among a million share their bits with a chance of 1 in 30 million.
 */
export type HashIndex = {
	/** The slot of a text, made if there is none. Valid until the next call. */
	slot(text: string): number;
	/** The number in a slot, -1 until it is set. */
	get(slot: number): number;
	set(slot: number, value: number): void;
};

const fullest = 0.7;

export function createHashIndex(expected = 1024): HashIndex {
	let capacity = 2 ** Math.ceil(Math.log2(Math.max(expected, 16) / fullest));
	let high = new Uint32Array(capacity);
	// An empty slot has 0 here; a key never has.
	let low = new Uint32Array(capacity);
	let values = new Int32Array(capacity).fill(-1);
	let size = 0;

	const find = (keyHigh: number, keyLow: number) => {
		let slot = keyLow & (capacity - 1);
		while (low[slot] !== 0 && (low[slot] !== keyLow || high[slot] !== keyHigh)) {
			slot = (slot + 1) & (capacity - 1);
		}

		return slot;
	};

	const grow = () => {
		const old = {high, low, values};
		capacity *= 2;
		high = new Uint32Array(capacity);
		low = new Uint32Array(capacity);
		values = new Int32Array(capacity).fill(-1);
		for (let i = 0; i < old.low.length; i++) {
			if (old.low[i] !== 0) {
				const slot = find(old.high[i]!, old.low[i]!);
				high[slot] = old.high[i]!;
				low[slot] = old.low[i]!;
				values[slot] = old.values[i]!;
			}
		}
	};

	return {
		slot(text) {
			const digest = hash('sha1', text, 'buffer');
			const keyHigh = digest.readUInt32LE(0);
			const keyLow = digest.readUInt32LE(4) || 1;
			let slot = find(keyHigh, keyLow);
			if (low[slot] === 0) {
				if (size >= capacity * fullest) {
					grow();
					slot = find(keyHigh, keyLow);
				}

				high[slot] = keyHigh;
				low[slot] = keyLow;
				size++;
			}

			return slot;
		},
		get: slot => values[slot]!,
		set: (slot, value) => {
			values[slot] = value;
		},
	};
}
