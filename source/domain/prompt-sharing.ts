import type {Failure} from './failure.ts';
import type {JsonObject, Request} from './request.ts';
import type {MemberOutcome, Sharing} from './sharing.ts';

/**
 * Several prompts in one call of the completions endpoint. The API numbers the choices: those of the prompt at
 * position p are p·n to p·n + n - 1. An answer is given to a prompt by that number alone, and where the numbers do
 * not add up nobody gets one.
 */
export function promptSharing(promptsPerCall: number): Sharing {
	return {
		// A stage has ceilings of its own, so its requests share no call with others.
		keyOf({endpoint, stage = '', body: {prompt, ...fields}}) {
			return endpoint === 'completions' && typeof prompt === 'string' ? stage + JSON.stringify(fields) : null;
		},
		begin(_lead, most) {
			const room = Math.min(promptsPerCall, most);
			let members = 1;
			return {
				add() {
					const fits = members < room;
					members += fits ? 1 : 0;
					return fits;
				},
			};
		},
		bodyOf: members => ({...members[0]!.body, prompt: members.map(({body}) => body.prompt)}),
		split(members, body) {
			const each = choicesEach(members);
			const sorted = sortChoices(body.choices, members.length, each);
			return members.map((_, position) => partOf(position, each, sorted, body));
		},
	};
}

/** Choices that each prompt asked for. */
function choicesEach(members: readonly (Request | null)[]): number {
	const n = members.find(member => member !== null)?.body.n;
	return typeof n === 'number' && Number.isInteger(n) && n > 1 ? n : 1;
}

/** The choices by prompt; null when their numbers are not those that the API gives. */
function sortChoices(choices: unknown, prompts: number, each: number): readonly JsonObject[][] | null {
	const sorted = Array.from({length: prompts}, (): JsonObject[] => []);
	const seen = new Set<unknown>();
	for (const choice of Array.isArray(choices) ? choices : []) {
		const index: unknown = (choice as {index?: unknown} | null)?.index;
		const place = Number.isInteger(index) ? sorted[Math.floor((index as number) / each)] : undefined;
		if (!place || seen.has(index)) {
			return null;
		}

		seen.add(index);
		place.push(choice as JsonObject);
	}

	return sorted;
}

function partOf(
	position: number,
	each: number,
	sorted: readonly JsonObject[][] | null,
	body: JsonObject,
): MemberOutcome {
	const choices = sorted?.[position] ?? [];
	if (choices.length === 0) {
		return {kind: 'again', failure: sorted === null ? unnumbered : unanswered, most: 1};
	}

	const {usage, ...envelope} = body;
	const own = choices.map(choice => ({...choice, index: (choice.index as number) - position * each}));
	return {
		kind: 'answered',
		body: {...envelope, choices: own, ...(position === 0 && usage !== undefined ? {usage} : null)},
	};
}

const unnumbered: Failure = {
	kind: 'malformed',
	status: 200,
	code: null,
	message: 'the choices do not tell which of the prompts of the call they belong to',
};

const unanswered: Failure = {
	kind: 'malformed',
	status: 200,
	code: null,
	message: 'the answer holds no choice for this prompt of the call',
};
