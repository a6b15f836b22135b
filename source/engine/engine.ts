import {createAgenda, updateAgenda} from '../domain/agenda.ts';
import {createBudgets} from '../domain/budget.ts';
import {ceilingValue, heldByBatches, type LimitName, roomUnder} from '../domain/ceiling.ts';
import type {RunCommand, StopCause} from '../domain/command.ts';
import {earlier} from '../domain/earlier.ts';
import type {EngineStatus} from '../domain/engine-status.ts';
import type {RunEvent} from '../domain/event.ts';
import {encodeEvent} from '../domain/event-line.ts';
import {type LaneChoice, laneOf} from '../domain/lane-choice.ts';
import {type PlannedStart, plan, startedEvents} from '../domain/plan.ts';
import {createQueueRates, rateStatuses} from '../domain/queue-rate.ts';
import {reduce} from '../domain/reduce.ts';
import {createBatchLane} from './batch-lane.ts';
import {createCalls} from './calls.ts';
import {createDirectLane} from './direct-lane.ts';
import {endReason} from './end-reason.ts';
import type {Engine, EngineEnd, EngineOptions} from './engine-options.ts';
import {createJournalWriter} from './journal-writer.ts';
import {judgePasses} from './judge-passes.ts';
import {factsOf, failedKind} from './steer.ts';

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
	const {state, source, journal, clock, settings, rules, queueRules, countTokens} = options;
	const agenda = createAgenda(state, index => source.queueOf(index));
	const budgets = createBudgets(state.queues, settings.rate, clock.now());
	const rates = createQueueRates(state, settings, clock.now());
	const lane = createDirectLane(options.transport, settings.rate.concurrency, crash);
	let finish: (end: EngineEnd) => void = () => {};
	let fail: (error: unknown) => void = () => {};
	const finished = new Promise<EngineEnd>((resolve, reject) => {
		finish = resolve;
		fail = reject;
	});

	const writer = createJournalWriter(journal, clock, askForTurn);
	const calls = createCalls({
		state,
		source,
		lane,
		budgets,
		rates,
		rules,
		queueRules,
		countTokens,
		clock,
		record,
		written: writer.written,
	});
	const batchLane =
		options.batches &&
		createBatchLane({
			...options.batches,
			state,
			source,
			agenda,
			clock,
			settings,
			rules,
			queueRules,
			countTokens,
			onlyProcess: options.onlyProcess,
			status,
			lanes,
			held: calls.held,
			// What an abort did not wait for may still come to an end.
			record: event => (ended ? undefined : record(event)),
			written: writer.written,
			durable: writer.durable,
			askForTurn,
			onBug: crash,
		});
	const steering = {
		state,
		queueOf: agenda.queueOf,
		failedKind: (index: number) => failedKind(journal, state.columns.offset[index]!),
		taskCost: settings.limits.task.costPico,
	};
	const planned: PlannedStart[] = [];
	let drainCause: StopCause | null = null;
	let aborting = false;
	/** The ceiling in the way of all that could start: nothing else begins by itself. */
	let limit: LimitName | null = null;
	let turnAsked = false;
	let ended = false;
	let cancelWake = () => {};
	let cancelPatience = () => {};

	function status(): EngineStatus {
		return {
			draining: drainCause !== null,
			diskFull: writer.refusal(),
			heldPico: calls.held().costPico + heldByBatches(state).costPico,
			rates: rateStatuses(rates, budgets, state),
			undo: null,
		};
	}

	function lanes(): readonly LaneChoice['lane'][] {
		return state.queues.map((_, queue) =>
			batchLane
				? laneOf(state, queue, queueRules[queue]!, agenda.queues[queue]!.open, settings).lane
				: 'direct',
		);
	}

	function record(event: RunEvent): void {
		const offset = journal.append(encodeEvent(event));
		reduce(state, event, offset);
		updateAgenda(agenda, state, event);
		state.journalEnd = journal.end;
		if (event.type === 'concurrency-changed') {
			lane.setConcurrency(event.concurrency);
		}

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
			const wasFull = writer.refusal() !== null;
			judgePasses({state, settings, record, clock});
			const wakeAt = planStarts();
			const isWritten = writer.write();
			// Whoever puts something on record from here on, or waits for what is, asks for another turn.
			turnAsked = false;
			if (isWritten) {
				calls.launch(planned.splice(0));
				const batchesAt = batchLane?.turn(clock.now()) ?? null;
				checkEnd();
				// Nothing was planned while the disk refused.
				sleepUntil(wasFull ? clock.now() : earlier(wakeAt, batchesAt));
			} else if (aborting) {
				end({reason: 'stopped', cause: drainCause ?? 'quit'});
			}

			options.onTurn();
		} catch (error) {
			crash(error);
		}
	}

	function planStarts(): number | null {
		const now = clock.now();
		limit = null;
		if (options.onlyProcess || writer.isBehind()) {
			return null;
		}

		const next = plan(
			{
				state,
				status: status(),
				agenda,
				budgets,
				rates,
				lanes: lanes(),
				room: roomUnder(state, settings.limits, calls.held()),
				tokensOf: calls.tokensOf,
				demandOf: calls.demandOf,
			},
			now,
		);
		limit = next.wakeAt === null ? next.limit : null;
		for (const event of startedEvents(next.starts, now)) {
			record(event);
		}

		planned.push(...next.starts);
		return next.wakeAt;
	}

	function sleepUntil(wakeAt: number | null): void {
		cancelWake();
		cancelWake =
			wakeAt === null || ended ? () => {} : clock.after(Math.max(0, wakeAt - clock.now()), askForTurn);
	}

	function checkEnd(): void {
		if (state.inFlight.size > 0 || batchLane?.isBusy(aborting) || ended) {
			return;
		}

		const inTheWay = limit ?? batchLane?.limit() ?? null;
		if (inTheWay !== null && state.limitReached === null && !batchLane?.isWaiting()) {
			const value = ceilingValue(state, settings.limits, inTheWay);
			record({type: 'limit-reached', at: clock.now(), limit: inTheWay, value});
		}

		const reason = endReason(options, agenda, lanes(), batchLane, drainCause);
		if (reason) {
			end(reason);
		}
	}

	function end(reason: EngineEnd): void {
		ended = true;
		cancelWake();
		cancelPatience();
		batchLane?.stop();
		writer.close();
		void lane.idle().then(() => finish(reason));
	}

	/** Calls that wait for a disk that refuses have not left yet: a pause or another concurrency holds for them too. */
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

	function send(command: RunCommand): void {
		if (ended) {
			return;
		}

		const at = clock.now();
		switch (command.type) {
			case 'drain':
				drainCause = command.cause;
				loseUnsent(at);
				batchLane?.stop();
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
				batchLane?.stop();
				lane.abortAll();
				askForTurn();
				return;
			case 'cancel-batches':
				batchLane?.cancelAll();
				return;
			default:
				if (command.type === 'pause' || command.type === 'set-concurrency') {
					loseUnsent(at);
				}

				for (const fact of factsOf(command, steering, at)) {
					record(fact);
				}
		}
	}

	function forsake(): void {
		ended = true;
		cancelWake();
		cancelPatience();
		batchLane?.stop();
		writer.close();
		lane.abortAll();
	}

	function crash(error: unknown): void {
		forsake();
		fail(error);
	}

	return {record, start: askForTurn, send, forsake, status, finished};
}
