import {accountsOf} from '../domain/accounts.ts';
import {noProblems, note, type Problems} from '../domain/problems.ts';
import type {RunState} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {findRequests, type Whereabouts} from '../domain/whereabouts.ts';
import {digestSpec} from '../spec/digest-spec.ts';
import {auditResults} from '../store/audit-results.ts';
import {type RawState, readRawState} from '../store/compare-state.ts';
import {inputsPath} from '../store/inputs-writer.ts';
import type {RowReader} from '../store/row-reader.ts';
import type {RunDirectory} from '../store/run-directory.ts';
import {placeWords} from '../view/accounts-words.ts';
import {buildReport} from '../view/build-report.ts';
import {count, exactMoney, plural} from '../view/format.ts';
import type {Check, Verification} from '../view/verification.ts';
import {openOwnRows} from './open-rows.ts';
import {ownSpec} from './own-spec.ts';
import {readManifest} from './read-manifest.ts';
import {type JournalVerdict, verifyJournal} from './verify-journal.ts';

/** Told now and then how far it is. */
export type OnProgress = (what: string, done: number, of: number) => void;

/**
 * Recomputes everything that is on record of a run from its journal and its inputs, and holds state.json and the result
 * files against that. Nothing is written and no lock is taken. `isHeld`: another process is writing it.
 */
export async function verifyRun(
	directory: RunDirectory,
	isHeld: boolean,
	onProgress: OnProgress,
): Promise<Verification> {
	const saved = readRawState(directory.state);
	const verdict = verifyJournal(directory, saved, (done, of) => onProgress('journal', done, of));
	if (!verdict) {
		const problem = `${directory.journal} cannot be read: all answers were in it`;
		return {
			directory: directory.path,
			runId: '',
			checks: [fails('journal', 'not there', [problem])],
			requests: null,
			grows: false,
			facts: {},
		};
	}

	const {state} = verdict;
	const {whereabouts, firstMissing} = findRequests(state, verdict.isReadable);
	const rows = await tryOpenRows(directory, state);
	const inputs = await inputsCheck(directory, state, rows);
	return {
		directory: directory.path,
		runId: state.runId,
		checks: [
			journalCheck(verdict, isHeld),
			pricesCheck(verdict),
			totalsCheck(verdict),
			stateCheck(verdict, saved),
			inputs,
			...batchChecks(verdict),
			...resultChecks(directory, state, rows, onProgress),
			requestsCheck(whereabouts, firstMissing, accountsOf(state)),
		],
		requests: whereabouts,
		grows: state.stages.some(({isOpen}) => isOpen),
		facts: factsOf(verdict),
	};
}

function journalCheck(verdict: JournalVerdict, isHeld: boolean): Check {
	const {lines, end, tornBytes, damage, order, mendedAt} = verdict;
	const problems = noProblems();
	if (tornBytes > 0 && !isHeld) {
		note(
			problems,
			`its last line is torn: ${plural(tornBytes, 'byte')} from byte ${end} on, which the next start cuts off`,
		);
	}

	const mended =
		mendedAt === null
			? ''
			: `; mended at byte ${count(mendedAt)}, where what stands before was saved as it was known`;
	const text = `${plural(lines, 'line')}, ${count(end)} bytes: each whole, and in its place behind the one before about its request${mended}`;
	return checkOf('journal', text, join(problems, damage, order));
}

function pricesCheck({cost, usage}: JournalVerdict): Check {
	const unknown = cost.unknown > 0 ? `; prices not on record for ${plural(cost.unknown, 'call')}` : '';
	const text = `${plural(cost.checked, 'cost')} recomputed from ${plural(usage.checked, 'usage')} and the prices on record${unknown}`;
	return checkOf('prices', text, join(usage, cost));
}

function totalsCheck({sums, state: {totals}}: JournalVerdict): Check {
	const {tokens, attempts, cost, maybeBilled} = totals;
	const spent = exactMoney(cost.direct + cost.batch);
	const maybe =
		maybeBilled.calls > 0 ? `, maybe ${exactMoney(maybeBilled.cost)} for ${count(maybeBilled.calls)}` : '';
	const text = `${plural(attempts, 'attempt')}, ${count(tokens.input)} tokens in, ${count(tokens.output)} out, ${spent}${maybe}: added up twice, line by line and by replay`;
	return sums.length === 0 ? holds('totals', text) : fails('totals', text, sums);
}

function stateCheck({stateFile, end}: JournalVerdict, saved: RawState): Check {
	const name = 'state.json';
	switch (saved.kind) {
		case 'absent':
			return fails(name, 'not there', ['the next start rebuilds it from the journal']);
		case 'broken':
			return fails(name, 'cannot be read', ['the next start rebuilds it from the journal']);
		case 'read': {
			const text = `it is what the journal says up to byte ${count(saved.journalEnd)}`;
			if (stateFile) {
				return stateFile.length === 0 ? holds(name, text) : fails(name, text, stateFile);
			}

			const why = saved.journalEnd > end ? `which ends at byte ${end}` : 'in the middle of a line';
			return fails(name, text, [`it counts on the journal up to byte ${saved.journalEnd}, ${why}`]);
		}
	}
}

