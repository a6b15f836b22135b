import OpenAI, {toFile} from 'openai';
import type {Simulated} from './simulated.ts';
import {chatBody, simulated, until} from './simulated.ts';

type Batch = OpenAI.Batches.Batch;

export type OutputLine = {
	readonly id: string;
	readonly custom_id: string;
	readonly response: {readonly status_code: number; readonly request_id: string; readonly body: never} | null;
	readonly error: {readonly code: string; readonly message: string} | null;
};

export type BatchClient = Simulated & {
	readonly client: OpenAI;
	readonly create: (lines: readonly unknown[], rest?: object) => Promise<Batch>;
	readonly poll: (batch: Batch, done: (batch: Batch) => boolean) => Promise<Batch>;
	readonly finish: (batch: Batch) => Promise<Batch>;
	/** The lines of an output or error file; none for null. */
	readonly read: (fileId: string | null | undefined) => Promise<readonly OutputLine[]>;
};

export const terminal: readonly string[] = ['failed', 'completed', 'expired', 'cancelled'];

/** A simulator and the unmodified SDK before it. */
export async function batchClient(script: string, stateDir?: string): Promise<BatchClient> {
	const server = await simulated(script, stateDir);
	const client = new OpenAI({baseURL: server.url, apiKey: 'any', maxRetries: 0});
	const poll: BatchClient['poll'] = async (batch, done) =>
		until(async () => {
			const now = await client.batches.retrieve(batch.id);
			return done(now) && now;
		});
	return {
		...server,
		client,
		poll,
		finish: async batch => poll(batch, ({status}) => terminal.includes(status)),
		async create(lines, rest = {}) {
			const text = lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
			const file = await client.files.create({
				file: await toFile(Buffer.from(text), 'in.jsonl'),
				purpose: 'batch',
			});
			return client.batches.create({
				input_file_id: file.id,
				endpoint: '/v1/chat/completions',
				completion_window: '24h',
				...rest,
			});
		},
		async read(fileId) {
			if (!fileId) {
				return [];
			}

			const text = await (await client.files.content(fileId)).text();
			return text
				.split('\n')
				.filter(Boolean)
				.map(line => JSON.parse(line));
		},
	};
}

export function chatLine(id: string, text = `Tell me about ${id}`, rest: object = {}): object {
	return {custom_id: id, method: 'POST', url: '/v1/chat/completions', body: chatBody(text, rest)};
}

export function chatLines(count: number): readonly object[] {
	return Array.from({length: count}, (_, at) => chatLine(`id-${at}`));
}

export function idsOf(lines: readonly OutputLine[]): readonly string[] {
	return lines.map(line => line.custom_id);
}
