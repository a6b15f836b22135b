import path from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Flags} from '../../source/cli/flags.ts';
import {runOptionsOf} from '../../source/cli/run-options-of.ts';
import type {Session} from '../../source/cli/session.ts';
import {startRun} from '../../source/cli/start-run.ts';
import type {CallOutcome, Transport} from '../../source/domain/ports.ts';
import {plainOrder, type RowOrder} from '../../source/view/snapshot.ts';
import {folderWith, journalOf, specOf} from './run-folder.ts';

const patienceMs = 10_000;

/** Those behind it stay out until somebody aborts: the run goes on. */
const answered = 30;

/** Every fifth request is refused for good, each in its own words. */
const transport: Transport = {
	async send({body, signal}): Promise<CallOutcome> {
		await new Promise(resolve => setImmediate(resolve));
		const number = Number(/Say (\d+)/.exec(JSON.stringify(body))?.[1]);
		if (number >= answered) {
			await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
			return {kind: 'aborted', maybeBilled: false};
		}

		const raw = `{"choices":[{"index":0,"message":{"role":"assistant","content":"Said ${number}."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}`;
		return number % 5 === 0
			? {
					kind: 'failed',
					failure: {kind: 'invalid_request', status: 400, code: null, message: `no such number: ${number}`},
					retryHintMs: null,
					requestId: null,
					maybeBilled: false,
					raw: null,
					headers: null,
				}
			: {kind: 'answered', raw, body: JSON.parse(raw), requestId: null, headers: null};
	},
	async close() {},
};

async function startedRun(): Promise<{session: Session; folder: string}> {
	const folder = folderWith({'spec.yaml': specOf(40)});
	const flags = {set: [], run: true, reinitMeta: false, unpause: false, allowHttp: false, waitLock: false};
	const options = runOptionsOf(path.join(folder, 'spec.yaml'), flags as unknown as Flags, false);
	return {session: await startRun({...options, leaveWhenStuck: false}, transport), folder};
}

async function until(isThere: () => boolean): Promise<void> {
	for (const giveUpAt = performance.now() + patienceMs; !isThere(); ) {
		if (performance.now() > giveUpAt) {
			throw new Error('it did not come to that');
		}

		await new Promise(resolve => setTimeout(resolve, 5));
	}
}

const look = (session: Session, order: Partial<RowOrder>, rest = {}) =>
	session.look({
		top: 0,
		count: 50,
		cursorIndex: null,
		showsGroups: false,
		order: {...plainOrder, ...order},
		...rest,
	});

describe('the list of a session', () => {
	test('is filtered, marked, chosen from and acted on', async () => {
		const {session, folder} = await startedRun();
		const seen = () => session.getSnapshot()!;
		expect(seen().rows.order).toEqual(plainOrder);
		look(session, {filter: 'status:failed'}, {showsGroups: true});
		await until(() => seen().counts.failed + seen().counts.done === answered);
		session.send({type: 'pause', cause: 'person'});
		look(session, {filter: 'status:failed', sort: 'try'}, {showsGroups: true});
		const before = seen();
		const failed = answered / 5;
		expect(before.rows).toMatchObject({
			total: failed,
			order: {filter: 'status:failed', sort: 'try'},
			progress: null,
		});
		expect(before.rows.groups).toMatchObject([{label: '400 invalid request', failed, waiting: 0}]);

		session.mark({type: 'all'});
		expect(seen().rows).toMatchObject({marked: failed, isFrozen: true});
		const chosen = await session.choose({scope: {kind: 'marked'}, act: {kind: 'wipe'}});
		expect(chosen).toMatchObject({set: 1, count: failed, skipped: [], problem: null});
		session.send({type: 'act', set: chosen.set, act: {kind: 'retry'}});
		expect(seen().notices.at(-1)?.text).toBe('nothing was done: choose the requests again');
		session.send({type: 'act', set: chosen.set, act: {kind: 'wipe'}});
		await until(() => seen().counts.failed === 0);
		expect(seen().rows).toMatchObject({marked: 0, isFrozen: false, total: 0});
		look(session, {filter: 'answer:said'});
		await until(() => seen().rows.progress === null);
		expect(seen().rows.total).toBe(answered - failed);

		session.send({type: 'abort', cause: 'quit'});
		await session.finished;
		expect(journalOf(folder).filter(({type}) => type === 'requests-wiped')).toHaveLength(1);
	});
});
