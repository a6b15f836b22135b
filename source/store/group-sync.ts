import {fdatasync} from 'node:fs';

/** fdatasync in groups: one for everything that was written since the last. */
export type GroupSync = {
	/** The file is on the disk up to here. */
	readonly syncedTo: number;
	/** Why the disk refuses; null when it does not. It is tried again. */
	readonly error: Error | null;
	/** The file was written up to `end`. */
	wrote(end: number): void;
	/** Resolves when what was written so far is on the disk, however long that takes. */
	synced(): Promise<void>;
	/** Syncs the rest. Rejects when the disk refuses. */
	close(): Promise<void>;
};

export type Fdatasync = (file: number, done: (error: Error | null) => void) => void;

/** Waiting gathers more into one sync; with a sync's own 1 to 30 ms the promised 50 ms are kept. */
const gatherMs = 20;
const retryMs = 1000;

export function createGroupSync(file: number, end: number, sync: Fdatasync = fdatasync): GroupSync {
	const waiters: {readonly end: number; readonly resolve: () => void}[] = [];
	let writtenTo = end;
	let syncedTo = end;
	let error: Error | null = null;
	let timer: NodeJS.Timeout | null = null;
	let running: Promise<void> | null = null;

	function schedule(delayMs: number): void {
		if (timer === null && running === null && syncedTo < writtenTo) {
			timer = setTimeout(() => {
				timer = null;
				void run();
			}, delayMs);
		}
	}

	function run(): Promise<void> {
		const target = writtenTo;
		running = new Promise(resolve => {
			sync(file, refusal => {
				running = null;
				error = refusal;
				if (!refusal) {
					syncedTo = target;
					release();
				}

				schedule(refusal ? retryMs : gatherMs);
				resolve();
			});
		});
		return running;
	}

	function release(): void {
		while (waiters[0] && waiters[0].end <= syncedTo) {
			waiters.shift()?.resolve();
		}
	}

	return {
		get syncedTo() {
			return syncedTo;
		},
		get error() {
			return error;
		},
		wrote(next) {
			writtenTo = next;
			schedule(gatherMs);
		},
		async synced() {
			return syncedTo >= writtenTo
				? undefined
				: new Promise(resolve => {
						waiters.push({end: writtenTo, resolve});
						schedule(gatherMs);
					});
		},
		async close() {
			await running;
			// The timer would fire on a closed file.
			clearTimeout(timer ?? undefined);
			if (syncedTo < writtenTo) {
				await run();
				clearTimeout(timer ?? undefined);
			}

			if (error) {
				throw error;
			}
		},
	};
}
