import process from 'node:process';
import type {FailureKind} from '../../domain/failure.ts';
import type {RunState} from '../../domain/state.ts';
import {readLockOwner} from '../../store/lock.ts';
import {buildReport} from '../../view/build-report.ts';
import {count, money, percent, shortCount} from '../../view/format.ts';
import type {Report} from '../../view/report.ts';
import {safeText} from '../../view/safe-text.ts';
import {failureText, kindWords} from '../../view/words.ts';
import type {Flags} from '../flags.ts';
import {readRun} from '../read-run.ts';
import {systemClock} from '../system-clock.ts';

/** Where a run stands, from its files alone. */
export async function status(target: string, flags: Flags): Promise<number> {
	const {directory, state, notices} = await readRun(target, flags.dir ?? null);
	const report = buildReport(state, systemClock.now());
	const owner = readLockOwner(directory.lock);
	for (const notice of notices) {
		process.stderr.write(`${safeText(notice)}\n`);
	}

	if (flags.json) {
		const held = state.queues.filter(({access}) => access !== 'open').map(({info}) => info.key);
		const about = {
			directory: directory.path,
			run_id: state.runId,
			simulated: state.simulated !== null,
			paused: state.paused,
			held,
			owner: owner && {pid: owner.pid, host: owner.host},
		};
		process.stdout.write(`${JSON.stringify({...about, ...report})}\n`);
		return 0;
	}

	const running = owner ? `held by pid ${owner.pid} on ${owner.host}` : 'nobody runs it';
	const lines = [
		`${directory.path}${state.simulated === null ? '' : ' (simulated)'}: ${standing(state, report)}, ${running}`,
		`requests   ${count(report.requests.done)} done, ${count(report.requests.failed)} failed, ${count(report.requests.pending)} pending of ${count(report.requests.total)} (${percent(report.requests.done + report.requests.failed, report.requests.total)})`,
		`attempts   ${count(report.attempts)}, of which ${count(report.retries)} retries`,
		...Object.entries(report.failures).map(
			([kind, number]) => `failed     ${kindWords(kind as FailureKind)}: ${count(number)}`,
		),
		`tokens     ${shortCount(report.tokens.input)} in (${shortCount(report.tokens.cached)} cached), ${shortCount(report.tokens.output)} out`,
		`cost       ${report.cost_usd === null ? 'unknown' : money(report.cost_usd)}`,
		...(report.maybe_billed.calls > 0
			? [`maybe      ${count(report.maybe_billed.calls)} calls, up to ${money(report.maybe_billed.usd)}`]
			: []),
		...state.queues.map(
			({info, done, failed, access, failure}) =>
				`queue      ${info.key}: ${count(done)} done, ${count(failed)} failed${access === 'open' || !failure ? '' : `, ${access}: ${failureText(failure)}`}`,
		),
	];
	process.stdout.write(`${lines.map(line => safeText(line)).join('\n')}\n`);
	return 0;
}

function standing(state: RunState, {requests}: Report): string {
	if (requests.pending === 0) {
		return 'finished';
	}

	if (state.paused) {
		return 'paused';
	}

	return state.queues.some(({access}) => access === 'held') ? 'held' : 'unfinished';
}
