import {createAgenda, updateAgenda} from '../domain/agenda.ts';
import {createBudget, recallStarts} from '../domain/budget.ts';
import type {RunCommand, StopCause} from '../domain/command.ts';
import type {EngineStatus} from '../domain/engine-status.ts';
import type {RunEvent} from '../domain/event.ts';
import {encodeEvent} from '../domain/event-line.ts';
import {type PlannedStart, plan, startedEvents} from '../domain/plan.ts';
import type {Clock, Journal, Transport} from '../domain/ports.ts';
import {reduce} from '../domain/reduce.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import type {AttemptRules} from './attempt.ts';
import {createCalls} from './calls.ts';
import {createDirectLane} from './direct-lane.ts';
import {stuckReason} from './stuck.ts';

export type EngineOptions = {
	readonly state: RunState;
	readonly source: RequestSource;
	readonly journal: Journal;
	readonly transport: Transport;
	readonly clock: Clock;
	readonly settings: RunSettings;
	readonly rules: AttemptRules;
	/** End when only a person could go on, instead of waiting for one. */
	readonly leaveWhenStuck: boolean;
	/** Every fact, after the state took it in. */
	readonly onEvent: (event: RunEvent) => void;
	/** Something may look different now: a turn has ended. */
	readonly onTurn: () => void;
};

export type EngineEnd =
	| {readonly reason: 'done'}
	| {readonly reason: 'stuck'; readonly why: string}
	| {readonly reason: 'stopped'; readonly cause: StopCause};

export type Engine = {
	/** Puts a fact on record, and looks for what follows from it. */
	record(event: RunEvent): void;
	start(): void;
	send(command: RunCommand): void;
	/** Stops at once and writes nothing more: the run is another's now. */
	forsake(): void;
	status(): EngineStatus;
	/** Resolves when nothing is in flight any more and all facts are written. Rejects on a bug. */
	readonly finished: Promise<EngineEnd>;
};

/** Un-synced journal bytes above which nothing more is started, so that a slow disk bounds the memory. */
const unsyncedLimit = 8 * 1024 * 1024;

const diskRetryMs = 1000;

/**
 * The one loop. Whatever happens (an answer, a key, a timer) is put on record as an event and asks for a turn. A
 * turn plans what to start, records the starts, writes the journal once, and only then lets the calls leave and
 * frees the slots of those that ended: so everything that costs money is on record before it happens, and every
 * answer before its slot is used again.
 *
 *   running ──drain──► draining ──nothing in flight──► ended
 *      │ ▲────stay────────┘  └──abort──► (calls end) ──► ended
 *      └──all done, or stuck without a person──► ended
 */
