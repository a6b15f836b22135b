import type {Axis, ParamsItem} from './spec.ts';
import {specError} from './spec-error.ts';
import type {SpecSource} from './spec-source.ts';

/** What asks a request several times follows from one answer at a time, and from one way of asking. */
export function refuseRepetition(
	hasOpinions: boolean,
	hasTurns: boolean,
	params: Axis<ParamsItem>,
	source: SpecSource,
): void {
	if (hasOpinions && hasTurns) {
		throw specError(
			source.where(['opinions'], 'key'),
			'`opinions` cannot ask a prompt of several turns again',
			'Write the prompt as `messages`, or remove `opinions`.',
		);
	}

	if (hasOpinions || hasTurns) {
		const why = hasOpinions ? '`opinions` asks for one at a time' : 'a turn follows one answer';
		refuseChoices(params, why, source);
	}
}

function refuseChoices(params: Axis<ParamsItem>, why: string, source: SpecSource): void {
	for (const [position, {body}] of params.items.entries()) {
		if (typeof body.n === 'number' && body.n > 1) {
			throw specError(
				source.where(params.isList ? ['params', position, 'n'] : ['params', 'n']),
				`\`n: ${body.n}\` asks for several answers at once, and ${why}`,
				'Remove `n`.',
			);
		}
	}
}
