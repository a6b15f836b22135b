import type {JsonObject} from '../domain/request.ts';
import type {FileDraft, FileStore} from './file-store.ts';

/** A JSONL file that comes into being with its first line. */
export type LineFile = {
	readonly lines: () => number;
	readonly write: (line: JsonObject) => Promise<void>;
	/** The file's id; null when nothing was written. `lifeMs` null: it stays. */
	readonly keep: (filename: string, lifeMs: number | null) => Promise<string | null>;
	readonly discard: () => Promise<void>;
};

const gatheredBytes = 256 * 1024;

export function createLineFile(files: FileStore, name: string): LineFile {
	let draft: FileDraft | null = null;
	let gathered = '';
	let lines = 0;
	const flush = async () => {
		draft ??= await files.draft(name);
		await draft.write(Buffer.from(gathered));
		gathered = '';
	};

	return {
		lines: () => lines,
		async write(line) {
			gathered += `${JSON.stringify(line)}\n`;
			lines++;
			if (gathered.length > gatheredBytes) {
				await flush();
			}
		},
		async keep(filename, lifeMs) {
			if (lines === 0) {
				return null;
			}

			await flush();
			const {id} = await draft!.keep({filename, purpose: 'batch_output', expiresAfterMs: lifeMs});
			return id;
		},
		async discard() {
			await draft?.discard();
		},
	};
}
