import type {JsonObject} from '../domain/request.ts';
import type {ApiError} from './api-error.ts';
import {overloaded, serverError} from './api-error.ts';
import type {BatchOutcome, BatchRecord} from './batch-record.ts';
import type {BodyCounts} from './body-counts.ts';
import {breathe} from './breathe.ts';
import {canonicalJson} from './canonical-json.ts';
import {asAnswerFault, chooseFault} from './fault.ts';
import type {FileStore} from './file-store.ts';
import {asObject, parseJson} from './json-value.ts';
import {createLineFile} from './line-file.ts';
import type {LineIndex} from './line-index.ts';
import {checkBody} from './model-body.ts';
import type {ModelRoute} from './model-route.ts';
import type {Arrival} from './random.ts';
import {arrivalId, createRandom, hashText} from './random.ts';
import type {SimulatorScript} from './script.ts';
import {shuffled} from './shuffled.ts';
import type {UsageSum} from './usage.ts';
import {usageOf} from './usage.ts';

/** What the work on a batch draws on. */
export type BatchSurroundings = {
	readonly script: SimulatorScript;
	readonly counts: BodyCounts;
	readonly files: FileStore;
	/** Ends the work with a rejection when the server closes. */
	readonly signal: AbortSignal;
};

export type BatchRun = BatchSurroundings & {
	readonly record: BatchRecord;
	readonly lines: LineIndex;
	readonly route: ModelRoute;
	/** So many lines are answered; the others expired or were cancelled. */
	readonly done: number;
};

/** Answers the lines of a batch and writes its output and error files. */
export async function runBatch(run: BatchRun): Promise<BatchOutcome> {
	const {record, lines, done, files, signal} = run;
	const name = record.id.replace('batch_', '');
	const output = createLineFile(files, `${name}output`);
	const errors = createLineFile(files, `${name}error`);
	try {
		const order = lineOrder(run);
		const lost = Math.min(record.check?.missing ?? 0, done);
		let usage: UsageSum = {input: 0, cached: 0, output: 0};
		for (let turn = 0; turn < lines.count; turn++) {
			await breathe(turn, signal);
			const line = asObject(parseJson(lines.read(order[turn]!))) ?? {};
			if (turn >= done) {
				await errors.write(unfinishedLine(record, line));
				continue;
			}

			const answered = answerLine(run, line);
			usage = sum(usage, answered.usage);
			if (turn >= lost) {
				await (answered.ok ? output : errors).write(answered.line);
			}
		}

		const outputFileId = await output.keep(`${record.id}_output.jsonl`, record.outputLifeMs);
		const errorFileId = await errors.keep(`${record.id}_error.jsonl`, record.outputLifeMs);
		return {outputFileId, errorFileId, completed: output.lines() + lost, failed: errors.lines(), usage};
	} catch (error) {
		await output.discard();
		await errors.discard();
		throw error;
	}
}

/** Positions in the order in which they are answered, lost and written. */
function lineOrder({record, lines, script}: BatchRun): readonly number[] {
	const order = Array.from({length: lines.count}, (_, position) => position);
	return script.shuffle
		? shuffled(order, createRandom(hashText(`shuffle/${record.ordinal}`, script.seed)))
		: order;
}

type AnsweredLine = {readonly ok: boolean; readonly line: JsonObject; readonly usage: UsageSum};

function answerLine({record, route, script, counts}: BatchRun, line: JsonObject): AnsweredLine {
	const body = asObject(line.body) ?? {};
	const text = canonicalJson(body);
	const hash = hashText(text, script.seed);
	const arrival: Arrival = {seed: script.seed, hash, count: counts.add(hash)};
	const promptTokens = checkBody(route, body);
	const fault = chooseFault(script, arrival, text);
	const error = typeof promptTokens === 'number' ? lineError(fault) : promptTokens;
	const head = {id: `batch_req_${arrivalId(arrival)}`, custom_id: line.custom_id};
	const requestId = `req_${record.ordinal}_${arrivalId(arrival)}`;
	if (error || typeof promptTokens !== 'number') {
		const {status, error: details} = error as ApiError;
		const response = {status_code: status, request_id: requestId, body: {error: details}};
		return {ok: false, line: {...head, response, error: null}, usage: {input: 0, cached: 0, output: 0}};
	}

	const answer = route.answer({
		body,
		arrival,
		promptTokens,
		fault: asAnswerFault(fault),
		packs: script.packs,
	});
	const response = {status_code: 200, request_id: requestId, body: answer};
	return {ok: true, line: {...head, response, error: null}, usage: usageOf(answer)};
}

/** Of the faults on the wire only the server's own reach a line. */
function lineError(fault: string | null): ApiError | null {
	return fault === '500' ? serverError : fault === '503' ? overloaded : null;
}

function unfinishedLine({id, cancelledAtMs}: BatchRecord, line: JsonObject): JsonObject {
	const error =
		cancelledAtMs === null
			? {
					code: 'batch_expired',
					message: 'This request could not be executed before the completion window expired.',
				}
			: {code: 'batch_cancelled', message: 'This request was not executed because the batch was cancelled.'};
	const hash = hashText(`${id}/${String(line.custom_id)}`);
	return {id: `batch_req_${hash.toString(36)}`, custom_id: line.custom_id, response: null, error};
}

function sum(first: UsageSum, second: UsageSum): UsageSum {
	return {
		input: first.input + second.input,
		cached: first.cached + second.cached,
		output: first.output + second.output,
	};
}