type OwnRows = {readonly rows: RowReader; readonly own: number} | {readonly problem: string};

async function tryOpenRows(directory: RunDirectory, state: RunState): Promise<OwnRows> {
	try {
		return await openOwnRows({directory, state}, {isScored: false});
	} catch (error) {
		if (error instanceof UserError) {
			return {problem: error.message};
		}

		throw error;
	}
}

/** The inputs make as many requests as the journal knows, and are those that it notes. */
async function inputsCheck(directory: RunDirectory, state: RunState, rows: OwnRows): Promise<Check> {
	const name = 'inputs';
	if ('problem' in rows) {
		return fails(name, 'the copies of the spec and its files', [rows.problem]);
	}

	const added = state.count - state.added.from;
	const text = `${plural(rows.own, 'request')} of the spec${added > 0 ? ` and ${count(added)} added` : ''}, as they were when the run was made`;
	const manifest = await readManifest(inputsPath(directory, state.epochs.length));
	const {digest} = await digestSpec(await ownSpec(directory, state), manifest);
	const problems = [
		...(rows.own === state.added.from
			? []
			: [`the spec makes ${rows.own} requests, the journal has ${state.added.from}`]),
		...(digest === state.specDigest
			? []
			: [`their digest is ${digest.slice(0, 12)}…, on record is ${state.specDigest.slice(0, 12)}…`]),
	];
	return problems.length === 0 ? holds(name, text) : fails(name, text, problems);
}

function batchChecks({batches, batchBooks}: JournalVerdict): readonly Check[] {
	const {submitted, collected, rejected, released, out} = batchBooks;
	if (submitted === 0 && batches.count === 0) {
		return [];
	}

	const text = `${count(submitted)} submitted = ${count(collected)} collected + ${count(rejected)} rejected + ${count(released)} released + ${count(out.size)} still out`;
	return [checkOf('batches', text, batches)];
}

function resultChecks(
	directory: RunDirectory,
	state: RunState,
	rows: OwnRows,
	onProgress: OnProgress,
): readonly Check[] {
	if ('problem' in rows) {
		return [open('results', 'their rows cannot be made without the inputs')];
	}

	if (!state.resultsWritten) {
		return [open('results', 'not written since the last outcome; export gives them any time')];
	}

	const {count: all} = rows.rows;
	const audit = auditResults(directory, state.results.parts ?? null, rows.rows, index =>
		onProgress('results', index, all),
	);
	const {results, failures, costPico} = audit;
	return [
		checkOf(
			results.name,
			`${plural(results.rows, 'row')}, each as the journal has it, in order; ${exactMoney(costPico)} in all`,
			results.problems,
		),
		checkOf(failures.name, `${plural(failures.rows, 'row')}, each as the journal has it`, failures.problems),
	];
}

/** Each request was looked for; what the books of the run say of them, which the screen shows, is held against that. */
function requestsCheck(found: Whereabouts, firstMissing: readonly number[], books: Whereabouts): Check {
	const text = `each of ${count(found.total)} found where its status says, and the books agree`;
	const problems = noProblems();
	if (found.missing > 0) {
		const more = found.missing > firstMissing.length ? ' and others' : '';
		note(
			problems,
			`${plural(found.missing, 'request')} cannot be found: index ${firstMissing.join(', ')}${more}`,
		);
	}

	for (const [place, amount] of Object.entries(books) as [keyof Whereabouts, number][]) {
		if (found.missing === 0 && amount !== found[place]) {
			note(problems, `the books say ${amount} ${placeWords[place]}, and ${found[place]} are found`);
		}
	}

	return checkOf('requests', text, problems);
}

function factsOf({state, created, sessions, batchBooks, tally}: JournalVerdict) {
	const {requests: _, seconds: __, session: ___, ...report} = buildReport(state, state.lastFinishedAt);
	const {out, ...books} = batchBooks;
	return {
		totals: {...report, cost_pico: String(tally.cost.direct + tally.cost.batch)},
		batches: {...books, out: out.size},
		record: {
			spec_digest: state.specDigest,
			tool: created?.toolVersion ?? null,
			simulated: state.simulated,
			seeds: created?.seeds ?? null,
			prices: state.queues.map(({info, price}) => ({queue: info.key, price})),
			sessions,
		},
	};
}

function holds(name: string, text: string): Check {
	return {name, verdict: 'holds', text, problems: []};
}

function fails(name: string, text: string, problems: readonly string[]): Check {
	return {name, verdict: 'fails', text, problems};
}

function open(name: string, text: string): Check {
	return {name, verdict: 'open', text, problems: []};
}

function checkOf(name: string, text: string, {count: amount, first}: Problems): Check {
	const more = amount > first.length ? [`and ${count(amount - first.length)} more`] : [];
	return amount === 0 ? holds(name, text) : fails(name, text, [...first, ...more]);
}

function join(...all: readonly Problems[]): Problems {
	return {
		count: all.reduce((sum, {count: amount}) => sum + amount, 0),
		first: all.flatMap(({first}) => first),
	};
}
