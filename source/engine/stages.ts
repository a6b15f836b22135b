import type {RunEvent} from '../domain/event.ts';
import type {LifeStep} from '../domain/life-step.ts';
import type {Clock} from '../domain/ports.ts';
import type {Stage} from '../domain/stage.ts';
import type {RunState} from '../domain/state.ts';

/** The stages of a run at the loop: they are told of every fact, and what they add goes on record at once. */
export type Stages = {
	/** After `reduce` took the event in. */
	observe(event: RunEvent): void;
	/**
	 * Begins them, the first time. Hands on what happened since the last turn, and puts on record which of them are
	 * through.
	 */
	turn(): void;
	stop(): void;
};

export type StagesOptions = {
	readonly state: RunState;
	readonly clock: Clock;
	readonly record: (event: RunEvent) => void;
	/** Resolves when everything on record so far has been handed to the disk. */
	readonly written: () => Promise<void>;
	readonly askForTurn: () => void;
	readonly onStep?: ((step: LifeStep) => void) | undefined;
};

export function createStages(
	stages: readonly Stage[],
	{state, clock, record, written, askForTurn, onStep}: StagesOptions,
): Stages {
	/** A fact that a stage makes of a fact is told after it: to all of them, and not from within. */
	let news: RunEvent[] = [];
	let hasBegun = false;
	let isStopped = false;

	function begin(stage: Stage): void {
		const {name} = stage;
		record({type: 'stage-opened', at: clock.now(), stage: name});
		stage.begin({
			now: () => clock.now(),
			add({queue, parent, ...request}) {
				const index = state.count;
				if (!isStopped) {
					const {id} = request;
					record({type: 'request-added', at: clock.now(), index, queue, stage: name, parent, id, request});
					onStep?.('added');
				}

				return index;
			},
			judge(verdict) {
				if (!isStopped) {
					record({...verdict, at: clock.now()});
				}
			},
			fail(reason) {
				if (!isStopped) {
					record({type: 'stage-failed', at: clock.now(), stage: name, reason});
				}
			},
			written,
			askForTurn,
		});
	}

	function noteClosed({name, isOpen}: Stage): void {
		const isOpenNow = isOpen();
		if (state.stages.some(stage => stage.name === name && stage.isOpen !== isOpenNow)) {
			record({type: isOpenNow ? 'stage-opened' : 'stage-closed', at: clock.now(), stage: name});
		}
	}

	return {
		observe(event) {
			if (stages.length > 0) {
				news.push(event);
			}
		},
		turn() {
			if (!hasBegun) {
				hasBegun = true;
				stages.forEach(begin);
			}

			while (news.length > 0) {
				const told = news;
				news = [];
				for (const event of told) {
					for (const stage of stages) {
						stage.observe(event);
					}
				}
			}

			stages.forEach(noteClosed);
		},
		stop() {
			isStopped = true;
			for (const stage of stages) {
				stage.stop();
			}
		},
	};
}
