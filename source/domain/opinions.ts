import type {AnsweredRound, Asking, Round} from './asking.ts';
import type {Failure} from './failure.ts';
import type {JsonObject} from './request.ts';

/** The `opinions` key of the spec. */
export type OpinionSettings = {
	/** Answers at least. */
	readonly min: number;
	/** Answers and lasting failures at most. */
	readonly max: number;
	/** The part of the answers that must say the same. */
	readonly confidence: number;
	/** The field of an answer, as a JSON object, that holds its label; null: the label is the whole text. */
	readonly label: string | null;
	/** The field that says whether the label is clear; null: every label is. */
	readonly clear: string | null;
};

/** What an opinion that the model calls unclear weighs, beside one that is clear. */
const unclearWeight = 0.5;

/** Slack for what binary fractions leave over: 4 of 5 are 0.8. */
const slack = 1e-9;

type Opinion = {readonly round: number; readonly label: unknown; readonly isClear: boolean};

type Tally = {
	readonly label: unknown;
	/** The round in which it was said first. */
	readonly round: number;
	count: number;
	clear: number;
	weight: number;
};

/** Asks the same again until enough answers agree, after `opinions_min`, `opinions_max` and `confidence` of gpt_batch_api. */
export function opinionsAsking(settings: OpinionSettings): Asking {
	const opinionsIn = (rounds: readonly Round[]) =>
		rounds.flatMap((round, number): Opinion[] => {
			const opinion = round.kind === 'answered' ? opinionOf(round, settings) : null;
			return opinion === null || 'kind' in opinion ? [] : [{round: number, ...opinion}];
		});

	return {
		columns: ['opinion'],
		concerns: () => true,
		next: request => request,
		refuse(_request, _rounds, answer) {
			const opinion = opinionOf(answer, settings);
			return 'kind' in opinion ? opinion : null;
		},
		after(_request, rounds) {
			const opinions = opinionsIn(rounds);
			if (rounds.length < neededOpinions(opinions.length, mostOf(opinions), rounds.length, settings)) {
				return 'more';
			}

			return opinions.length === 0 ? 'fail' : 'done';
		},
		conclude(_request, rounds) {
			const opinions = opinionsIn(rounds);
			const [first, ...others] = [...tally(opinions).values()];
			if (!first) {
				return {columns: {opinion: null}};
			}

			const winner = others.reduce((best, other) => (isBefore(other, best) ? other : best), first);
			const opinion = concluded(winner, [first, ...others], rounds, settings);
			const how = opinion.is_clear ? 'clear' : 'not clear';
			return {
				shown: winner.round,
				summary: `${nameOf(winner.label)}, said by ${winner.count} of ${opinions.length}: ${how}`,
				columns: {opinion},
			};
		},
	};
}

/**
 * How many answers and failures it takes in all, when `ok` answers are there, of which `most` say the same: enough
 * that those that differ are no larger a part than the confidence leaves.
 */
export function neededOpinions(
	ok: number,
	most: number,
	answered: number,
	{min, max, confidence}: Pick<OpinionSettings, 'min' | 'max' | 'confidence'>,
): number {
	const differ = ok - most;
	const agreed = differ === 0 ? 0 : Math.ceil(differ / (1 - confidence) - slack);
	const failed = answered - ok;
	return Math.max(answered, Math.min(max, failed + Math.max(min, agreed)));
}

function opinionOf(
	{text, parsed}: AnsweredRound,
	{label, clear}: OpinionSettings,
): Omit<Opinion, 'round'> | Failure {
	if (label === null) {
		return text === null || text.trim() === ''
			? refused('the answer holds no text to take as its label')
			: {label: text.trim(), isClear: true};
	}

	const fields = typeof parsed === 'object' && parsed !== null ? (parsed as JsonObject) : null;
	if (!fields || !Object.hasOwn(fields, label)) {
		return refused(
			fields ? `the answer has no field \`${label}\` for its label` : 'the answer is no JSON object',
		);
	}

	// Only what says that it is not clear counts less.
	return {label: fields[label], isClear: clear === null || fields[clear] !== false};
}

function refused(message: string): Failure {
	return {kind: 'schema', status: 200, code: null, message};
}

/** By label, in the order in which they were first said. */
function tally(opinions: readonly Opinion[]): ReadonlyMap<string, Tally> {
	const tallies = new Map<string, Tally>();
	for (const {label, isClear, round} of opinions) {
		const key = JSON.stringify(label);
		const known = tallies.get(key) ?? {label, round, count: 0, clear: 0, weight: 0};
		known.count++;
		known.clear += isClear ? 1 : 0;
		known.weight += isClear ? 1 : unclearWeight;
		tallies.set(key, known);
	}

	return tallies;
}

function mostOf(opinions: readonly Opinion[]): number {
	return Math.max(0, ...[...tally(opinions).values()].map(({count}) => count));
}

/** The most common label; of several that are equally common the one that weighs more, then the one said first. */
function isBefore(one: Tally, other: Tally): boolean {
	return one.count > other.count || (one.count === other.count && one.weight > other.weight);
}

function concluded(
	winner: Tally,
	all: readonly Tally[],
	rounds: readonly Round[],
	{min, confidence}: OpinionSettings,
): JsonObject {
	const answers = all.reduce((sum, {count}) => sum + count, 0);
	const share = winner.count / answers;
	const agrees = answers >= min && share >= confidence - slack;
	return {
		label: winner.label,
		is_clear: agrees && winner.clear * 2 > winner.count,
		agreement: Math.round(share * 1e4) / 1e4,
		answers,
		failed: rounds.length - answers,
		counts: byLabel(all, ({count}) => count),
		weights: byLabel(all, ({weight}) => weight),
	};
}

function byLabel(all: readonly Tally[], value: (tally: Tally) => number): JsonObject {
	return Object.fromEntries(all.map(entry => [nameOf(entry.label), value(entry)]));
}

function nameOf(label: unknown): string {
	return typeof label === 'string' ? label : JSON.stringify(label);
}
