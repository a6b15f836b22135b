import type {Scope} from '../view/chosen-set.ts';
import {plural} from '../view/format.ts';
import type {Run} from '../view/run.ts';
import {copySequence} from './clipboard.ts';
import type {Toast} from './toast.ts';

/** What is done with single requests without changing the run. */
export type RecordJob =
	| {readonly kind: 'copy-id'; readonly id: string}
	| {readonly kind: 'copy'; readonly form: 'json' | 'curl'; readonly index: number; readonly id: string}
	| {readonly kind: 'page'; readonly index: number; readonly id: string}
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
	readonly run: Pick<Run, 'readRecord' | 'choose' | 'exportSet'>;
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
				return copy(job.id, job.id);
			case 'copy':
				return copy(
					await run.readRecord(job.index, job.form),
					job.form === 'curl' ? `${job.id} as curl, its key left out` : `${job.id} as JSON`,
				);
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
