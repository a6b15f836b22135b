import type {ProviderConfig} from '../domain/provider.ts';
import type {JsonObject} from '../domain/request.ts';
import {canonicalJson} from './canonical-json.ts';
import type {Manifest} from './manifest.ts';
import {createPlacing, providerNamed} from './place-request.ts';
import {rowsAxis} from './read-args.ts';
import {scanRequests} from './scan-requests.ts';
import type {ScannedRequests} from './scanned-requests.ts';
import type {RequestsFile, RowsAxis, SpecFile} from './spec.ts';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import {regularFileSize} from './text-file.ts';
import {isUntouched} from './untouched-file.ts';

export type ReadRequestsOptions = {
	readonly known: ReadonlyMap<string, ProviderConfig>;
	readonly fallback: ProviderConfig;
	readonly schema: JsonObject | null;
	/** Of the run that the spec may belong to: a file with the size and time that it notes is not scanned again. */
	readonly noted: Manifest | null;
	/** The file is the run's own copy. */
	readonly isCopy: boolean;
};

export type ReadRequests = {readonly requests: RequestsFile; readonly rows: RowsAxis};

/** The rows of `requests: {file: …}`, and what one pass over them tells; null where the spec has none. */
export async function readRequests(
	input: SpecInput,
	files: readonly SpecFile[],
	source: SpecSource,
	{known, fallback, schema, noted, isCopy}: ReadRequestsOptions,
): Promise<ReadRequests | null> {
	if (input.requests === undefined) {
		return null;
	}

	refuseOtherKeys(input, source);
	const rows = rowsAxis('requests', input.requests, files, source);
	const {file} = rows;
	await regularFileSize(file.path, file.display, rows.where);
	const groups = groupsOf(input, known);
	const rules = {
		display: file.display,
		known,
		fallback,
		endpoint: input.endpoint ?? null,
		groups,
		params: (input.params ?? {}) as JsonObject,
		schema,
	};
	const asked = askedOf(input, groups);
	const scanned =
		(await notedScan(file, noted, asked, isCopy)) ?? (await scanRequests(rows, createPlacing(rules), asked));
	return {requests: {scanned, place: createPlacing(rules)}, rows};
}

/** Everything but the file itself that a pass over it depends on, as text. */
function askedOf(
	{provider, providers, endpoint, params, schema, requests}: SpecInput,
	groups: ReadonlySet<string>,
): string {
	const hasSchema = schema !== undefined;
	return canonicalJson({
		provider,
		providers,
		endpoint,
		params,
		hasSchema,
		requests,
		groups: [...groups].sort(),
	});
}

/** Unless something else is asked of it: then other rows belong together. */
async function notedScan(
	file: SpecFile,
	noted: Manifest | null,
	asked: string,
	isCopy: boolean,
): Promise<ScannedRequests | null> {
	const scanned = noted?.requests ?? null;
	const entry = noted?.files.find(({name}) => name === file.name);
	const isSame =
		scanned !== null &&
		entry !== undefined &&
		scanned.asked === asked &&
		(isCopy || (await isUntouched(file, entry)));
	return isSame ? scanned : null;
}

/** The names in `rate.by` that are no provider's: groups. */
function groupsOf({rate}: SpecInput, known: ReadonlyMap<string, ProviderConfig>): ReadonlySet<string> {
	return new Set(Object.keys(rate?.by ?? {}).filter(name => providerNamed(name, known) === null));
}

/** Keys that say what the rows say already. */
const rowKeys = ['model', 'prompts', 'args', 'template', 'combine'] as const;

function refuseOtherKeys(input: SpecInput, source: SpecSource): void {
	const other = rowKeys.find(key => input[key] !== undefined);
	if (other !== undefined) {
		throw specError(
			source.where([other], 'key'),
			`\`${other}\` cannot stand beside \`requests\`: each row of the file is a request of its own`,
			'Remove one of the two.',
		);
	}

	if (Array.isArray(input.params)) {
		throw specError(
			source.where(['params']),
			'`params` beside `requests` must be one dict: it fills in what a row does not say',
			'Write one dict, or give the rows parameters of their own.',
		);
	}
}
