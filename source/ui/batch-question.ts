import {count, money} from '../view/format.ts';
import {chosenBatch} from './batch-cursor.ts';
import {type Effect, type EffectContext, uiEffect} from './effect.ts';
import type {Key} from './input-tokenizer.ts';
import {type BatchQuestion, needsNumber, typeNumber} from './question.ts';

export function askAboutBatch({snapshot, ui}: EffectContext, pullsTail: boolean): readonly Effect[] {
	const batch = chosenBatch(snapshot, ui.batch);
	if (!batch) return [];
	const finished = batch.done + batch.failed;
	const dialog = {
		kind: 'cancel-batch',
		drawnAt: null,
		shard: batch.shard,
		pullsTail,
		count: batch.pull?.requests ?? Math.max(0, batch.total - finished),
		finished,
		batchUsd: batch.pull?.batchUsd ?? null,
		directUsd: batch.pull?.directUsd ?? null,
		typed: '',
	} as const;
	return [uiEffect({type: 'ask', dialog})];
}

/** Large tails are moved by those only who read how large they are. */
export function needsBatchNumber({count: open, directUsd}: BatchQuestion): boolean {
	return needsNumber({count: open, costUsd: directUsd});
}

/** The price comes early: it shall be read on narrow screens too. */
export function batchQuestionText(question: BatchQuestion): string {
	const {shard, pullsTail, count: open, finished} = question;
	const kept = finished > 0 ? ` ${count(finished)} finished ones are kept.` : '';
	const what = pullsTail
		? `Pull ${count(open)} of batch #${shard} to direct`
		: `Cancel batch #${shard}, queue ${count(open)} again`;
	return `${what}: ${prices(question)}?${kept}`;
}

function prices({pullsTail, batchUsd, directUsd}: BatchQuestion): string {
	if (batchUsd === null || directUsd === null) return 'the price difference is not known';
	return pullsTail
		? `about ${money(directUsd)} instead of ${money(batchUsd)}`
		: `about ${money(batchUsd)} by batch, ${money(directUsd)} direct`;
}

/** The answers: `isMeant` says whether a key was neither pasted nor typed ahead. */
export function batchAnswerEffects(
	key: Key,
	question: BatchQuestion & {readonly drawnAt: number | null},
	isMeant: boolean,
): readonly Effect[] {
	const dismiss = uiEffect({type: 'dismiss'});
	switch (key.name) {
		case 'n':
		case 'enter':
			return [dismiss];
		case 'y': {
			const isTyped = !needsBatchNumber(question) || question.typed === String(question.count);
			const {shard, pullsTail} = question;
			return isMeant && isTyped
				? [dismiss, {type: 'send', command: {type: 'cancel-batch', shard, pullsTail}}]
				: [];
		}

		default: {
			if (!needsBatchNumber(question)) return [];
			const typed = typeNumber(question.typed, key);
			return typed === question.typed ? [] : [uiEffect({type: 'ask', dialog: {...question, typed}})];
		}
	}
}

/** The key, and what it does; the number first where it has to be typed. */
export function batchAnswer(question: BatchQuestion): readonly [key: string, label: string] {
	const verb = question.pullsTail ? 'pull it' : 'cancel the batch';
	return needsBatchNumber(question) ? [`type ${question.count}`, `then y: ${question.typed}_`] : ['y', verb];
}
