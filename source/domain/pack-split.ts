import {readChoices} from './answer.ts';
import type {FailureKind} from './failure.ts';
import {loneBody} from './lone-body.ts';
import {type ItemAnswer, readPackAnswer} from './pack-answer.ts';
import type {SchemaCheck} from './ports.ts';
import type {Endpoint, JsonObject, Request} from './request.ts';
import type {MemberOutcome} from './sharing.ts';
import {type Flaw, flawOf} from './verdict.ts';

export type PackToSplit = {
	/** In the order of `ids`; null: it left the spec. */
	readonly members: readonly (Request | null)[];
	readonly ids: readonly (string | null)[];
	readonly body: JsonObject;
	readonly endpoint: Endpoint;
	/** Of the spec's schema; null: the answers are texts. */
	readonly check: SchemaCheck | null;
	/** Input tokens that a member would take alone. */
	readonly aloneTokens: (member: Request) => number;
};

const flawWords: {readonly [F in Flaw]: string} = {
	content_filter: 'the answer of the pack was stopped by the content filter',
	refusal: 'the pack was refused',
	truncated: 'the answer of the pack was cut short by its token limit',
	malformed: 'the answer of the pack has no content',
};

/**
 * What each item of a pack got. A pack that failed as a whole goes again in halves, until the item that spoils it is
 * alone; an item that was left out, or answered wrongly, goes again alone at once.
 */
export function splitPack({
	members,
	ids,
	body,
	endpoint,
	check,
	aloneTokens,
}: PackToSplit): readonly MemberOutcome[] {
	const halves = (kind: FailureKind, message: string) =>
		members.map(() => again(kind, message, Math.ceil(members.length / 2)));
	const choice = readChoices(endpoint, body)[0];
	const flaw = choice ? flawOf(choice) : 'malformed';
	if (!choice || choice.text === null || flaw !== null) {
		const kind = flaw ?? 'malformed';
		return halves(kind, choice?.refusal ?? flawWords[kind]);
	}

	const read = readPackAnswer(choice.text, new Set(ids.filter(id => id !== null)));
	if (read.kind === 'bad') {
		return halves('schema', read.problem);
	}

	const {usage, ...unpaid} = body;
	let isPaid = false;
	return members.map((member, position): MemberOutcome => {
		const found = read.byId.get(ids[position] ?? '');
		if (!member || !found) {
			return again('missing', 'the answer of the pack left this item out', 1);
		}

		const own = contentOf(found, check);
		if (own.kind === 'bad') {
			return again('schema', own.problem, 1);
		}

		const shared = isPaid || usage === undefined ? unpaid : body;
		isPaid = true;
		return {kind: 'answered', body: loneBody(member, shared, own), alone: aloneTokens(member)};
	});
}

function again(kind: FailureKind, message: string, most: number): MemberOutcome {
	return {kind: 'again', failure: {kind, status: 200, code: null, message}, most};
}

type OwnContent =
	| {readonly kind: 'good'; readonly content: string; readonly isConfident: boolean | null}
	| {readonly kind: 'bad'; readonly problem: string};

function contentOf(found: ItemAnswer, check: SchemaCheck | null): OwnContent {
	if (found.kind === 'several') {
		return {kind: 'bad', problem: 'the pack gave this item several answers that differ'};
	}

	const {answer, isConfident} = found;
	if (check === null) {
		return typeof answer === 'object'
			? {kind: 'bad', problem: 'the answer of the pack for this item is no text'}
			: {kind: 'good', content: String(answer), isConfident};
	}

	const complaint = check(answer);
	return complaint === null
		? {kind: 'good', content: JSON.stringify(answer), isConfident}
		: {kind: 'bad', problem: complaint};
}
