import type {BatchEvent} from '../domain/batch-event.ts';
import {usd} from '../domain/money.ts';
import {count, money, plural} from './format.ts';
import {limitText} from './limit-words.ts';
import type {NoticeText} from './notice.ts';

type SteeringEvent = Exclude<BatchEvent, {shard: number}>;

/** What guards and ceilings did, and what a person changed about the way that requests go. */
export function steeringNotices(event: SteeringEvent): readonly NoticeText[] {
	switch (event.type) {
		case 'direct-forced':
			return [
				[
					'info',
					event.isOn ? 'direct mode is forced: no further batch is created' : 'direct mode is not forced',
				],
			];
		case 'pass-judged': {
			const what = event.lane === 'batch' ? 'a batch' : 'direct requests';
			const share = `${count(event.passed)} of ${plural(event.requests, 'request')}`;
			return event.isBad ? [['warn', `a bad pass of ${what}: ${share} passed`]] : [];
		}

		case 'guard-tripped':
			return [['error', `stopped by a guard: ${event.reason}`]];
		case 'limit-reached':
			return [['error', `ceiling ${limitText(event.limit, event.value)} reached: nothing new starts`]];
		case 'ceiling-raised':
			return [['info', `the cost ceiling is ${money(usd(BigInt(event.costPico)))} now`]];
		case 'requests-wiped': {
			const wiped = event.indexes.reduce((sum, [, length]) => sum + length, 0);
			const what = event.what === 'failed' ? 'failed' : 'unfinished';
			return [['info', `${plural(wiped, `${what} request`)} returned to the queue with a fresh budget`]];
		}
	}
}
