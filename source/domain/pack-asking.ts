import {labelOf} from './answer-label.ts';
import type {AnsweredRound, Asking, Round} from './asking.ts';
import {isAudited} from './audit-choice.ts';
import {confidenceOf} from './lone-body.ts';
import type {JsonObject} from './request.ts';
import {type Ballot, countVotes, isSettled, type VoteCount} from './vote.ts';

export type PackAskingRules = {
	/** Share of the items that are asked alone as well. */
	readonly audit: number;
	/** The field of the answer by which two are compared. */
	readonly label: string | null;
	/** Null: one round. */
	readonly vote: {readonly rounds: number; readonly stopsEarly: boolean} | null;
};

export type PackAsking = Asking & Required<Pick<Asking, 'audits'>>;

/**
 * The rounds of an item in packs: those of a vote, each with its pack in another order, and after them, for some, one
 * alone that the packed answer is compared with.
 *
 *   pack ─► pack ─► … until two equal and confident ones, or all rounds ─► (alone) ─► done
 */
export function packAsking({audit, label, vote}: PackAskingRules): PackAsking {
	const ballotOf = (round: AnsweredRound): Ballot => ({
		label: labelOf(round.text, round.parsed, label),
		// An item that was asked alone says nothing of it; its answer is as good as any.
		isConfident: confidenceOf(round.choices[0]?.raw) ?? true,
	});

	const ballotsIn = (rounds: readonly Round[]) => rounds.filter(isAnswered).map(ballotOf);

	/** The rounds that make the answer; null: more are to come. One that failed for good ends them. */
	function votesIn(rounds: readonly Round[]): readonly Round[] | null {
		const ballots: Ballot[] = [];
		for (const [number, round] of rounds.entries()) {
			if (round.kind === 'answered') {
				ballots.push(ballotOf(round));
			}

			const isLast = number + 1 >= (vote?.rounds ?? 1) || round.kind === 'failed';
			if (isLast || (vote?.stopsEarly && isSettled(ballots))) {
				return rounds.slice(0, number + 1);
			}
		}

		return null;
	}

	return {
		columns: [...(vote === null ? [] : ['vote']), ...(audit > 0 ? ['audit'] : [])],
		concerns: request => vote !== null || isAudited(request.id, audit),
		next: (request, rounds) =>
			votesIn(rounds) === null ? {...request, round: rounds.length} : {...request, goesAlone: true},
		refuse: () => null,
		after(request, rounds) {
			const votes = votesIn(rounds);
			if (votes === null) {
				return 'more';
			}

			if (!votes.some(isAnswered)) {
				return 'fail';
			}

			const isComparable = votes.some(round => isAnswered(round) && round.isShared);
			return votes.length === rounds.length && isComparable && isAudited(request.id, audit) ? 'more' : 'done';
		},
		audits(_request, rounds) {
			const votes = votesIn(rounds);
			const alone = rounds.at(-1)!;
			return votes === null || votes.length === rounds.length || !isAnswered(alone)
				? null
				: ballotOf(alone).label === countVotes(ballotsIn(votes))[0]?.label;
		},
		conclude(_request, rounds) {
			const votes = votesIn(rounds) ?? rounds;
			const counts = countVotes(ballotsIn(votes));
			const winner = counts[0]?.label;
			const ballots = votes.map(round => (isAnswered(round) ? ballotOf(round) : null));
			const sure = ballots.findIndex(ballot => ballot?.label === winner && ballot?.isConfident);
			const any = ballots.findIndex(ballot => ballot?.label === winner);
			const [first] = counts;
			return {
				shown: sure >= 0 ? sure : any,
				...(vote !== null &&
					first && {summary: `${first.label}, said in ${first.count} of ${votes.length} rounds`}),
				columns: {
					...(vote === null ? null : {vote: voteColumn(counts, votes)}),
					...(votes.length < rounds.length ? {audit: auditColumn(rounds.at(-1)!, winner, ballotOf)} : null),
				},
			};
		},
	};
}

function isAnswered(round: Round): round is AnsweredRound {
	return round.kind === 'answered';
}

function voteColumn(counts: readonly VoteCount[], votes: readonly Round[]): JsonObject {
	const weights = counts.reduce((sum, {weight}) => sum + weight, 0);
	return {
		label: counts[0]?.label ?? null,
		agreement: weights === 0 ? 0 : Math.round((counts[0]!.weight / weights) * 1e4) / 1e4,
		rounds: votes.length,
		failed: votes.filter(round => !isAnswered(round)).length,
		counts: Object.fromEntries(counts.map(({label, count}) => [label, count])),
		weights: Object.fromEntries(counts.map(({label, weight}) => [label, weight])),
	};
}

/** What the item got alone, and whether that is the same; null where it got nothing. */
function auditColumn(
	alone: Round,
	packed: string | undefined,
	ballotOf: (round: AnsweredRound) => Ballot,
): JsonObject {
	return isAnswered(alone)
		? {agrees: ballotOf(alone).label === packed, alone: alone.parsed ?? alone.text}
		: {agrees: null, alone: null};
}
