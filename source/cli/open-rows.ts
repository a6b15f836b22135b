import {addedSource} from '../domain/added-source.ts';
import {decodeEvent} from '../domain/event-line.ts';
import type {Endpoint, RequestSource} from '../domain/request.ts';
import type {TwinTable} from '../domain/twin-table.ts';
import {inputFolder} from '../spec/input-folder.ts';
import {openRequests} from '../spec/open-requests.ts';
import {readSpecCopy} from '../spec/read-spec.ts';
import {inputsPath} from '../store/inputs-writer.ts';
import {openLineReader} from '../store/line-reader.ts';
import {createRowReader, type RowReader, type SpecSource} from '../store/row-reader.ts';
import type {RunDirectory} from '../store/run-directory.ts';
import type {ReadEvent} from '../view/build-detail.ts';
import {openTwins} from './open-twins.ts';
import type {ReadRun} from './read-run.ts';
import {specSourceOf} from './spec-source-of.ts';

/** The rows of a run, made from its own copies of the inputs and from the journal. */
export async function openRows(run: ReadRun): Promise<RowReader> {
	return (await openOwnRows(run, {isScored: true})).rows;
}

export type OwnRows = {
	readonly rows: RowReader;
	readonly source: RequestSource;
	/** Requests that the spec itself makes. */
	readonly own: number;
};

/** The same, with the requests that they are made from. Without scores no code of the user's is called for a row. */
export async function openOwnRows(
	{directory, state}: Pick<ReadRun, 'directory' | 'state'>,
	{isScored}: {readonly isScored: boolean},
): Promise<OwnRows> {
	const opened = await openSpecs(directory, 1, state.epochs.length);
	const inputs = inputsPath(directory, state.epochs.length);
	const twins = await openTwins(await readSpecCopy(inputs), opened.at(-1)!.source, inputs, {mayWrite: false});
	const specs = withTwins(isScored ? opened : opened.map(spec => ({...spec, score: null})), twins);
	const lines = openLineReader(directory.journal);
	const last = specs.at(-1)!;
	const readEvent: ReadEvent = (offset, body) => decodeEvent(lines.read(offset), {body});
	const source = addedSource(last.source, state, last.endpoint, readEvent);
	const specAt = (epoch: number) => (epoch === specs.length ? {...last, source} : specs[epoch - 1]!);
	const rows = createRowReader({state, readLine: offset => lines.read(offset), specAt});
	return {rows, source, own: last.source.count};
}

/** What holds of them is said by the spec that holds. */
export function withTwins<One extends SpecSource>(
	specs: readonly One[],
	twins: TwinTable | null,
): readonly One[] {
	return specs.map((spec, number) => (number === specs.length - 1 ? {...spec, twins} : spec));
}
export type OpenedSpec = SpecSource & {readonly endpoint: Endpoint};

/** The accepted specs of a run by number, from the first to the last asked for. */
export async function openSpecs(
	directory: RunDirectory,
	from: number,
	to: number,
): Promise<readonly OpenedSpec[]> {
	const specs: OpenedSpec[] = [];
	for (let epoch = from; epoch <= to; epoch++) {
		const inputs = inputsPath(directory, epoch);
		const copy = await readSpecCopy(inputs);
		const source = openRequests(copy, inputFolder(inputs));
		specs.push({...specSourceOf(copy, source), endpoint: copy.endpoint});
	}

	return specs;
}
