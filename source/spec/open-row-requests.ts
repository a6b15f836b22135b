import type {Asked, Endpoint, JsonObject, Request} from '../domain/request.ts';
import {firstTurn} from '../domain/turns.ts';
import {promptField} from './batch-line-row.ts';
import {canonicalJson} from './canonical-json.ts';
import {createImageLoader} from './image-loader.ts';
import {loadImages, localImages} from './images.ts';
import type {InputFolder} from './input-folder.ts';
import type {PlacedRow} from './place-request.ts';
import {readQueueColumn} from './queue-column.ts';
import type {Question} from './request-row.ts';
import {ownIdKey} from './row-split.ts';
import {openRowStore} from './row-store.ts';
import type {RequestsFile, RowsAxis, Spec} from './spec.ts';
import {axesOf} from './spec-axes.ts';
import {rowQueuesName} from './spec-files.ts';
import type {SpecRequests} from './spec-requests.ts';

/** The requests of a requests file: each row is one, as it stands. */
export function openRowRequests(
	spec: Spec,
	{place}: RequestsFile,
	axis: RowsAxis,
	inputs: InputFolder,
): SpecRequests {
	const store = openRowStore(axis, inputs);
	const columnBytes = inputs.bytes(rowQueuesName);
	const column = readQueueColumn(columnBytes.read(0, columnBytes.size), store.count);
	columnBytes.close();
	const load = createImageLoader(inputs);
	const {queues} = spec;
	const ownId = (index: number) => (store.hasIds ? idOf(store.row(index)) : null);
	return {
		count: store.count,
		queues,
		axes: axesOf(spec, store.count),
		hasIds: store.hasIds,
		ownId,
		matchKey(index) {
			const {info, endpoint, question, fields} = place(store.row(index), index + 1);
			const images = question.kind === 'messages' ? localImages(question.messages).map(load) : [];
			return canonicalJson([info.provider, info.model, endpoint, question, fields, images]);
		},
		queueOf: index => column[index]!,
		id: index => ownId(index) ?? String(index),
		expand(index): Request {
			const row = store.row(index);
			const placed = place(row, index + 1);
			const {info, endpoint, question, fields, input} = placed;
			return {
				id: idOf(row) ?? String(index),
				index,
				queue: column[index]!,
				endpoint,
				provider: info.provider,
				model: info.model,
				modelArgs: fields,
				body: bodyOf(placed, load),
				asked: askedOf(question),
				...(question.kind === 'turns' && question.turns.length > 1 ? {turns: question.turns} : null),
				input,
			};
		},
		close: store.close,
	};
}

function idOf(row: JsonObject): string | null {
	const key = ownIdKey(row);
	return key === null ? null : String(row[key]);
}

function bodyOf({info, endpoint, question, fields}: PlacedRow, load: (url: string) => string): JsonObject {
	const prompt = loadImages(promptOf(question, endpoint), load);
	return {model: info.model, [promptField(endpoint)]: prompt, ...fields};
}

/** What the first call asks. */
function promptOf(question: Question, endpoint: Endpoint): unknown {
	switch (question.kind) {
		case 'text':
			return asked(question.text, endpoint);
		case 'turns':
			return firstTurn(endpoint, question.turns).value;
		case 'messages':
			return question.messages;
		case 'other':
			return question.value;
	}
}

function asked(text: string, endpoint: Endpoint): unknown {
	return endpoint === 'chat' ? [{role: 'user', content: text}] : text;
}

/** A row has no template and no args: it was written as it is asked. */
function askedOf(question: Question): Asked {
	switch (question.kind) {
		case 'text':
			return {prompt: question.text, prompt_raw: question.text, prompt_args: {}};
		case 'turns':
			return {prompt: question.turns, prompt_raw: question.turns, prompt_args: {}};
		case 'messages':
			return {messages: question.messages, messages_raw: question.raw, messages_args: {}};
		case 'other':
			return {prompt: question.value, prompt_raw: question.value, prompt_args: {}};
	}
}
