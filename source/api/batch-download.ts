import type {BatchLine, BatchReply} from '../domain/batch-ports.ts';
import type {CallSignal} from '../domain/ports.ts';
import type {Endpoint} from '../domain/request.ts';
import {readBatchLine} from './batch-line.ts';
import {type CutLine, createLineCutter} from './batch-lines.ts';
import {failedReply, replyFor} from './batch-reply.ts';
import type {KeyedClient} from './clients.ts';
import {describeBody} from './failure-message.ts';
import {type Fault, malformed} from './fault.ts';
import {headerOf, type ResponseHeaders} from './response-headers.ts';

/** The longest answer of the direct lane; one line holds one answer. */
const longestLineBytes = 256_000_000;

export type Download = {
	readonly fileId: string;
	readonly endpoint: Endpoint;
	readonly take: (lines: readonly BatchLine[]) => Promise<void>;
};

/** Streams a result file. `idleMs`: the longest silence of the server. Rejects only with what `take` rejects with. */
export async function downloadLines(
	{client, key}: KeyedClient,
	{fileId, endpoint, take}: Download,
	signal: CallSignal,
	idleMs: number,
): Promise<BatchReply<{readonly lines: number}>> {
	const cutter = createLineCutter(longestLineBytes);
	const ending = new AbortController();
	const end = () => ending.abort();
	let lines = 0;
	let isFirst = true;
	let flaw: Fault | null = null;
	let thrown: {readonly error: unknown} | null = null;

	async function hand(cut: readonly CutLine[]): Promise<void> {
		lines += cut.length;
		try {
			await take(cut.map(line => lineOf(line, endpoint, key)));
		} catch (error) {
			thrown = {error};
			end();
		}
	}

	function sink(chunk: Buffer, headers: ResponseHeaders): Promise<void> | null {
		if (isFirst) {
			isFirst = false;
			flaw = foreignBody(chunk, headers);
		}

		if (flaw !== null) {
			end();
			return null;
		}

		const cut = cutter.push(chunk);
		return cut.length > 0 ? hand(cut) : null;
	}

	if (signal.aborted) {
		end();
	}

	signal.addEventListener('abort', end);
	const exchange = await client.exchangeOf(options => client.files.content(fileId, options), {
		timeoutMs: idleMs,
		isIdleTime: true,
		signal: ending.signal,
		sink,
	});
	signal.removeEventListener('abort', end);
	const context = {timeoutMs: idleMs, key};
	if (exchange.end === 'complete' && flaw === null && thrown === null) {
		const last = cutter.end();
		if (last.length > 0) {
			await hand(last);
		}
	}

	const failure = thrown as {readonly error: unknown} | null;
	if (failure !== null) {
		throw failure.error;
	}

	if (flaw !== null) {
		return {...replyFor(flaw, exchange, context), maybeDone: false};
	}

	const failed = exchange.end === 'broken' ? brokenReply(exchange, context) : failedReply(exchange, context);
	return failed === null ? {ok: true, value: {lines}} : {...failed, maybeDone: false};
}

/** A body that breaks off is the line's doing: the file at the other end is whole. */
function brokenReply(
	exchange: Parameters<typeof failedReply>[0],
	context: Parameters<typeof failedReply>[1],
): ReturnType<typeof failedReply> {
	const failed = failedReply(exchange, context);
	const isCut = exchange.status !== null && exchange.status < 300;
	return failed && isCut ? {...failed, failure: {...failed.failure, kind: 'network'}} : failed;
}

/** A proxy's page, or something packed that was not asked for. */
function foreignBody(start: Buffer, headers: ResponseHeaders): Fault | null {
	const encoding = headerOf(headers, 'content-encoding') ?? 'identity';
	if (encoding !== 'identity') {
		return malformed(`the file came with the encoding ${encoding}`);
	}

	const words = describeBody(start.toString('utf8', 0, 100_000));
	return words.startsWith('HTML page: ') ? malformed(words) : null;
}

function lineOf({text, isCut}: CutLine, endpoint: Endpoint, key: string | null): BatchLine {
	return isCut ? {text, customId: null, outcome: null} : readBatchLine(text, endpoint, key);
}
