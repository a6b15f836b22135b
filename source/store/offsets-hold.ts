import {Buffer} from 'node:buffer';
import {fstatSync, readSync} from 'node:fs';
import {type RunState, statusCode} from '../domain/state.ts';
import type {JournalDamage} from './journal-damage.ts';

const lineBreak = 0x0a;

/**
 * Whether a state is one of a journal that was damaged since: what it says of outcomes lies where lines begin, or in
 * what is damaged or gone. Where a line was taken out, all behind it have moved, and the state is of no use.
 */
export function offsetsHold(
	{columns, count}: Pick<RunState, 'columns' | 'count'>,
	journal: number,
	damage: readonly JournalDamage[],
): boolean {
	const {size} = fstatSync(journal);
	const before = Buffer.alloc(1);
	for (let index = 0; index < count; index++) {
		const offset = columns.offset[index]!;
		const isOutcome =
			columns.status[index] === statusCode.done || columns.status[index] === statusCode.failed;
		if (!isOutcome || offset <= 0 || offset >= size) {
			continue;
		}

		readSync(journal, before, 0, 1, offset - 1);
		const isLost = (part: JournalDamage) => part.offset <= offset && offset <= part.offset + part.bytes;
		if (before[0] !== lineBreak && !damage.some(isLost)) {
			return false;
		}
	}

	return true;
}
