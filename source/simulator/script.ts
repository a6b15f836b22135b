import {UserError} from '../domain/user-error.ts';
import type {FaultName} from './fault.ts';
import {faultNames} from './fault.ts';
import {nearestKey} from './nearest-key.ts';
import type {PackHabits} from './pack-habits.ts';
import {parseDurationMs, parseDurationRangeMs, parseFlag, parsePercent, parseWhole} from './script-value.ts';

/** How the simulator behaves: contract section 6. */
export type SimulatorScript = {
	readonly seed: number;
	/** How long a model call takes; a number between the two, drawn from the body. */
	readonly latencyMs: {readonly min: number; readonly max: number};
	/** Percent of the attempts that meet each fault; together at most 100. */
	readonly faultPercent: {readonly [name in FaultName]: number};
	/** A prompt that holds this is refused. */
	readonly refusedText: string | null;
	/** How prompts of many items are answered. */
	readonly packs: PackHabits;
	/** What a 429 fault asks to wait; null: it names no time. */
	readonly retryAfterMs: number | null;
	/**
	 * After so many model calls and batch creations each further one gets 429 `insufficient_quota`, so that a hold
	 * can be rehearsed. Counted from the start of the server: starting it again tops the account up.
	 */
	readonly quotaAfter: number | null;
	/** The same for a revoked key: after so many requests of any kind every further one gets 401. */
	readonly authAfter: number | null;
	/** Requests and tokens that all model calls together may use in any 60 s. */
	readonly requestsPerMinute: number | null;
	readonly tokensPerMinute: number | null;
	/** From the creation of a batch to its completion. */
	readonly batchMs: number;
	/** So many batches, the first ones, expire when half of their lines are done. */
	readonly expire: number;
	/** So many lines of the first batch never finish: it stands until it is cancelled, or expires after a day. */
	readonly stuck: number;
	/** So many lines, of the first batches, are counted as completed and are in neither file. */
	readonly missing: number;
	/** A batch that would bring the enqueued prompt tokens of its model above this fails. */
	readonly tokenLimit: number | null;
	/** So many creations, the first ones, answer 502 although the batch is made. */
	readonly create502: number;
	/** Output lines come in another order than the input. */
	readonly shuffle: boolean;
};

const noFaults = Object.fromEntries(faultNames.map(name => [name, 0])) as {
	readonly [name in FaultName]: number;
};

export const defaultScript: SimulatorScript = {
	seed: 1,
	latencyMs: {min: 0, max: 0},
	faultPercent: noFaults,
	refusedText: null,
	packs: {shuffle: false, drop: 0, add: 0, wrongPercent: 0},
	retryAfterMs: null,
	quotaAfter: null,
	authAfter: null,
	requestsPerMinute: null,
	tokensPerMinute: null,
	batchMs: 4000,
	expire: 0,
	stuck: 0,
	missing: 0,
	tokenLimit: null,
	create502: 0,
	shuffle: false,
};

/** Null: the value is not of the kind that the key takes. */
type ReadValue = (text: string, script: SimulatorScript) => Partial<SimulatorScript> | null;

type Key = {readonly takes: string; readonly read: ReadValue};

function key<T>(
	takes: string,
	parse: (text: string) => T | null,
	field: (value: T, script: SimulatorScript) => Partial<SimulatorScript>,
): Key {
	return {
		takes,
		read(text, script) {
			const value = parse(text);
			return value === null ? null : field(value, script);
		},
	};
}

const whole = 'a whole number';
const percentage = 'a percentage from 0% to 100%';
const duration = 'a duration such as 200ms, 1s or 2m';

const keys: {readonly [name: string]: Key} = {
	seed: key(whole, parseWhole, seed => ({seed})),
	latency: key('200ms or 50..400ms', parseDurationRangeMs, latencyMs => ({latencyMs})),
	retry_after: key(duration, parseDurationMs, retryAfterMs => ({retryAfterMs})),
	quota_after: key(whole, parseWhole, quotaAfter => ({quotaAfter})),
	auth_after: key(whole, parseWhole, authAfter => ({authAfter})),
	rpm: key('a whole number above 0', parsePositive, requestsPerMinute => ({requestsPerMinute})),
	tpm: key('a whole number above 0', parsePositive, tokensPerMinute => ({tokensPerMinute})),
	batch: key(duration, parseDurationMs, batchMs => ({batchMs})),
	expire: key(whole, parseWhole, expire => ({expire})),
	stuck: key(whole, parseWhole, stuck => ({stuck})),
	missing: key(whole, parseWhole, missing => ({missing})),
	token_limit: key(whole, parseWhole, tokenLimit => ({tokenLimit})),
	create_502: key(whole, parseWhole, create502 => ({create502})),
	shuffle: key('no value', parseFlag, shuffle => ({shuffle})),
	refuse: key('a word', parseWord, refusedText => ({refusedText})),
	pack_shuffle: key('no value', parseFlag, (shuffle, {packs}) => ({packs: {...packs, shuffle}})),
	pack_drop: key(whole, parseWhole, (drop, {packs}) => ({packs: {...packs, drop}})),
	pack_add: key(whole, parseWhole, (add, {packs}) => ({packs: {...packs, add}})),
	pack_wrong: key(percentage, parsePercent, (wrongPercent, {packs}) => ({packs: {...packs, wrongPercent}})),
};

/** Reads `seed=1,latency=50..400ms,429=5%`. Throws a UserError that names the key and what it takes. */
export function parseScript(text: string): SimulatorScript {
	let script = defaultScript;
	const seen = new Set<string>();
	for (const part of text.split(',')) {
		const equals = part.indexOf('=');
		const name = (equals === -1 ? part : part.slice(0, equals)).trim();
		const value = equals === -1 ? '' : part.slice(equals + 1).trim();
		if (name === '' && value === '') {
			continue;
		}

		if (seen.has(name)) {
			throw new UserError(`The simulator script has '${name}' twice.`);
		}

		seen.add(name);
		script = {...script, ...readPart(script, name, value)};
	}

	const total = Object.values(script.faultPercent).reduce((sum, percent) => sum + percent, 0);
	if (total > 100) {
		throw new UserError(`The faults of the simulator script add up to ${total}%, which is above 100%.`);
	}

	return script;
}

function readPart(script: SimulatorScript, name: string, value: string): Partial<SimulatorScript> {
	const fault = faultNames.find(known => known === name);
	if (fault) {
		const percent = parsePercent(value);
		if (percent === null) {
			throw badValue(name, value, percentage);
		}

		return {faultPercent: {...script.faultPercent, [fault]: percent}};
	}

	const known = Object.hasOwn(keys, name) ? keys[name] : undefined;
	if (!known) {
		const names = [...Object.keys(keys), ...faultNames];
		const nearest = nearestKey(name, names);
		throw new UserError(
			`The simulator script has an unknown key '${name}'${nearest ? `; did you mean '${nearest}'?` : '.'}`,
			`Known keys: ${names.join(', ')}.`,
		);
	}

	return known.read(value, script) ?? fail(badValue(name, value, known.takes));
}

function parseWord(text: string): string | null {
	return text === '' ? null : text;
}

function parsePositive(text: string): number | null {
	return parseWhole(text) || null;
}

function badValue(name: string, value: string, takes: string): UserError {
	return new UserError(`The simulator script has '${name}=${value}', but '${name}' takes ${takes}.`);
}

function fail(error: UserError): never {
	throw error;
}
