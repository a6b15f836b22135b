import type {Axis, ParamsItem, RequestsFile} from './spec.ts';
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

/** Rows of a requests file may ask for several answers too. */
export function refuseRowChoices(
	hasOpinions: boolean,
	requests: RequestsFile | null,
	source: SpecSource,
): void {
	if (hasOpinions && (requests?.scanned.mostChoices ?? 1) > 1) {
		throw specError(
			source.where(['opinions'], 'key'),
			`a row asks for ${requests!.scanned.mostChoices} answers at once (\`n\`), and \`opinions\` asks for one at a time`,
			'Remove `n` from the rows.',
		);
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
