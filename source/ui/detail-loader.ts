import type {Clock} from '../domain/ports.ts';
import type {RequestDetail} from '../view/request-detail.ts';

/** Reads the request under the cursor from the disk once the cursor rests. */
export type DetailLoader = {
	/**
	 * The request to show, null for none. `version` changes when something happened to it: it is then read again, while
	 * what was read before stays in sight. Null: not known to have changed.
	 */
	want(index: number | null, version: string | null, isUrgent: boolean): void;
	/** What was read of the wanted request; null until then. */
	loaded(): RequestDetail | null;
	/** Why it could not be read. */
	problem(): string | null;
	stop(): void;
};

export type DetailLoaderOptions = {
	readonly clock: Pick<Clock, 'after'>;
	readonly read: (index: number) => Promise<RequestDetail>;
	readonly onChange: () => void;
};

/** A cursor that is held down passes many rows that nobody reads. */
const restMs = 150;

export function createDetailLoader({clock, read, onChange}: DetailLoaderOptions): DetailLoader {
	let wanted: {readonly index: number | null; readonly version: string | null} = {index: null, version: null};
	let detail: RequestDetail | null = null;
	let problem: string | null = null;
	let cancel: (() => void) | null = null;

	const load = async (): Promise<void> => {
		cancel = null;
		const asked = wanted;
		if (asked.index === null) return;
		let answer: RequestDetail | null = null;
		let failure: string | null = null;
		try {
			answer = await read(asked.index);
		} catch (error) {
			failure = error instanceof Error ? error.message : String(error);
		}

		// Another one is wanted by now; a newer version of this one comes by itself.
		if (asked.index !== wanted.index) return;
		detail = answer ?? detail;
		problem = failure;
		onChange();
	};

	return {
		want(index, version, isUrgent) {
			const isOther = index !== wanted.index;
			if (isOther) {
				detail = null;
				problem = null;
			}

			const isNews = isOther || (version !== null && version !== wanted.version);
			if (!isNews && !(isUrgent && cancel)) return;
			wanted = {index, version: version ?? (isOther ? null : wanted.version)};
			cancel?.();
			cancel = index === null ? null : clock.after(isUrgent ? 0 : restMs, () => void load());
		},
		loaded: () => detail,
		problem: () => problem,
		stop() {
			cancel?.();
			cancel = null;
		},
	};
}
