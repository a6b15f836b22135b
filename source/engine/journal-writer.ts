import type {Clock, Journal} from '../domain/ports.ts';

/** Un-synced journal bytes above which nothing more is started, so that a slow disk bounds the memory. */
const unsyncedLimit = 8 * 1024 * 1024;

const diskRetryMs = 1000;

/** The journal as the loop uses it: one write a turn, and a disk that refuses is waited for. */
export type JournalWriter = {
	/** False while the disk refuses: nothing is lost, nothing new leaves, and it is tried again. */
	write(): boolean;
	/** Why the disk refuses. */
	refusal(): string | null;
	/** True while the disk lags behind; a turn is asked for once it has caught up. */
	isBehind(): boolean;
	/** Resolves when everything on record so far has been handed to the operating system. */
	written(): Promise<void>;
	/** Resolves when it is on the disk, so that not even a power cut can take it back. */
	durable(): Promise<void>;
	/** Lets go of all who wait: the run ends. */
	close(): void;
};

export function createJournalWriter(journal: Journal, clock: Clock, askForTurn: () => void): JournalWriter {
	const onceWritten: (() => void)[] = [];
	let refusal: string | null = null;
	let isClosed = false;
	let cancelRetry = () => {};

	function release(): void {
		for (const resolve of onceWritten.splice(0)) {
			resolve();
		}
	}

	async function written(): Promise<void> {
		return isClosed
			? undefined
			: new Promise(resolve => {
					onceWritten.push(resolve);
				});
	}

	return {
		write() {
			cancelRetry();
			try {
				journal.flush();
				refusal = null;
			} catch (error) {
				refusal = (error as NodeJS.ErrnoException).code ?? String(error);
				cancelRetry = clock.after(diskRetryMs, askForTurn);
				return false;
			}

			release();
			return true;
		},
		refusal: () => refusal,
		isBehind() {
			const behind = journal.unsynced > unsyncedLimit;
			if (behind) {
				void journal.synced().then(askForTurn);
			}

			return behind;
		},
		written,
		async durable() {
			askForTurn();
			await written();
			await journal.synced();
		},
		close() {
			isClosed = true;
			cancelRetry();
			release();
		},
	};
}
