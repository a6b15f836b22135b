import type {AttemptEvent} from '../domain/event.ts';
import {usd} from '../domain/money.ts';
import type {Request} from '../domain/request.ts';
import type {Rounds} from '../domain/rounds.ts';
import {shorten} from './readable-text.ts';
import type {RequestDetail} from './request-detail.ts';
import {failureText} from './words.ts';

/** What a request that is asked several times came to so far, up to its last attempt. */
export function roundDetail(
	rounds: Rounds,
	request: Request,
	last: AttemptEvent,
): Pick<RequestDetail, 'answers' | 'usage' | 'costUsd' | 'rounds'> {
	const lines = [...rounds.linesBefore(last), last];
	const all = lines.map(rounds.roundOf);
	const isDone = last.type === 'attempt-answered' ? !last.more : last.sequel === 'conclude';
	const {summary = null} = isDone ? rounds.asking.conclude(request, all) : {};
	return {
		answers: all.map(round =>
			shorten(
				round.kind === 'failed'
					? failureText(round.failure)
					: (round.text ?? round.choices[0]?.refusal ?? ''),
			),
		),
		...spentOn(lines),
		rounds: {summary},
	};
}

/** By the attempts that ended its rounds; the cost is null where the price of one of them is unknown. */
export function spentOn(lines: readonly (AttemptEvent | null)[]): Pick<RequestDetail, 'usage' | 'costUsd'> {
	const usage = {input: 0, cached: 0, output: 0};
	let pico: bigint | null = 0n;
	let isPaid = false;
	for (const line of lines) {
		if (line?.usage) {
			isPaid = true;
			usage.input += line.usage.input;
			usage.cached += line.usage.cached;
			usage.output += line.usage.output;
			pico = pico === null || line.costPico === null ? null : pico + BigInt(line.costPico);
		}
	}

	return isPaid ? {usage, costUsd: pico === null ? null : usd(pico)} : {usage: null, costUsd: null};
}
