/** What is wrong with a part of the journal. Whole lines, one behind the other, that share a fate. */
export type JournalDamage = {
	readonly kind: DamageKind;
	/** Where it begins, and how long it is without its last line break. */
	readonly offset: number;
	readonly bytes: number;
	readonly lines: number;
	/** Its copy in the run directory; null where none was made. */
	readonly keptAs: string | null;
};

export type DamageKind =
	/** No event can be read there. */
	| 'unreadable'
	/** It reads well, and cannot be true: what it builds on was damaged. It stays where it is. */
	| 'impossible'
	/** A line that held a request which a stage had added is not there: the next one tells of it. */
	| 'gap'
	/** `state.json` knows of more than the journal has: its end is gone. */
	| 'cut';

/** Takes damage in as a journal is read, line by line. */
export type DamageList = {
	add(kind: 'unreadable' | 'impossible' | 'gap', offset: number, bytes: number): void;
	/** What came before is made good by a later line. */
	forget(): void;
	list(): readonly JournalDamage[];
};

export function createDamageList(): DamageList {
	let found: JournalDamage[] = [];
	return {
		add(kind, offset, bytes) {
			const last = found.at(-1);
			if (last?.kind === kind && kind !== 'gap' && last.offset + last.bytes + 1 === offset) {
				found[found.length - 1] = {...last, bytes: last.bytes + 1 + bytes, lines: last.lines + 1};
			} else {
				found.push({kind, offset, bytes, lines: 1, keptAs: null});
			}
		},
		forget() {
			found = [];
		},
		list: () => found,
	};
}

export function damageText({kind, offset, bytes, lines, keptAs}: JournalDamage): string {
	const kept = keptAs === null ? '' : `, kept as ${keptAs},`;
	const what = lines === 1 ? 'A damaged line' : `${lines} damaged lines`;
	const were = lines === 1 ? 'was' : 'were';
	switch (kind) {
		case 'unreadable':
			return `${what} of ${bytes} bytes at byte ${offset} of the journal${kept} ${were} passed over.`;
		case 'impossible':
			return `${lines === 1 ? 'A line' : `${lines} lines`} of ${bytes} bytes at byte ${offset} of the journal cannot be true without what is missing before, and ${were} passed over.`;
		case 'gap':
			return `Before byte ${offset} of the journal a line is missing that held a request.`;
		case 'cut':
			return `The journal ends at byte ${offset}, and ${bytes} bytes that state.json knows of are gone.`;
	}
}
