import type {Failure} from '../domain/failure.ts';
import {normalMessage, placeholder} from './normal-message.ts';
import {failureText} from './words.ts';

/** What makes failures alike, and what is known of those that have it. */
export type FailureCause = {
	/** The same in every session. */
	readonly key: string;
	/** Of the first that was seen, its message without what is particular to one request. */
	readonly failure: Failure;
	/** As a row shows it, in lower case. */
	readonly text: string;
	/** Nothing was taken out of the message: all that fail for this say the very same. */
	readonly isWhole: boolean;
	failed: number;
	waiting: number;
	spentPico: bigint;
	firstAt: number;
	lastAt: number;
	sampleIndex: number;
	sample: string;
};

export type FailureCauses = {
	/** The cause of number n is at n - 1. */
	readonly list: FailureCause[];
	/** Counts from 1. */
	numberOf(failure: Failure): number;
	/** 0: no cause has this key. */
	numberOfKey(key: string): number;
};

/** Further messages of one kind and status are one cause: a server may say something new each time. */
const mostCauses = 2000;

export function createFailureCauses(): FailureCauses {
	const list: FailureCause[] = [];
	const byKey = new Map<string, number>();

	function numberOf(failure: Failure): number {
		const normal = normalMessage(failure.message);
		let number = byKey.get(keyOf(failure, normal));
		if (number === undefined) {
			const message = list.length < mostCauses ? normal : placeholder;
			number =
				byKey.get(keyOf(failure, message)) ??
				add({...failure, message}, message === failure.message && !message.includes(placeholder));
		}

		return number;
	}

	function add(failure: Failure, isWhole: boolean): number {
		const key = keyOf(failure, failure.message);
		const number = list.push({
			key,
			failure,
			text: failureText(failure).toLowerCase(),
			isWhole,
			failed: 0,
			waiting: 0,
			spentPico: 0n,
			firstAt: Number.POSITIVE_INFINITY,
			lastAt: 0,
			sampleIndex: -1,
			sample: '',
		});
		byKey.set(key, number);
		return number;
	}

	return {list, numberOf, numberOfKey: key => byKey.get(key) ?? 0};
}

function keyOf({kind, status, code}: Failure, message: string): string {
	return `${kind} ${status ?? '-'} ${code ?? '-'} ${message}`;
}
