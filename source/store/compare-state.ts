import {readFileSync} from 'node:fs';
import type {RunState} from '../domain/state.ts';
import {statuses} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {parseJson} from '../domain/verdict.ts';
import {errorCode} from './disk-error.ts';
import {restoreColumns, type SavedColumns} from './saved-columns.ts';
import {saveState} from './saved-state.ts';
import {stateVersion} from './state-format.ts';

type Json = {readonly [key: string]: unknown};

/** state.json as it stands on the disk, before anything is believed of it. */
export type RawState =
	| {readonly kind: 'absent'}
	| {readonly kind: 'broken'}
	| {readonly kind: 'read'; readonly json: Json; readonly journalEnd: number};

export function readRawState(file: string): RawState {
	const text = readText(file);
	if (text === null) {
		return {kind: 'absent'};
	}

	const json = parseJson(text);
	if (!isObject(json) || typeof json.journalEnd !== 'number') {
		return {kind: 'broken'};
	}

	if (typeof json.version === 'number' && json.version > stateVersion) {
		throw new UserError(
			`${file} was written by version ${String(json.tool)} of promptbatch-tui.`,
			'Install the newest version.',
		);
	}

	return {kind: 'read', json, journalEnd: json.journalEnd};
}

/**
 * What the file says otherwise than a replay of the journal up to its `journalEnd`, one sentence for each of its keys.
 * Keys that only one of both knows are of another version.
 */
export function stateProblems(json: Json, replayed: RunState): readonly string[] {
	const {format: _, version: __, tool: ___, columns: ____, ...known} = saveState(replayed, '');
	const ours = JSON.parse(JSON.stringify(known)) as Json;
	const problems = Object.keys(ours).flatMap(key =>
		key in json ? (difference(key, comparable(key, json[key]), comparable(key, ours[key])) ?? []) : [],
	);
	return [...problems, ...columnProblems(json.columns as SavedColumns, replayed)];
}

/** Of a provider that was only asked after, nothing is known: it may stand there or not. */
function comparable(key: string, value: unknown): unknown {
	return key === 'providers' && Array.isArray(value)
		? value.filter(entry => Object.values((entry as readonly unknown[])[1] ?? {}).some(Boolean))
		: value;
}

function difference(path: string, saved: unknown, ours: unknown): string | null {
	if (saved === ours) {
		return null;
	}

	if (isObject(saved) && isObject(ours)) {
		return firstDifference(path, saved, ours, key => key in saved && key in ours);
	}

	if (Array.isArray(saved) && Array.isArray(ours)) {
		return saved.length === ours.length
			? firstDifference(path, saved as never, ours as never, () => true)
			: `${path} has ${saved.length} entries, the journal gives ${ours.length}`;
	}

	return `${path} is ${short(saved)}, the journal gives ${short(ours)}`;
}

function firstDifference(
	path: string,
	saved: Json,
	ours: Json,
	isCompared: (key: string) => boolean,
): string | null {
	for (const key of Object.keys(ours)) {
		const found = isCompared(key) ? difference(`${path}.${key}`, saved[key], ours[key]) : null;
		if (found !== null) {
			return found;
		}
	}

	return null;
}

function columnProblems(saved: SavedColumns, {columns, count}: RunState): readonly string[] {
	const restored = isObject(saved) ? restoreOrNull(saved, count) : null;
	if (!restored) {
		return [`columns do not hold ${count} requests`];
	}

	const problems: string[] = [];
	for (const name of ['status', 'attempts', 'retries', 'waits', 'offset'] as const) {
		const [theirs, ours] = [restored[name], columns[name]];
		const word = (value: number) => (name === 'status' ? (statuses[value] ?? 'nothing') : String(value));
		for (let index = 0; index < count; index++) {
			if (theirs[index] !== ours[index]) {
				problems.push(
					`columns.${name} of request ${index} is ${word(theirs[index]!)}, the journal gives ${word(ours[index]!)}`,
				);
				break;
			}
		}
	}

	return problems;
}

function restoreOrNull(saved: SavedColumns, count: number): ReturnType<typeof restoreColumns> {
	try {
		return restoreColumns(saved, count);
	} catch {
		return null;
	}
}

function readText(file: string): string | null {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return null;
		}

		throw error;
	}
}

function isObject(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function short(value: unknown): string {
	const text = JSON.stringify(value) ?? 'nothing';
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
