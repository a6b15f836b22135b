import {count, money, plural, shortDuration} from '../view/format.ts';
import type {GroupView, Row, RowWindow} from '../view/snapshot.ts';
import {dueIn} from './due-in.ts';
import type {ScreenModel} from './screen-model.ts';

/** `row 3 of 312: 000733 failed, 1 of 3 tries, 400 context_length …`. */
export function rowWords(row: Row, {ui, snapshot, now}: ScreenModel): string {
	const {status, attempts, attemptsAllowed, error, retryAt, tokens, costUsd, ageMs} = row;
	return [
		`row ${count(ui.cursor.position + 1)} of ${count(snapshot?.rows.total ?? 0)}: ${row.id} ${status}`,
		...(row.isMarked ? ['marked'] : []),
		attempts === 0 ? 'not tried yet' : `${count(attempts)} of ${count(attemptsAllowed)} tries`,
		...(error === '' ? [] : [error]),
		...(retryAt === null ? [] : [`next try ${dueIn(retryAt, now)}`]),
		...(ageMs === null ? [] : [`${shortDuration(ageMs)} ago`]),
		...(tokens === null ? [] : [plural(tokens, 'token')]),
		...(costUsd === null ? [] : [money(costUsd)]),
		row.model,
		...(row.isChanged ? ['with changed parameters'] : []),
		...(row.isUnwanted ? ['to be given up'] : []),
		...(row.moved === 0 ? [] : [row.moved < 0 ? 'moved to the front' : 'moved to the back']),
	].join(', ');
}

/** `group 2 of 12: 400 context length, 112 failed, none waiting, $0.03, for example …`. */
export function groupWords(group: GroupView, {snapshot}: ScreenModel): string {
	const groups = snapshot?.rows.groups ?? [];
	const position = groups.findIndex(({key}) => key === group.key) + 1;
	return [
		`group ${count(position)} of ${count(groups.length)}: ${group.label}`,
		`${count(group.failed)} failed`,
		...(group.waiting > 0 ? [`${count(group.waiting)} waiting`] : []),
		money(group.spentUsd),
		...(group.sample === '' ? [] : [`for example ${group.sample}`]),
	].join(', ');
}

/** What the list holds and in which order. */
export function listWords({order, total}: RowWindow): string {
	return [
		`list of ${plural(total, 'request')}`,
		...(order.filter === '' ? [] : [`filter ${order.filter}`]),
		...(order.group === null ? [] : [`of the group ${order.group}`]),
		`sorted by ${order.sort}${order.isReversed ? ', reversed' : ''}`,
	].join(', ');
}