export function createEngine(options: EngineOptions): Engine {
	const {state, source, journal, clock, settings, rules} = options;
	const agenda = createAgenda(state, index => source.queueOf(index));
	const {rpm, tpm} = settings.rate;
	const budgets = state.queues.map(({recentStarts}) =>
		recallStarts(createBudget(rpm, tpm), recentStarts, clock.now()),
	);
	const lane = createDirectLane(options.transport, settings.rate.concurrency, crash);
	let finish: (end: EngineEnd) => void = () => {};
	let fail: (error: unknown) => void = () => {};
	const finished = new Promise<EngineEnd>((resolve, reject) => {
		finish = resolve;
		fail = reject;
	});

	const calls = createCalls({state, source, lane, budgets, rules, clock, record, written});
	const planned: PlannedStart[] = [];
	const onceWritten: (() => void)[] = [];
	let drainCause: StopCause | null = null;
	let aborting = false;
	let diskFull: string | null = null;
	let turnAsked = false;
	let ended = false;
	let cancelWake = () => {};
	let cancelPatience = () => {};

	const status = (): EngineStatus => ({
		draining: drainCause !== null,
		diskFull,
		heldPico: calls.heldPico(),
	});

	function record(event: RunEvent): void {
		const offset = journal.append(encodeEvent(event));
		reduce(state, event, offset);
		updateAgenda(agenda, event);
		state.journalEnd = journal.end;
		options.onEvent(event);
		askForTurn();
	}

	function askForTurn(): void {
		if (!turnAsked && !ended) {
			turnAsked = true;
			clock.soon(turn);
		}
	}

	function turn(): void {
		if (ended) {
			return;
		}

		try {
			const wasFull = diskFull !== null;
			const wakeAt = journal.unsynced > unsyncedLimit ? waitForDisk() : planStarts();
			if (write()) {
				calls.launch(planned.splice(0));
				checkEnd();
				// Nothing was planned while the disk refused.
				sleepUntil(wasFull ? clock.now() : wakeAt);
			} else if (aborting) {
				end({reason: 'stopped', cause: drainCause ?? 'quit'});
			}

			// What this turn put on record itself asks for no other.
			turnAsked = false;
			options.onTurn();
		} catch (error) {
			crash(error);
		}
	}

	function planStarts(): number | null {
		const now = clock.now();
		const {starts: next, wakeAt} = plan(state, status(), agenda, budgets, calls.tokensOf, now);
		for (const event of startedEvents(next, now)) {
			record(event);
		}

		planned.push(...next);
		return wakeAt;
	}

	async function written(): Promise<void> {
		return ended
			? undefined
			: new Promise(resolve => {
					onceWritten.push(resolve);
				});
	}

	/** False while the disk refuses: nothing is lost, nothing new leaves, and it is tried again. */
	function write(): boolean {
		try {
			journal.flush();
			diskFull = null;
		} catch (error) {
			diskFull = (error as NodeJS.ErrnoException).code ?? String(error);
			cancelWake();
			cancelWake = clock.after(diskRetryMs, askForTurn);
			return false;
		}

		for (const resolve of onceWritten.splice(0)) {
			resolve();
		}

		return true;
	}

	function waitForDisk(): null {
		void journal.synced().then(askForTurn);
		return null;
	}

	function sleepUntil(wakeAt: number | null): void {
		cancelWake();
		cancelWake =
			wakeAt === null || ended ? () => {} : clock.after(Math.max(0, wakeAt - clock.now()), askForTurn);
	}

	function checkEnd(): void {
		if (state.inFlight.size > 0 || ended) {
			return;
		}

		const reason = endReason();
		if (reason) {
			end(reason);
		}
	}

	function end(reason: EngineEnd): void {
		ended = true;
		cancelWake();
		cancelPatience();
		for (const resolve of onceWritten.splice(0)) {
			resolve();
		}

		void lane.idle().then(() => finish(reason));
	}

	/** Calls that wait for a disk that refuses have not left yet. */
	function loseUnsent(at: number): void {
		const indexes = planned.splice(0).map(({index}) => index);
		if (indexes.length > 0) {
			record({
				type: 'attempts-lost',
				at,
				indexes,
				reason: 'aborted',
				maybeBilledPico: 0,
				maybeBilledCalls: 0,
			});
		}
	}

	function endReason(): EngineEnd | null {
		const unfinished =
			state.count - state.totals.status[statusCode.done]! - state.totals.status[statusCode.failed]!;
		if (unfinished === 0) {
			return {reason: 'done'};
		}

		if (drainCause !== null) {
			return {reason: 'stopped', cause: drainCause};
		}

		const why = options.leaveWhenStuck ? stuckReason(state, agenda) : null;
		return why === null ? null : {reason: 'stuck', why};
	}

	function send(command: RunCommand): void {
		if (ended) {
			return;
		}

		const at = clock.now();
		switch (command.type) {
			case 'pause':
				if (!state.paused) {
					loseUnsent(at);
					record({type: 'paused', at, cause: command.cause});
				}

				return;
			case 'resume':
				record({type: 'resumed', at});
				return;
			case 'drain':
				drainCause = command.cause;
				loseUnsent(at);
				cancelPatience();
				if (command.patienceMs !== null) {
					cancelPatience = clock.after(command.patienceMs, () => send({type: 'abort', cause: command.cause}));
				}

				askForTurn();
				return;
			case 'stay':
				drainCause = aborting ? drainCause : null;
				cancelPatience();
				askForTurn();
				return;
			case 'abort':
				drainCause = command.cause;
				aborting = true;
				loseUnsent(at);
				lane.abortAll();
				askForTurn();
		}
	}

	function forsake(): void {
		ended = true;
		cancelWake();
		cancelPatience();
		lane.abortAll();
	}

	function crash(error: unknown): void {
		forsake();
		fail(error);
	}

	return {record, start: askForTurn, send, forsake, status, finished};
}
