// The list of requests at scale, in this thread as beside an engine. argv: requests, failed requests, journal file.
import {openSync, writeSync} from 'node:fs';
import process from 'node:process';
import {createState} from '../../source/domain/create-state.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {decodeEvent, encodeEvent} from '../../source/domain/event-line.ts';
import type {FailureKind} from '../../source/domain/failure.ts';
import {reduce} from '../../source/domain/reduce.ts';
import type {RequestSource} from '../../source/domain/request.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import {openLineReader} from '../../source/store/line-reader.ts';
import {choose} from '../../source/view/choose.ts';
import {createRequestList} from '../../source/view/request-list.ts';
import {plainOrder, type RowOrder} from '../../source/view/snapshot.ts';

const [countText = '', failedText = '', file = ''] = process.argv.slice(2);
const count = Number(countText);
const failures = Number(failedText);
const handle = openSync(file, 'w');
const state = createState();
let offset = 0;

function take(event: RunEvent): void {
	const line = `${encodeEvent(event)}\n`;
	writeSync(handle, line);
	reduce(state, event, offset);
	offset += line.length;
}

const kinds: readonly FailureKind[] = [
	'server',
	'rate_limit',
	'context_length',
	'timeout',
	'invalid_request',
	'network',
];
const rates = {input: 150_000, cachedInput: 75_000, output: 600_000};
const queue = {key: 'openai/gpt-4o-mini', provider: 'openai', model: 'gpt-4o-mini'};
const price = {direct: rates, batch: rates, tiers: [], source: 'bench'};
const at = Date.UTC(2026, 10, 20);
take({
	type: 'run-created',
	at,
	runId: 'bench',
	toolVersion: '1',
	specDigest: '',
	simulated: null,
	count,
	queues: [queue],
});
take({type: 'session-started', at, session: 1, pid: 1, host: 'h', prices: [price], concurrency: 64});

/** Twelve causes, each message with particulars of its own; a failure has two attempts before it. */
function fail(index: number, cause: number, previous: number, sequel: 'retry' | 'fail'): void {
	take({
		type: 'attempt-failed',
		at: at + index,
		index,
		lane: 'direct',
		startedAt: at,
		failure: {
			kind: kinds[cause % 6]!,
			status: cause < 6 ? 400 + cause : 500 + cause,
			code: null,
			message: `This model's maximum context length is ${128_000 + index} tokens, however you requested ${index} of them (request req_${index * 977}a, variant ${cause < 6 ? 'one' : 'two'}). Please see https://platform.openai.com/docs/${index}.`,
		},
		requestId: `req_${index * 977}a`,
		sequel,
		retryAt: sequel === 'retry' ? at + index + 1 : null,
		hinted: false,
		usage: {input: 920, cached: 0, output: 180},
		costPico: 246_000_000,
		maybeBilled: false,
		maybeBilledPico: 0,
		maybeBilledTokens: 0,
		batchId: null,
		previous,
		raw: null,
	});
}

const stride = Math.floor(count / failures);
for (let attempt = 0; attempt < 3; attempt++) {
	for (let nth = 0; nth < failures; nth++) {
		fail(nth * stride, nth % 12, state.columns.offset[nth * stride]!, attempt < 2 ? 'retry' : 'fail');
	}
}

const reader = openLineReader(file);
const source: Pick<RequestSource, 'id' | 'hasIds' | 'queueOf' | 'queues' | 'expand'> = {
	queues: [queue],
	hasIds: false,
	queueOf: () => 0,
	id: String,
	expand(index) {
		throw new Error(`request ${index} is not asked for here`);
	},
};
let longest = 0;
const list = createRequestList({
	state,
	source,
	readEvent: (from, body) => decodeEvent(reader.read(from), {body}),
	endpoint: 'chat',
	work: {
		now: () => performance.now(),
		later(callback, restMs) {
			const timed = () => timedCall(callback);
			if (restMs > 0) {
				setTimeout(timed, restMs);
			} else {
				setImmediate(timed);
			}
		},
	},
	onProgress: () => {},
	onSettled: () => {},
});

function timedCall<Result>(act: () => Result): Result {
	const begun = performance.now();
	const result = act();
	longest = Math.max(longest, performance.now() - begun);
	return result;
}

async function until(isThere: () => boolean): Promise<void> {
	while (!isThere()) {
		await new Promise(resolve => setImmediate(resolve));
	}
}

// What wrote the journal is another process in life: its garbage is not the list's.
(globalThis as {gc?: () => void}).gc?.();
const openedAt = performance.now();
list.look(plainOrder);
await until(() => list.groups.isLoaded());
const groupsMs = performance.now() - openedAt;
const groups = list.groups.views();
await until(
	() => list.groups.views().every(({spentUsd}) => spentUsd !== null && spentUsd > 0) && moneyIsWhole(),
);
const moneyMs = performance.now() - openedAt;

function moneyIsWhole(): boolean {
	const spent = list.groups.views().reduce((sum, {spentUsd}) => sum + (spentUsd ?? 0), 0);
	return Math.abs(spent - failures * 3 * 0.000246) < 1e-6;
}

/** From the key to the list as memory knows it, and to the list after the search through the journal. */
async function look(order: Partial<RowOrder>): Promise<{ms: number; readMs: number | null; total: number}> {
	const begun = performance.now();
	timedCall(() => list.look({...plainOrder, ...order}));
	timedCall(() => list.view({showsGroups: false}));
	const isPlain = Object.keys(order).length === 0;
	if (!isPlain) {
		await list.members();
	}

	const view = timedCall(() => list.view({showsGroups: false}));
	timedCall(() => view.rowsAt(0, 50));
	const ms = performance.now() - begun;
	const isSearching = list.searched() !== null;
	await until(() => list.searched() === null);
	const total = isPlain ? count : (await list.members()).length;
	return {ms, readMs: isSearching ? performance.now() - begun : null, total};
}

const looks: {[name: string]: Partial<RowOrder>} = {
	'status:failed': {filter: 'status:failed'},
	'code:503': {filter: 'code:503'},
	'text in the id': {filter: '77'},
	'text in model or error': {filter: 'gpt'},
	'text in one message': {filter: 'req_977'},
	'sort by try': {sort: 'try'},
	'filter and sort': {filter: 'model:gpt*', sort: 'error'},
	'one group': {group: groups[0]!.key},
};
// The first look is for the compiler.
await look({filter: 'warm 9'});
await look({});
const figures: {[name: string]: Awaited<ReturnType<typeof look>>} = {};
for (const [name, order] of Object.entries(looks)) {
	await look({});
	figures[name] = await look(order);
}

await look({});
// Until the first wait, choosing is one piece of work.
const choosing = timedCall(() => chooseAll());
const chooseMs = await choosing;

async function chooseAll(): Promise<number> {
	const begun = performance.now();
	const sources = {state, settings: defaultSettings, source, list};
	const {chosen} = await choose(sources, {scope: {kind: 'list'}, act: {kind: 'give-up'}});
	const ms = performance.now() - begun;
	longest = Math.max(longest, ms);
	if (chosen.count !== count - failures) {
		throw new Error(`${chosen.count} chosen`);
	}

	return ms;
}

const freezing = performance.now();
timedCall(() => list.mark({type: 'toggle', index: 5}));
const freezeMs = performance.now() - freezing;
console.log(
	JSON.stringify({
		groups: groups.length,
		counted: groups.map(({failed}) => failed),
		groupsMs,
		moneyMs,
		looks: figures,
		freezeMs,
		chooseMs,
		longestMs: longest,
		peakMb: process.resourceUsage().maxRSS / 1000,
	}),
);
process.exit(0);
