import {deepestNesting, isNestedTooDeeply} from '../domain/nesting.ts';
import type {JsonObject} from '../domain/request.ts';
import {describeValue} from './describe-value.ts';
import {type InputRow, longestRowBytes, type RowParser} from './input-rows.ts';
import {specError} from './spec-error.ts';
import {createUtf8Check} from './utf8-check.ts';

const lineFeed = 10;
const byteOrderMark = Buffer.from('\uFEFF');

/** One JSON object per line. Blank lines are skipped; a byte order mark and CRLF are fine. */
export function createJsonlParser(display: string): RowParser {
	const utf8 = createUtf8Check(display);
	let rest: Buffer = Buffer.alloc(0);
	let line = 0;
	let position = 0;

	const takeLine = (bytes: Buffer, rows: InputRow[]) => {
		line++;
		const skipped = position === 0 && bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
		const text = bytes.toString('utf8', skipped).trim();
		if (text !== '') {
			rows.push({row: parseRow(text, `${display}:${line}`), line, start: position + skipped});
		}

		position += bytes.length;
	};

	return {
		async push(chunk) {
			utf8.push(chunk);
			const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
			const rows: InputRow[] = [];
			let start = 0;
			for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
				takeLine(bytes.subarray(start, end + 1), rows);
				start = end + 1;
			}

			rest = bytes.subarray(start);
			if (rest.length > longestRowBytes) {
				throw specError(
					`${display}:${line + 1}`,
					`the line has more than ${longestRowBytes / 1e6} MB`,
					'Write one JSON object per line.',
				);
			}

			return rows;
		},
		async end() {
			utf8.end();
			const rows: InputRow[] = [];
			if (rest.length > 0) {
				takeLine(rest, rows);
			}

			return rows;
		},
	};
}

function parseRow(text: string, where: string): JsonObject {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw specError(where, 'the line is not JSON', 'Each line must be one JSON object, on one line.');
	}

	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw specError(
			where,
			`the line must be a JSON object, not ${describeValue(value)}`,
			'For example: {"food": "pizza"}',
		);
	}

	if (isNestedTooDeeply(value)) {
		throw specError(where, `the line is nested more than ${deepestNesting} levels deep`, 'Make it flatter.');
	}

	if (Object.hasOwn(value, '__proto__')) {
		throw specError(where, '`__proto__` cannot be a key', 'Rename it.');
	}

	return value as JsonObject;
}
