import {outputLimitOf} from '../domain/estimate.ts';
import type {ProviderConfig} from '../domain/provider.ts';
import type {Endpoint, QueueInfo} from '../domain/request.ts';
import type {InputRow} from './input-rows.ts';
import type {PlaceRow} from './place-request.ts';
import {createRowChoice} from './row-choice.ts';
import {countRows} from './row-count.ts';
import {readRows} from './row-files.ts';
import type {ScannedQueue, ScannedRequests} from './scanned-requests.ts';
import type {RowsAxis} from './spec.ts';
import {specError} from './spec-error.ts';

/** Only to suggest what was meant. */
const mostGroups = 100;
/** The column of queues has two bytes a row. */
const mostQueues = 65_535;

/** Reads and checks every row, so that queues, keys and addresses are known before anything is created. */
export async function scanRequests(axis: RowsAxis, place: PlaceRow, asked: string): Promise<ScannedRequests> {
	const queues = new Map<string, {info: QueueInfo; isBounded: boolean; hasTurns: boolean}>();
	const groups = new Set<string>();
	const notices = new Map<string, {readonly line: number; count: number}>();
	let endpoint: Endpoint | null = null;
	let mostChoices = 1;
	for await (const rows of chosenRows(axis)) {
		for (const {row, line} of rows) {
			const placed = place(row, line);
			const {info, fields, question, group, notice} = placed;
			endpoint ??= placed.endpoint;
			const queue = queues.get(info.key) ?? {info, isBounded: true, hasTurns: false};
			queues.set(info.key, queue);
			queue.isBounded &&= outputLimitOf(fields) !== null;
			queue.hasTurns ||= question.kind === 'turns' && question.turns.length > 1;
			mostChoices = Math.max(mostChoices, typeof fields.n === 'number' ? fields.n : 1);
			if (group !== null && groups.size < mostGroups) {
				groups.add(group);
			}

			if (notice !== null) {
				const known = notices.get(notice) ?? {line, count: 0};
				notices.set(notice, known);
				known.count++;
			}

			if (queues.size > mostQueues) {
				throw specError(
					`${axis.file.display}:${line}`,
					`the file names more than ${mostQueues} models`,
					'Check `model_name`.',
				);
			}
		}
	}

	return {
		endpoint: endpoint ?? 'chat',
		queues: [...queues.values()],
		asked,
		groups: [...groups],
		mostChoices,
		notices: [...notices].map(([notice, {line, count}]) => {
			const others = count === 1 ? '' : ` (${count} rows in all)`;
			return `${axis.file.display}:${line}: ${notice}${others}.`;
		}),
	};
}

/** In pieces: a million of them one by one through a generator cost a second. */
async function* chosenRows(axis: RowsAxis): AsyncGenerator<readonly InputRow[]> {
	const choose = createRowChoice(axis, axis.sample === null ? 0 : await countRows(axis));
	let position = 0;
	for await (const {rows} of readRows(axis)) {
		let isOver = false;
		const chosen = rows.filter(() => {
			const choice = choose(position++);
			isOver ||= choice === 'stop';
			return choice === 'take';
		});
		yield chosen;
		if (isOver) {
			return;
		}
	}
}

/** The providers that the queues go to. */
export function providersOf(
	queues: readonly ScannedQueue[],
	known: ReadonlyMap<string, ProviderConfig>,
): readonly ProviderConfig[] {
	return [...new Set(queues.map(({info}) => info.provider))].flatMap(name => known.get(name) ?? []);
}
