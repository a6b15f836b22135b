import type {RunEvent} from '../../source/domain/event.ts';
import {failureKinds} from '../../source/domain/failure.ts';
import {shardCut, updated} from './batch-fixture.ts';
import {answered, created, failed, failure, sessionStarted, start, started} from './run-fixture.ts';

/** Text that breaks what takes lines apart by looking for marks. */
export const hostileTexts: readonly string[] = [
	'',
	',"r":',
	'","r":{"a":1}}',
	'\\","r":',
	'"',
	'\\',
	'\n',
	'\r\n',
	'\u2028\u2029',
	'\ud800',
	'\udc00 alone',
	'\u0000\u0007\u001b[31m',
	'{"answered":1,"at":2,"r":{}}',
	'žluťoučký 🐎',
];

/** Any event, with hostile text wherever text may stand. */
export function randomEvent(random: () => number): RunEvent {
	const below = (limit: number) => Math.floor(random() * limit);
	const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)]!;
	const text = () => pick(hostileTexts) + pick(hostileTexts);
	const maybe = <Item>(item: Item): Item | null => (random() < 0.5 ? item : null);
	const at = start + below(1e9);
	const index = below(1e6);
	const usage = {input: below(1e6), cached: below(2) * below(1000), output: below(1e4)};
	const body = JSON.stringify({text: text(), list: [text()]});
	const about = {
		at,
		lane: pick(['direct', 'batch'] as const),
		startedAt: at - below(3) * below(1e6),
		requestId: maybe(text()),
		costPico: maybe(below(1e12)),
		previous: below(3) === 0 ? below(1e12) : -1,
		...(random() < 0.3 ? {round: below(9)} : null),
	};
	const call = (figure: 'most' | 'alone') =>
		random() < 0.5
			? {}
			: {
					call: {
						id: text(),
						size: below(100),
						position: below(99),
						...(below(2) ? {[figure]: below(50)} : {}),
					},
				};
	const sequel = pick(['retry', 'wait', 'hold', 'requeue', 'fail', 'more', 'conclude'] as const);
	const why = {...failure(pick(failureKinds), maybe(500), text()), code: maybe(text())};
	return pick<() => RunEvent>([
		() =>
			answered(index, {
				...about,
				usage,
				usageEstimated: random() < 0.5,
				allowed: maybe(below(9e5)),
				batchId: maybe(text()),
				...(random() < 0.3 ? {served: {model: maybe(text()), fingerprint: maybe(text())}} : null),
				...(random() < 0.1 ? {adopted: below(9)} : null),
				...(random() < 0.3 ? {more: true} : null),
				raw: body,
				...call('alone'),
				...(below(2) ? {round: below(9), agrees: random() < 0.5} : {}),
			}),
		() =>
			failed(index, {
				...about,
				...call('most'),
				sequel,
				retryAt: maybe(at + below(1e6)),
				failure: why,
				usage: maybe(usage),
				hinted: random() < 0.5,
				maybeBilled: random() < 0.5,
				maybeBilledPico: below(2) * below(1e9),
				maybeBilledTokens: below(2) * below(1e6),
				batchId: maybe(text()),
				raw: pick([null, body, text(), `{${text()}`, JSON.stringify(text())]),
			}),
		() =>
			({
				...started(
					Array.from({length: below(50)}, () => below(1e6)),
					at,
					below(10),
				),
				...(random() < 0.5 ? {tokens: below(1e9)} : null),
			}) as RunEvent,
		() => ({
			type: 'duplicate-answered',
			at,
			index,
			lane: about.lane,
			usage,
			costPico: about.costPico,
			...(random() < 0.5 ? {line: {shard: below(9), position: below(1e5)}} : null),
			raw: body,
		}),
		() => ({
			type: 'attempts-lost',
			at,
			indexes: [index, index + 1],
			reason: pick(['killed', 'aborted'] as const),
			maybeBilledPico: below(1e12),
			maybeBilledCalls: 2,
		}),
		() => ({type: 'queue-held', at, queue: below(5), failure: why}),
		() => ({type: 'session-ended', at, reason: text()}),
		() => ({
			type: 'spec-changed',
			at,
			specDigest: text(),
			epoch: 2,
			count: index,
			queues: [],
			kept: [[0, below(9), 3]],
			added: [[below(9), 2]],
			failedKinds: {server: below(9)},
		}),
		() => ({
			type: 'queue-added',
			at,
			info: {key: text(), provider: text(), model: text()},
			price: null,
		}),
		() => ({
			type: 'params-changed',
			at,
			indexes: [[index, 1 + below(9)]],
			change: {model: maybe(text()), body: {stop: [text()], seed: maybe(below(9)), r: text()}},
			queueKey: maybe(text()),
			failedByQueue: [below(9)],
		}),
		() => ({type: 'paused', at, cause: 'person'}),
		() => ({type: 'requests-unwanted', at, indexes: [[index, 1 + below(9)]]}),
		() => ({type: 'requests-moved', at, to: pick(['front', 'back'] as const), indexes: [[index, 2]]}),
		() => ({
			type: 'requests-retried',
			at,
			waiting: [[index, 3]],
			failed: [[below(99), 2]],
			retriesUsed: below(9),
			failedKinds: {[why.kind]: 2},
			failedByQueue: [0, 2],
		}),
		() => ({
			type: 'requests-given-up',
			at,
			indexes: [index, below(99)],
			previous: [-1, below(1e12)],
			failedByQueue: [1, 1],
		}),
		() => ({
			type: 'requests-restored',
			at,
			of: 9,
			to: pick(['failed', 'open'] as const),
			indexes: [[index, 2]],
			waiting: [index, at + 5],
			offsets: [-1, below(1e12)],
			wanted: [[below(99), 1]],
			failedKinds: {cancelled: 2},
			failedByQueue: [2],
		}),
		() => ({type: 'sample-begun', at, purpose: 'canary', indexes: [below(99), index]}),
		() => ({
			type: 'sample-done',
			at,
			purpose: pick(['canary', 'calibration'] as const),
			requests: {done: below(99), failed: below(9)},
			failures: [[text(), below(9)]],
			outputs: maybe({mean: 2.5, p50: 2, p95: 3, max: 4, allowed: maybe([1, below(99)] as const), full: 0}),
			pauses: random() < 0.5,
		}),
		() => ({type: 'guard-tripped', at, reason: text()}),
		() => ({type: 'batch-step-failed', at, shard: index, failure: why, retryAt: at + 1}),
		() => ({type: 'batch-rejected', at, shard: 1, failure: why, lines: [below(9)], tokenLimit: maybe(9)}),
		() => shardCut(1, [index, index + 1, below(9)], {at, sha256: text()}),
		() => updated(index, text(), {at, outputFileId: maybe(text()), errorFileId: maybe(text())}),
		() => created(index),
		() => sessionStarted(),
	])();
}
