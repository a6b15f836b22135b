export type Row = {readonly [key: string]: unknown};

export function jsonl(rows: readonly Row[]): string {
	return rows.map(row => `${JSON.stringify(row)}\n`).join('');
}

/** The spec of a file of rows, with what else it says. */
export function specFor(rows: readonly Row[] | string, rest = '', name = 'rows.jsonl') {
	const content = typeof rows === 'string' ? rows : jsonl(rows);
	return {'spec.yaml': `requests: {file: ${name}}\n${rest}\n`, [name]: content};
}

export const plain = {api: 'openai', model_name: 'gpt-4o', prompt: 'How does technology impact us?'};
