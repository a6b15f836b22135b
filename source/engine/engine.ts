import {createAgenda} from '../domain/agenda.ts';
import {ceilingValue, heldByBatches, roomUnder} from '../domain/ceiling.ts';
import type {RunCommand} from '../domain/command.ts';
import {earlier} from '../domain/earlier.ts';
import type {EngineStatus, Halting} from '../domain/engine-status.ts';
import type {RunEvent} from '../domain/event.ts';
import {decodeEvent, encodeEvent} from '../domain/event-line.ts';
import {type LaneChoice, laneOf} from '../domain/lane-choice.ts';
import {rateStatuses} from '../domain/rate-status.ts';
import {reduce} from '../domain/reduce.ts';
import {createKindReader} from '../domain/request-line.ts';
import {createBatchLane} from './batch-lane.ts';
import {createCalls} from './calls.ts';
import {createDirectLane} from './direct-lane.ts';
import {endReason} from './end-reason.ts';
import {createEnding} from './ending.ts';
import type {Engine, EngineEnd, EngineOptions} from './engine-options.ts';
import {createFailedKinds} from './failed-kinds.ts';
import {createJournalWriter} from './journal-writer.ts';
import {judgePasses} from './judge-passes.ts';
import {createSampleJudge} from './judge-sample.ts';
import {createQueueParts} from './queue-parts.ts';
import {createStages} from './stages.ts';
import {createStarts} from './starts.ts';
import {factsOf} from './steer.ts';
import {createTwinWork} from './twin-work.ts';
import {createUndo} from './undo.ts';
import {createUnwanted} from './unwanted.ts';

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
	const {state, source, journal, clock, settings, rules, countTokens} = options;
	const twins = options.twins ?? null;
	const agenda = createAgenda(state, index => source.queueOf(index), twins?.isParked);
	const {budgets, joint, rates, queueRules, growFor} = createQueueParts(options, clock.now());
	const lane = createDirectLane(options.transport, settings.rate.concurrency, crash);
	let finish: (end: EngineEnd) => void = () => {};
	let fail: (error: unknown) => void = () => {};
	const finished = new Promise<EngineEnd>((resolve, reject) => {
		finish = resolve;
		fail = reject;
	});

	const writer = createJournalWriter(journal, clock, askForTurn);
	const {written} = writer;
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
		written,
		onStep: options.onStep,
	});
	const readEvent = (offset: number) => decodeEvent(journal.read(offset), {body: false});
	const batchLane =
		options.batches &&
		createBatchLane({
			...options,
			...options.batches,
			agenda,
			readEvent,
			status: halting,
			lanes,
			held: calls.held,
			heldBy: calls.heldBy,
			// What an abort did not wait for may still come to an end.
			record: event => (ended ? undefined : record(event)),
			written,
			durable: writer.durable,
			askForTurn,
			onBug: crash,
		});
	const twinWork = createTwinWork({state, agenda, twins, readEvent, record, clock});
	const kindAt = createKindReader(readEvent);
	const failedKinds = createFailedKinds(state, kindAt);
	const {queueOf} = agenda;
	const steering = {
		state,
		queueOf,
		failedKind: failedKinds.of,
		taskCost: settings.limits.task.costPico,
		maxRetries: settings.retry.maxRetries,
	};
	const unwanted = createUnwanted({state, queueOf, record, abort: calls.abort});
	const undo = createUndo({state, queueOf, kindAt, record});
	const judgeSample = createSampleJudge({...options, readEvent, record, isParked: agenda.isParked});
	const starts = createStarts(record);
	const stages = createStages(options.stages ?? [], {...options, record, written, askForTurn});
	const ending = createEnding({clock, stopStarting, abortCalls: lane.abortAll, askForTurn});
	let turnAsked = false;
	let ended = false;
	let cancelWake = () => {};

	function halting(): Halting {
		return {draining: ending.cause() !== null, diskFull: writer.refusal()};
	}

	function status(): EngineStatus {
		return {
			...halting(),
			heldPico: calls.held().costPico + heldByBatches(state).costPico,
			rates: rateStatuses(rates, budgets, joint, state, clock.now()),
			...(twins && {startable: agenda.queues.map(({open}) => open)}),
			undo: undo.status(clock.now()),
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
		twinWork.updateAgenda(event);
		unwanted.observe(event);
		failedKinds.observe(event);
		state.journalEnd = journal.end;
		if (event.type === 'concurrency-changed') {
			lane.setConcurrency(event.concurrency);
		}

		options.onEvent(event);
		stages.observe(event);
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
			stages.turn();
			unwanted.giveUpReturned(clock.now());
			twinWork.share();
			judgePasses({state, settings, rules, record, clock});
			judgeSample();
			const wakeAt = planStarts();
			const isWritten = writer.write();
			// Whoever puts something on record from here on, or waits for what is, asks for another turn.
			turnAsked = false;
			if (isWritten) {
				unwanted.abortCalls();
				calls.launch(starts.take());
				const batchesAt = batchLane?.turn(clock.now()) ?? null;
				checkEnd();
				// Nothing was planned while the disk refused.
				sleepUntil(wasFull ? clock.now() : earlier(wakeAt, batchesAt));
			} else if (ending.isAborting()) {
				end({reason: 'stopped', cause: ending.cause() ?? 'quit'});
			}

			options.onTurn();
		} catch (error) {
			crash(error);
		}
	}

	function planStarts(): number | null {
		if (options.onlyProcess || writer.isBehind()) {
			return starts.rest();
		}

		const input = {
			state,
			status: halting(),
			agenda,
			budgets,
			joint,
			queueRules,
			rates,
			lanes: lanes(),
			room: roomUnder(state, settings.limits, calls.held(), calls.heldBy),
			...calls,
		};
		return starts.plan(input, clock.now());
	}

	function sleepUntil(wakeAt: number | null): void {
		cancelWake();
		cancelWake =
			wakeAt === null || ended ? () => {} : clock.after(Math.max(0, wakeAt - clock.now()), askForTurn);
	}

	function checkEnd(): void {
		if (state.inFlight.size > 0 || batchLane?.isBusy(ending.isAborting()) || ended) {
			return;
		}

		const inTheWay = starts.limit() ?? batchLane?.limit() ?? null;
		if (inTheWay !== null && state.limitReached === null && !batchLane?.isWaiting()) {
			const value = ceilingValue(state, settings.limits, inTheWay);
			record({type: 'limit-reached', at: clock.now(), limit: inTheWay, value});
		}

		const reason = endReason(options, agenda, lanes(), batchLane, ending.cause());
		if (reason) {
			end(reason);
		}
	}

	function end(reason: EngineEnd): void {
		ended = true;
		stages.stop();
		cancelWake();
		ending.close();
		batchLane?.stop();
		writer.close();
		void lane.idle().then(() => finish(reason));
	}

	function stopStarting(): void {
		starts.lose(clock.now());
		batchLane?.stop();
	}

	function send(command: RunCommand): void {
		if (ended) {
			return;
		}

		const at = clock.now();
		switch (command.type) {
			case 'drain':
			case 'stay':
			case 'abort':
				ending.take(command);
				return;
			case 'cancel-batches':
				batchLane?.cancelAll();
				return;
			case 'undo':
				undo.facts(at).forEach(record);
				return;
			case 'pause':
			case 'set-concurrency':
			case 'give-up':
				starts.lose(at);
				break;
			default:
		}

		const facts = factsOf(command, steering, at);
		for (const fact of facts) {
			growFor(fact, command, at);
		}

		undo.record(facts, at);
	}

	function forsake(): void {
		ended = true;
		stages.stop();
		cancelWake();
		ending.close();
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
