import {isNestedTooDeeply} from '../domain/nesting.ts';
import type {JsonObject} from '../domain/request.ts';
import type {InputRow} from './input-rows.ts';
import {specError} from './spec-error.ts';

const prefix = 'parameters-';

/**
 * A row of a table as the line of JSON that it stands for, without its empty cells: columns `parameters-NAME` become
 * the parameter NAME. A cell of text is read as JSON where it is a number, true, false, null, a list or an
 * object, since CSV knows nothing but text; a prompt only where it is a list.
 */
export function unfoldRow({row, line, start}: InputRow, display: string, isText: boolean): InputRow {
	if (isText && !Object.hasOwn(row, 'prompt')) {
		throw specError(
			`${display}:1`,
			'there is no column `prompt`',
			`The first line must name the columns: prompt, api, model_name, and what else there is. It names ${Object.keys(row).join(', ')}. Rows that fill templates belong under \`args\` of a spec.`,
		);
	}

	const whole: {[key: string]: unknown} = {};
	const parameters: {[name: string]: unknown} = {};
	for (const [column, cell] of Object.entries(row)) {
		if (column === 'parameters') {
			Object.assign(parameters, parametersCell(cell, `${display}:${line}`));
		} else if (column === 'prompt') {
			whole.prompt = promptCell(cell);
		} else if (!column.startsWith(prefix) && !(isText && cell === '')) {
			whole[column] = cell;
		}
	}

	for (const [column, cell] of Object.entries(row)) {
		const name = column.startsWith(prefix) ? column.slice(prefix.length) : '';
		if (name !== '' && cell !== '' && cell !== null && cell !== undefined) {
			parameters[name] = isText ? cellValue(cell) : cell;
		}
	}

	if (Object.keys(parameters).length > 0) {
		whole.parameters = parameters;
	}

	return {row: whole, line, start};
}

function parametersCell(cell: unknown, where: string): JsonObject {
	if (cell === '' || cell === null || cell === undefined) {
		return {};
	}

	const value = typeof cell === 'string' ? parsed(cell) : cell;
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw specError(
			where,
			'the cell of `parameters` is not a JSON object',
			'For example: {"temperature": 0}, its quotes doubled in CSV; or use columns such as parameters-temperature.',
		);
	}

	return value as JsonObject;
}

/** Turns and messages stand in a cell as JSON. */
function promptCell(cell: unknown): unknown {
	const value = typeof cell === 'string' && cell.trimStart().startsWith('[') ? parsed(cell) : undefined;
	return Array.isArray(value) &&
		value.length > 0 &&
		(value.every(item => typeof item === 'string') || value.every(isMessage))
		? value
		: cell;
}

function isMessage(item: unknown): boolean {
	return typeof item === 'object' && item !== null && 'role' in item;
}

function cellValue(cell: unknown): unknown {
	const value = typeof cell === 'string' ? parsed(cell) : undefined;
	return value === undefined ? cell : value;
}

function parsed(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return isNestedTooDeeply(value) ? undefined : value;
	} catch {
		return undefined;
	}
}
