import type {Asking, Round} from './asking.ts';
import type {Failure} from './failure.ts';
import type {Endpoint, JsonObject} from './request.ts';

/** Sends the user turns of a request one by one, each with what was said before it. */
export const turnsAsking: Asking = {
	columns: ['responses'],
	concerns: ({turns}) => turns !== undefined,
	next(request, rounds) {
		const field = conversationField(request.endpoint);
		const before = request.body[field];
		const messages = [...(Array.isArray(before) ? (before as readonly unknown[]) : [])];
		for (const [number, round] of rounds.entries()) {
			const turn = request.turns?.[number + 1];
			messages.push({role: 'assistant', content: reply(round)});
			if (turn !== undefined) {
				messages.push({role: 'user', content: turn});
			}
		}

		return {...request, body: {...request.body, [field]: messages}};
	},
	refuse({turns = []}, rounds, answer) {
		const isLast = rounds.length + 1 >= turns.length;
		const lost = rounds.find(round => round.kind === 'failed');
		return lost ? lost.failure : reply(answer) === '' && !isLast ? noReply(rounds.length + 1) : null;
	},
	after({turns = []}, rounds) {
		if (rounds.at(-1)?.kind === 'failed') {
			return 'fail';
		}

		return rounds.length < turns.length ? 'more' : 'done';
	},
	conclude: (_request, rounds) => ({columns: {responses: rounds.map(textOf)}}),
};

/** The body field of a conversation and what it holds at first: the first turn. */
export function firstTurn(
	endpoint: Endpoint,
	turns: readonly string[],
): {readonly field: 'messages' | 'input'; readonly value: readonly JsonObject[]} {
	return {field: conversationField(endpoint), value: [{role: 'user', content: turns[0] ?? ''}]};
}

function conversationField(endpoint: Endpoint): 'messages' | 'input' {
	return endpoint === 'responses' ? 'input' : 'messages';
}

/** What the model said, as the next turn shows it: a refusal that the spec keeps is a reply too. */
function reply(round: Round): string {
	return round.kind === 'answered' ? (round.text ?? round.choices[0]?.refusal ?? '') : '';
}

function textOf(round: Round): string | null {
	return round.kind === 'answered' ? round.text : null;
}

function noReply(turn: number): Failure {
	return {
		kind: 'malformed',
		status: 200,
		code: null,
		message: `the answer to turn ${turn} holds no text, so the next turn has nothing to follow`,
	};
}
