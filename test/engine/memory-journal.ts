import type {RunEvent} from '../../source/domain/event.ts';
import {encodeEvent} from '../../source/domain/event-line.ts';
import type {Journal} from '../../source/domain/ports.ts';

/** A journal whose flushed lines go to `lines`, behind those of earlier sessions. */
export type MemoryJournal = Journal & {
	/** Puts an event of an earlier session there, and returns where. */
	before(event: RunEvent): number;
};

export function createMemoryJournal(
	lines: string[],
	broken: () => string | null,
	slow: () => Promise<void> | null,
): MemoryJournal {
	const pending: string[] = [];
	const texts = new Map<number, string>();
	let end = 0;
	const put = (line: string): number => {
		const offset = end;
		texts.set(offset, line);
		end += Buffer.byteLength(line) + 1;
		return offset;
	};

	return {
		get end() {
			return end;
		},
		get unsynced() {
			return slow() ? 1e9 : 0;
		},
		before: event => put(encodeEvent(event)),
		append(line) {
			pending.push(line);
			return put(line);
		},
		flush() {
			const code = broken();
			if (code !== null) {
				throw Object.assign(new Error(code), {code});
			}

			lines.push(...pending.splice(0));
		},
		async synced() {
			await slow();
		},
		read: offset => texts.get(offset) ?? '',
		async close() {},
	};
}
