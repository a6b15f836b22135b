import type {JsonObject} from '../domain/request.ts';
import {canonicalJson} from './canonical-json.ts';
import {pathText, shorten} from './describe-value.ts';
import type {FileDigest, SpecDigest} from './digest-spec.ts';
import type {DataPath} from './yaml-source.ts';

const mostLines = 8;
const contextLength = 12;

/** What changed between two specs, a line each: `params.temperature: 0.2 → 0.7`. */
export function describeChange(before: SpecDigest, after: SpecDigest): readonly string[] {
	const lines = [...diff([], before.identity, after.identity), ...fileChanges(before.files, after.files)];
	return lines.length > mostLines
		? [...lines.slice(0, mostLines - 1), `… and ${lines.length - mostLines + 1} more`]
		: lines;
}

function diff(path: DataPath, before: unknown, after: unknown): readonly string[] {
	if (canonicalJson(before) === canonicalJson(after)) {
		return [];
	}

	if (isMap(before) && isMap(after)) {
		const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
		return [...keys].flatMap(key => diff([...path, key], before[key], after[key]));
	}

	if (Array.isArray(before) && Array.isArray(after)) {
		return before.length === after.length
			? before.flatMap((item, i) => diff([...path, i], item, after[i]))
			: [`${pathText(path)}: ${before.length} → ${after.length} items`];
	}

	const [was, is] =
		typeof before === 'string' && typeof after === 'string' ? excerpts(before, after) : [before, after];
	return [`${pathText(path)}: ${say(was)} → ${say(is)}`];
}

/** Two long texts from shortly before the place where they part. */
function excerpts(before: string, after: string): readonly [string, string] {
	let same = 0;
	while (same < before.length && before[same] === after[same]) {
		same++;
	}

	const start = Math.max(0, same - contextLength);
	const cut = (text: string) => (start > 0 ? `…${text.slice(start)}` : text);
	return [cut(before), cut(after)];
}

function say(value: unknown): string {
	if (value === undefined) {
		return '(none)';
	}

	if (Array.isArray(value)) {
		return `${value.length} items`;
	}

	return typeof value === 'string' ? JSON.stringify(shorten(value)) : shorten(JSON.stringify(value));
}

function fileChanges(before: readonly FileDigest[], after: readonly FileDigest[]): readonly string[] {
	return after.flatMap(file => {
		const was = before.find(({name}) => name === file.name);
		if (!was || was.sha256 === file.sha256) {
			return [];
		}

		const isCounted = was.rows !== null && file.rows !== null && was.rows !== file.rows;
		return [
			isCounted
				? `${file.name}: ${group(was.rows)} → ${group(file.rows)} rows (changed)`
				: `${file.name}: changed`,
		];
	});
}

/** 10003 as `10,003`. */
function group(count: number): string {
	return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

function isMap(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
