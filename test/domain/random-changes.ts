import {rangesOf} from '../../source/domain/batch.ts';
import type {ParamChange} from '../../source/domain/param-change.ts';
import type {Ledger} from './random-run.ts';
import {queueInfo, type RunFixture, testPrice} from './run-fixture.ts';

const bodies: readonly ParamChange['body'][] = [{max_tokens: 9}, {seed: null}, {temperature: 0, stop: ['x']}];

/** A person changes some requests, now and then to a model that has no queue yet; the ledger is kept beside. */
export function randomChange(
	{state, take}: RunFixture,
	ledger: Ledger,
	/** By request, written when its model changes. */
	queues: number[],
	random: () => number,
): void {
	const below = (limit: number) => Math.floor(random() * limit);
	const added = queueInfo('added', 'local');
	const {at} = ledger;
	if (random() < 0.2 && !state.queues.some(({info}) => info.key === added.key)) {
		take({type: 'queue-added', at, info: added, price: testPrice});
	}

	const chosen = ledger.status.flatMap((status, index) =>
		(status === 'queued' || status === 'waiting' || status === 'failed') && random() < 0.3 ? [index] : [],
	);
	if (chosen.length === 0) {
		return;
	}

	const body = bodies[below(bodies.length)]!;
	const target = random() < 0.5 ? null : below(state.queues.length);
	const info = target === null ? null : state.queues[target]!.info;
	const failedByQueue = info === null ? [] : state.queues.map(() => 0);
	for (const index of target === null ? [] : chosen) {
		failedByQueue[queues[index]!]! += ledger.status[index] === 'failed' ? 1 : 0;
		ledger.status[index] = ledger.status[index] === 'waiting' ? 'queued' : ledger.status[index]!;
		queues[index] = target!;
	}

	const change = {model: info?.model ?? null, body};
	const queueKey = info?.key ?? null;
	take({type: 'params-changed', at, indexes: rangesOf(chosen), change, queueKey, failedByQueue});
}
