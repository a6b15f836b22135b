import type {JsonObject} from '../domain/request.ts';
import {UserError} from '../domain/user-error.ts';
import {showPlaceholder} from './check-args.ts';
import {createHashIndex} from './hash-index.ts';
import type {ImageFiles} from './image-files.ts';
import type {InputRow} from './input-rows.ts';
import {similar} from './nearest.ts';
import {notePrompt} from './note-images.ts';
import {missingFrom, type Prompt} from './prompt.ts';
import {createQueueColumn} from './queue-column.ts';
import {idProblem, ownIdKey} from './row-split.ts';
import {watchScoreFields} from './score-fields.ts';
import type {RequestsFile, Spec} from './spec.ts';
import {specError} from './spec-error.ts';
import type {Placeholder} from './template.ts';

/** Looks at every chosen row before anything is sent. Throws a UserError that names its line. */
export type RowCheck = {
	/** `position`: 0-based among the chosen rows. */
	check(input: InputRow, position: number): void;
	/** After the last row: what none of them had. */
	finish(): void;
	hasIds(): boolean;
	/** The queue of each row that was checked, where the rows say it; null where the axes do. */
	queues(): Buffer | null;
};

export function createRowCheck(spec: Spec, display: string, takesIds: boolean, images: ImageFiles): RowCheck {
	return spec.requests === null
		? createArgsCheck(spec, display, takesIds, images)
		: createRequestsCheck(spec, spec.requests, display, images);
}

/** The rows were checked when their queues were found; a file that changed since then shows here. */
function createRequestsCheck(
	{queues, scoreFields}: Spec,
	{place}: RequestsFile,
	display: string,
	images: ImageFiles,
): RowCheck {
	const ids = createIdCheck(display);
	const scored = watchScoreFields(scoreFields);
	const numbers = new Map(queues.map(({key}, number) => [key, number]));
	const column = createQueueColumn();
	return {
		check(input, position) {
			const {info, input: carried, question} = place(input.row, input.line);
			const queue = numbers.get(info.key);
			if (queue === undefined) {
				throw changedWhileRead(display);
			}

			if (question.kind === 'messages') {
				images.note(question.messages, `${display}:${input.line}`);
			}

			column.add(queue);
			scored.look(carried);
			ids.check(input, position);
		},
		finish: () => scored.finish(display),
		hasIds: ids.found,
		queues: column.finish,
	};
}

function createArgsCheck(spec: Spec, display: string, takesIds: boolean, images: ImageFiles): RowCheck {
	const ids = takesIds ? createIdCheck(display) : null;
	const {items, isList} = spec.prompts;
	const pairs = spec.combine === 'zip' && isList;
	const scored = watchScoreFields(spec.scoreFields);
	return {
		check(input, position) {
			scored.look(input.row);
			for (const number of pairs ? [position].filter(at => at < items.length) : items.keys()) {
				refuseMissing(items[number]!, input, spec, display);
				notePrompt(images, spec, number, input.row, `${display}:${input.line}`);
			}

			ids?.check(input, position);
		},
		finish: () => scored.finish(display),
		hasIds: () => ids?.found() ?? false,
		queues: () => null,
	};
}

export function changedWhileRead(display: string): UserError {
	return new UserError(`${display} was changed while it was read.`, 'Start again when it is complete.');
}

function refuseMissing(prompt: Prompt, {row, line}: InputRow, spec: Spec, display: string): void {
	const missing = missingFrom(prompt, row);
	if (!missing) {
		return;
	}

	const shown = showPlaceholder(missing.name, spec.syntax);
	if (isColumnMissing(row, missing) && spec.args.kind === 'file' && spec.args.format === 'csv') {
		const columns = Object.keys(row);
		const meant = similar(missing.name, columns);
		throw specError(
			`${display}:1`,
			`there is no column for ${shown}`,
			meant ? `Did you mean ${showPlaceholder(meant, spec.syntax)}?` : `Columns: ${columns.join(', ')}.`,
		);
	}

	const meant = similar(missing.name, Object.keys(row));
	throw specError(
		`${display}:${line}`,
		`the row has no value for ${shown}`,
		meant && meant !== missing.name
			? `Did you mean ${showPlaceholder(meant, spec.syntax)}?`
			: 'Add it; an empty text is a value too.',
	);
}

function isColumnMissing(row: JsonObject, {name, path}: Placeholder): boolean {
	return !Object.hasOwn(row, name) && !Object.hasOwn(row, path[0]!);
}

type IdCheck = {check(input: InputRow, position: number): void; found(): boolean};

/**
 * No two requests share an id. A row without one is called by its position, so its position must not be another
 * row's id either; as long as no row had an id of its own, there is nothing to keep.
 */
function createIdCheck(display: string): IdCheck {
	const index = createHashIndex();
	const lines: number[] = [];
	let hasOwn = false;
	const claim = (id: string, line: number, position: number) => {
		const slot = index.slot(id);
		const other = index.get(slot);
		if (other >= 0) {
			throw specError(
				`${display}:${line}`,
				`the id \`${id}\` was used before, on line ${lines[other]}`,
				'Give each row its own id, or rename the column.',
			);
		}

		index.set(slot, position);
	};

	return {
		check({row, line}, position) {
			lines.push(line);
			const key = ownIdKey(row);
			const problem = key === null ? null : idProblem(row[key]);
			if (problem) {
				throw specError(`${display}:${line}`, `${problem}`, `Correct \`${key}\`, or rename it.`);
			}

			if (key !== null && !hasOwn) {
				hasOwn = true;
				for (let earlier = 0; earlier < position; earlier++) {
					claim(String(earlier), lines[earlier]!, earlier);
				}
			}

			if (hasOwn) {
				claim(key === null ? String(position) : String(row[key]), line, position);
			}
		},
		found: () => hasOwn,
	};
}
