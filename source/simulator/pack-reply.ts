import {itemMark} from '../domain/pack-prompt.ts';
import type {JsonObject} from '../domain/request.ts';
import {createAuthor, type TextForm, writeText} from './answer-text.ts';
import {canonicalJson} from './canonical-json.ts';
import {parseJson} from './json-value.ts';
import type {ModelCall} from './model-route.ts';
import {loneRequest, type PackRequest, readPackRequest} from './pack-request.ts';
import {hashText, pick, type Random, randomFor, wholeBetween} from './random.ts';
import {shuffled} from './shuffled.ts';

type Entry = {readonly id: string; readonly answer: unknown; readonly confident?: boolean};

/** The text that answers a pack; null where the body asks for none. */
export function writePackReply(call: ModelCall, question: string, form: TextForm): string | null {
	const pack = form.kind === 'schema' ? readPackRequest(question, form.schema) : null;
	return pack && JSON.stringify({answers: entriesOf(pack, call)});
}

function entriesOf(pack: PackRequest, call: ModelCall): readonly Entry[] {
	const {arrival, packs} = call;
	const random = randomFor(arrival, 'pack');
	const entries = pack.items.map(item => answerItem(item, pack, call, random));
	for (let left = Math.min(packs.drop, entries.length - 1); left > 0; left--) {
		entries.splice(wholeBetween(random, 0, entries.length - 1), 1);
	}

	for (let left = packs.add; left > 0; left--) {
		entries.push({...pick(random, entries), id: hashText(`${random()}`).toString(36).slice(0, 5)});
	}

	return packs.shuffle ? shuffled(entries, random) : entries;
}

/** As it would be answered alone, when it comes for the first time. */
function answerItem(
	{id, text}: PackRequest['items'][number],
	pack: PackRequest,
	{body, arrival, packs}: ModelCall,
	random: Random,
): Entry {
	const lone: JsonObject = loneRequest(body, pack, text);
	const isWrong = random() * 100 < packs.wrongPercent;
	const isSure = random() < 0.9;
	const question = pack.instruction.replaceAll(itemMark, () => text);
	const author = createAuthor(
		isWrong ? `not ${question}` : question,
		pack.schema === null ? {kind: 'prose'} : {kind: 'schema', schema: pack.schema},
		randomFor({...arrival, hash: hashText(canonicalJson(lone), arrival.seed)}, isWrong ? 'wrong' : 'answer'),
	);
	const written = writeText(author);
	return {
		id,
		answer: pack.schema === null ? written : parseJson(written),
		...(pack.asksConfidence ? {confident: isSure && !isWrong} : null),
	};
}
