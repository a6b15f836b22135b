/** How a view in the engine's thread comes by time for longer work. */
export type WorkPort = {
	/** Milliseconds, finer than one, that never run backwards. */
	now(): number;
	/** Calls back after what waits now has been taken in, and not before `restMs`. */
	later(callback: () => void, restMs: number): void;
};

/** Each `yield` is a place where the work may be broken off. */
export type Job = Generator<void, void, void>;

/** Work in slices, so that the engine beside it never waits. */
export type Background = {
	/**
	 * Takes a job on. Those of a lower `rank` go first. `onEnd` is told the milliseconds that it took. Returns the
	 * cancel.
	 */
	add(rank: number, job: Job, onEnd?: (tookMs: number) => void): () => void;
	/** Does one slice at once. */
	slice(): void;
};

/** Jobs of this rank and above read files: they take at most half of the thread. */
export const patientRank = 10;

const sliceMs = 8;

type Entry = {
	readonly rank: number;
	readonly job: Job;
	readonly onEnd: (tookMs: number) => void;
	tookMs: number;
};

/** Without a port every job is done at once. `onSlice` is called when a slice brought something forward. */
export function createBackground(port: WorkPort | null, onSlice: () => void): Background {
	const entries: Entry[] = [];
	let isAsked = false;
	let isSlicing = false;

	function ask(restMs: number): void {
		if (!isAsked && port !== null && entries.length > 0) {
			isAsked = true;
			port.later(() => {
				isAsked = false;
				slice();
			}, restMs);
		}
	}

	function slice(): void {
		const [first] = entries;
		if (port === null || first === undefined || isSlicing) {
			return;
		}

		const isPatient = first.rank >= patientRank;
		isSlicing = true;
		const startedAt = port.now();
		let now = startedAt;
		for (let entry = entries[0]; entry !== undefined && now < startedAt + sliceMs; entry = entries[0]) {
			const begun = now;
			let isDone = false;
			while (!isDone && now < startedAt + sliceMs) {
				isDone = entry.job.next().done === true;
				now = port.now();
			}

			entry.tookMs += now - begun;
			if (isDone) {
				drop(entry);
				entry.onEnd(entry.tookMs);
			}
		}

		isSlicing = false;
		onSlice();
		ask(isPatient ? now - startedAt : 0);
	}

	function drop(entry: Entry): void {
		const at = entries.indexOf(entry);
		if (at >= 0) {
			entries.splice(at, 1);
		}
	}

	return {
		add(rank, job, onEnd = () => {}) {
			if (port === null) {
				while (job.next().done !== true) {
					// To its end.
				}

				onEnd(0);
				return () => {};
			}

			const entry = {rank, job, onEnd, tookMs: 0};
			const at = entries.findIndex(other => other.rank > rank);
			entries.splice(at < 0 ? entries.length : at, 0, entry);
			ask(0);
			return () => drop(entry);
		},
		slice,
	};
}
