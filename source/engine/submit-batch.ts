import {type BatchState, hasEnded} from '../domain/batch.ts';
import type {BatchReply} from '../domain/batch-ports.ts';
import {consequenceOf, type Failure} from '../domain/failure.ts';
import {batchMetadata, remoteName} from '../domain/shard.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';
import {failStep} from './fail-step.ts';
import {tokenLimitIn} from './poll-batch.ts';
import {targetOf} from './target-of.ts';

export type PushOptions = {
	readonly lane: BatchLaneOptions;
	/** Shards of which the API surely has nothing beyond what is on record. */
	readonly absent: Set<number>;
	/** False once a person, a guard, a ceiling or a hold says that nothing may leave. */
	readonly mayGoOn: () => boolean;
	readonly signal: AbortSignal;
};

/**
 * Uploads the file of a shard, unless it is there, and creates its batch. The intent is on the disk before the create
 * call leaves: whoever comes after a crash knows that there may be a batch, and looks for it before it creates one.
 */
export async function pushBatch(batch: BatchState, options: PushOptions): Promise<void> {
	if (batch.step === 'cut' && !(await upload(batch, options))) {
		return;
	}

	const {lane, absent, mayGoOn, signal} = options;
	const {state, clock, record, transport} = lane;
	const {shard, fileId} = batch;
	if (fileId === null || signal.aborted || !mayGoOn()) {
		return;
	}

	record({type: 'batch-submitting', at: clock.now(), shard});
	absent.add(shard);
	await lane.durable();
	// Whatever came in while the disk was busy holds: no batch is created after it.
	if (signal.aborted || !mayGoOn()) {
		return;
	}

	lane.onStep?.('creating');
	absent.delete(shard);
	const {endpoint} = lane.rules.answer;
	const metadata = batchMetadata(state.runId, batch);
	const reply = await transport.create(targetOf(batch, lane), {inputFileId: fileId, endpoint, metadata});
	lane.onStep?.('created');
	if (reply.ok) {
		const {id, status, createdAt, expiresAt} = reply.value;
		record({
			type: 'batch-submitted',
			at: clock.now(),
			shard,
			batchId: id,
			// Its files are known only after a poll: until then it has not ended.
			status: hasEnded(status) ? '' : status,
			submittedAt: createdAt,
			expiresAt,
			isAdopted: false,
		});
		return;
	}

	if (!reply.maybeDone) {
		absent.add(shard);
	}

	takeRefusal(batch, reply, lane);
}

type Refused = Extract<BatchReply<unknown>, {ok: false}>;

/** A refusal for good ends the shard; all else is tried again. */
function takeRefusal(batch: BatchState, reply: Refused, lane: BatchLaneOptions): void {
	const {failure, maybeDone} = reply;
	if (!maybeDone && isForGood(failure)) {
		const tokenLimit = tokenLimitIn(failure.message);
		lane.record({
			type: 'batch-rejected',
			at: lane.clock.now(),
			shard: batch.shard,
			failure,
			lines: [],
			tokenLimit,
		});
		return;
	}

	failStep(batch, reply, lane);
}

function isForGood(failure: Failure): boolean {
	return (
		failure.code === 'token_limit_exceeded' ||
		failure.kind === 'not_found' ||
		consequenceOf(failure) === 'fail'
	);
}

/** True when the file is at the API and that is on record. */
async function upload(batch: BatchState, {lane, absent, signal}: PushOptions): Promise<boolean> {
	const {state, files, transport, clock, record} = lane;
	const {shard, bytes, sha256} = batch;
	const target = targetOf(batch, lane);
	const name = remoteName(state.runId, batch);
	// What is at the API already needs no file here.
	if (!absent.has(shard)) {
		const listed = await transport.listFiles(target, name);
		if (signal.aborted) {
			return false;
		}

		if (!listed.ok) {
			failStep(batch, listed, lane);
			return false;
		}

		const there = listed.value.find(file => file.name === name && file.bytes === bytes);
		if (there) {
			return uploaded(batch, there.id, lane);
		}
	}

	const local = files.size(shard) === bytes ? await files.digest(shard) : null;
	if (signal.aborted) {
		return false;
	}

	if (local?.bytes !== bytes || local.sha256 !== sha256) {
		record({type: 'shard-released', at: clock.now(), shard, reason: 'file-lost', retryAt: null});
		return false;
	}

	absent.delete(shard);
	const reply = await transport.upload(target, {name, bytes, content: files.read(shard)}, signal);
	if (reply.ok) {
		return uploaded(batch, reply.value.id, lane);
	}

	if (!reply.maybeDone) {
		absent.add(shard);
	}

	if (!signal.aborted) {
		takeRefusal(batch, reply, lane);
	}

	return false;
}

function uploaded({shard}: BatchState, fileId: string, {record, clock, onStep}: BatchLaneOptions): true {
	record({type: 'batch-uploaded', at: clock.now(), shard, fileId});
	onStep?.('uploaded');
	return true;
}
