import type {Act} from './witness-act.ts';

export type BatchObject = {
	readonly id: string;
	status: string;
	output_file_id: string | null;
	error_file_id: string | null;
	expires_at: number;
	errors: unknown;
	request_counts: {total: number; completed: number; failed: number};
};

/** The answer to a call about one batch, changed. */
export function changedBatch(change: (batch: BatchObject) => void): Act {
	return {
		act: 'edit',
		edit({status, body}) {
			if (status !== 200) {
				return {};
			}

			const batch = JSON.parse(body.toString()) as BatchObject;
			change(batch);
			return {body: Buffer.from(JSON.stringify(batch))};
		},
	};
}

/** The lines of a result file, changed. */
export function changedLines(change: (lines: readonly string[]) => readonly (string | Buffer)[]): Act {
	return {
		act: 'edit',
		edit({status, body}) {
			if (status !== 200) {
				return {};
			}

			const lines = change(body.toString().trimEnd().split('\n'));
			return {body: Buffer.concat(lines.map(line => Buffer.from(line)))};
		},
	};
}
