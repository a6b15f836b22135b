import type {Scope} from '../view/chosen-set.ts';
import {plural} from '../view/format.ts';
import type {Run} from '../view/run.ts';
import {copySequence} from './clipboard.ts';
import type {Toast} from './toast.ts';

/** A request; its id is null while the screen knows only where it stands. */
export type OneRequest = {readonly index: number; readonly id: string | null};

/** What is done with single requests without changing the run. */
export type RecordJob =
	| ({readonly kind: 'copy-id'} & OneRequest)
	| ({readonly kind: 'copy'; readonly form: 'json' | 'curl'} & OneRequest)
	| ({readonly kind: 'page'} & OneRequest)
	| {readonly kind: 'export'; readonly scope: Scope};

/** What of the terminal is used beside the cells of the screen. */
export type RecordTerminal = {
	/** Writes an escape sequence of ours. */
	write(sequence: string): void;
	/** Shows a text in the person's pager, which has the terminal until it ends; null, or why it could not. Raw. */
	page(text: string): Promise<string | null>;
};

export type RecordWork = {start(job: RecordJob): void};

export type RecordWorkOptions = {
	readonly run: Pick<Run, 'readDetail' | 'readRecord' | 'choose' | 'exportSet'>;
	readonly terminal: RecordTerminal;
	readonly say: (text: string, level: Toast['level']) => void;
};

/** Reads, copies, pages and exports: each job ends with a toast, and the screen goes on meanwhile. */
export function createRecordWork({run, terminal, say}: RecordWorkOptions): RecordWork {
	let isPaging = false;

	function copy(text: string, what: string): void {
		const sequence = copySequence(text);
		if (sequence === null) {
			say(`${what} is too long for the clipboard of a terminal: o opens it, e exports it`, 'warn');
			return;
		}

		terminal.write(sequence);
		say(`copied ${what}`, 'info');
	}

	/** One that hurries through the order may have left the rows in sight. */
	async function idOf({index, id}: OneRequest): Promise<string> {
		return id ?? (await run.readDetail(index)).id;
	}

	async function copyId(job: OneRequest): Promise<void> {
		const id = await idOf(job);
		copy(id, id);
	}

	async function copyRecord(form: 'json' | 'curl', job: OneRequest): Promise<void> {
		const text = await run.readRecord(job.index, form);
		const id = await idOf(job);
		copy(text, form === 'curl' ? `${id} as curl, its key left out` : `${id} as JSON`);
	}

	async function page(index: number): Promise<void> {
		if (isPaging) return;
		isPaging = true;
		try {
			const problem = await terminal.page(await run.readRecord(index, 'text'));
			if (problem !== null) say(problem, 'error');
		} finally {
			isPaging = false;
		}
	}

	async function exportRows(scope: Scope): Promise<void> {
		const chosen = await run.choose({scope, act: {kind: 'export'}});
		if (chosen.problem !== null || chosen.count === 0) {
			say(chosen.problem ?? 'nothing to export', 'warn');
			return;
		}

		say(`exporting ${plural(chosen.count, 'request')}`, 'info');
		const {file, rows} = await run.exportSet(chosen.set);
		say(`exported ${plural(rows, 'row')} of ${plural(chosen.count, 'request')} to ${file}`, 'info');
	}

	async function perform(job: RecordJob): Promise<void> {
		switch (job.kind) {
			case 'copy-id':
				return copyId(job);
			case 'copy':
				return copyRecord(job.form, job);
			case 'page':
				return page(job.index);
			case 'export':
				return exportRows(job.scope);
		}
	}

	return {
		start(job) {
			perform(job).catch((error: unknown) => {
				say(error instanceof Error ? error.message : String(error), 'error');
			});
		},
	};
}
