import {type BatchState, isOpen} from '../domain/batch.ts';
import type {RunEvent} from '../domain/event.ts';
import type {Spec} from '../spec/spec.ts';
import {failureText} from '../view/words.ts';
import {exitCodeOf} from './exit-code.ts';
import type {RunOptions} from './run-options.ts';
import {handleSignals} from './signals.ts';
import {startRun} from './start-run.ts';

/** Failures in a row of one batch's step after which the network is taken for gone: about 15 s. */
const mostFailures = 4;

export type CancelOptions = {
	readonly run: RunOptions;
	readonly spec: Spec;
	/** Queue every request without an outcome afresh once no batch is open any more. */
	readonly wipesUnfinished: boolean;
	readonly say: (line: string) => void;
};

export type Cancelled = {
	/** 0, 3 when something kept it from being done, or the code of the signal that ended it. */
	readonly exitCode: number;
	readonly why: string;
	/** Requests that were queued afresh. */
	readonly wiped: number;
};

/**
 * A session that sends nothing new: it ends every batch at the API, keeps what they had finished, and removes their
 * files here and there. As long as a batch may still run, nothing is forgotten.
 */
export async function cancelRemote({run, spec, wipesUnfinished, say}: CancelOptions): Promise<Cancelled> {
	const session = await startRun(
		{...run, onlyProcess: true, leaveWhenStuck: true, unpause: false},
		undefined,
		spec,
	);
	const signals = handleSignals(session);
	const {state} = session;
	let why = '';
	let wiped = -1;

	function observe(event: RunEvent): void {
		switch (event.type) {
			case 'batch-step-failed':
				giveUp(state.batches.get(event.shard));
				return;
			case 'batch-collected':
				say(`batch ${event.shard} is ended: ${event.outcomes.done} of its requests had a result and keep it`);
				break;
			case 'requests-wiped':
				wiped = event.indexes.reduce((sum, [, length]) => sum + length, 0);
				return;
			default:
		}

		if (wipesUnfinished && wiped < 0 && ![...state.batches.values()].some(isOpen)) {
			wiped = 0;
			session.send({type: 'wipe-unfinished'});
		}
	}

	function giveUp(batch: BatchState | undefined): void {
		if (batch?.trouble && batch.trouble.times >= mostFailures && why === '') {
			why = `batch ${batch.shard}: ${failureText(batch.trouble.failure)}`;
			session.send({type: 'drain', patienceMs: 0, cause: 'quit'});
		}
	}

	try {
		session.send({type: 'cancel-batches'});
		session.onEvent(observe);
		const end = await session.finished;
		if (why === '' && end.reason === 'stopped') {
			return {exitCode: exitCodeOf(end), why: '', wiped: 0};
		}

		const isDone = wipesUnfinished ? wiped >= 0 : state.batches.size === 0;
		return isDone
			? {exitCode: 0, why: '', wiped}
			: {exitCode: 3, why: why || troubleOf([...state.batches.values()]) || end.why, wiped: 0};
	} finally {
		signals.ignore();
	}
}

function troubleOf(batches: readonly BatchState[]): string {
	const troubled = batches.find(({trouble}) => trouble !== null);
	return troubled?.trouble ? `batch ${troubled.shard}: ${failureText(troubled.trouble.failure)}` : '';
}
