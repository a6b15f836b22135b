import {statusCode, statuses} from '../../source/domain/state.ts';
import {positionOf, rowsAt} from '../../source/view/row-order.ts';
import {followedTop} from '../../source/view/rows.ts';
import type {FaceCommand, Run, RunEnd} from '../../source/view/run.ts';
import {plainOrder, type Row, type RunSnapshot, type WindowRequest} from '../../source/view/snapshot.ts';
import {seededRandom} from '../seeded-random.ts';
import {chosenFixture} from './fake-run.ts';
import {notice} from './notice-fixture.ts';
import {detailFixture, finishedSnapshot, row, rowWindow, snapshotFixture} from './snapshot-fixture.ts';

/** How the requests of the animated run pass. */
export type AnimatedRunOptions = {readonly total: number; readonly perSecond: number; readonly seed: number};

const concurrency = 64;
const publishMs = 200;
const retryMs = 2000;

/** A run that moves by itself, to look at the screen and to measure it. It costs nothing and asks nobody. */
export function createAnimatedRun({total, perSecond, seed}: AnimatedRunOptions): Run {
	const random = seededRandom(seed);
	const column = new Uint8Array(total);
	const totals = [total, 0, 0, 0, 0, 0];
	const changedAt = new Float64Array(total);
	const startedAt = Date.now();
	const listeners = new Set<() => void>();
	let window: WindowRequest = {top: 0, count: 0, cursorIndex: null, order: plainOrder, showsGroups: false};
	let phase: RunSnapshot['phase'] = 'RUNNING';
	let next = 0;
	let failures = 0;
	let snapshot: RunSnapshot | null = null;
	let resolve!: (end: RunEnd) => void;
	const finished = new Promise<RunEnd>(onEnd => {
		resolve = onEnd;
	});

	const move = (index: number, status: keyof typeof statusCode): void => {
		totals[column[index]!]!--;
		column[index] = statusCode[status];
		totals[statusCode[status]]!++;
		changedAt[index] = Date.now();
	};

	const rowOf = (index: number): Row => {
		const status = statuses[column[index]!]!;
		return row(index, status, {
			ageMs: status === 'queued' ? null : Date.now() - changedAt[index]!,
			error: status === 'failed' || status === 'waiting' ? '503 server: overloaded, try again later' : '',
			retryAt: status === 'waiting' ? changedAt[index]! + retryMs : null,
		});
	};

	const publish = (): void => {
		const base =
			totals[statusCode.done]! + totals[statusCode.failed]! === total
				? finishedSnapshot()
				: snapshotFixture();
		const now = Date.now();
		const at = window.cursorIndex === null ? null : positionOf(column, totals, window.cursorIndex);
		const from = Math.max(0, Math.min(followedTop(window, at), total - window.count));
		const spentUsd = totals[statusCode.done]! * 0.0003;
		snapshot = {
			...base,
			at: now,
			phase: base.report ? 'DONE' : phase,
			elapsedMs: now - startedAt,
			total,
			counts: Object.fromEntries(
				statuses.map((status, code) => [status, totals[code]!]),
			) as RunSnapshot['counts'],
			perSecond,
			rows: rowWindow({
				top: from,
				total,
				cursor:
					window.cursorIndex === null
						? null
						: {
								index: window.cursorIndex,
								position: positionOf(column, totals, window.cursorIndex),
							},
				rows: rowsAt(column, totals, from, window.count).map(rowOf),
			}),
			inFlight: {...base.inFlight, count: totals[statusCode['in-flight']]!, concurrency},
			retries: {
				...base.retries,
				waiting: totals[statusCode.waiting]!,
				nextRetryAt: now - (now % retryMs) + retryMs,
			},
			cost: {...base.cost, spentUsd, directUsd: spentUsd},
			notices: failures === 0 ? [] : [notice(1, 'warn', 'first 503 server: overloaded', {at: now})],
		};
		for (const listener of listeners) listener();
	};

	const step = (): void => {
		const running = rowsAt(
			column,
			totals,
			totals[statusCode.failed]! + totals[statusCode.waiting]!,
			totals[statusCode['in-flight']]!,
		);
		for (const index of running.slice(0, Math.ceil((perSecond * publishMs) / 1000))) {
			const chance = random();
			if (chance < 0.01) failures++;
			move(index, chance < 0.01 ? 'failed' : chance < 0.03 ? 'waiting' : 'done');
		}

		while (phase === 'RUNNING' && next < total && totals[statusCode['in-flight']]! < concurrency)
			move(next++, 'in-flight');
		const due = rowsAt(column, totals, totals[statusCode.failed]!, totals[statusCode.waiting]!);
		for (const index of due) {
			if (phase === 'RUNNING' && Date.now() - changedAt[index]! > retryMs) move(index, 'done');
		}

		publish();
		if (snapshot?.report) end('done');
		if (phase === 'DRAINING' && totals[statusCode['in-flight']] === 0) end('stopped');
	};

	const end = (reason: RunEnd['reason']): void => {
		clearInterval(timer);
		resolve({
			reason,
			cause: null,
			why: '',
			obstacle: null,
			sample: null,
			report: finishedSnapshot().report!,
			directory: 'demo.promptbatch',
			results: 'results.jsonl',
		});
	};

	const timer = setInterval(step, publishMs);
	step();
	return {
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		getSnapshot: () => snapshot,
		mark() {},
		choose: async () => chosenFixture,
		readRecord: async () => 'text of a hostile \u001b[2J answer',
		exportSet: async () => ({file: 'demo-selection-1.jsonl', rows: 1}),
		send(command: FaceCommand) {
			if (command.type === 'pause') phase = 'PAUSED';
			if (command.type === 'resume' || command.type === 'stay') phase = 'RUNNING';
			if (command.type === 'drain') phase = 'DRAINING';
			if (command.type === 'abort') end('stopped');
			publish();
		},
		look(asked) {
			window = asked;
			publish();
		},
		readDetail: async index => ({...detailFixture(index), status: statuses[column[index]!]!}),
		finished,
	};
}
