import type {RunEvent} from '../domain/event.ts';
import {isoTime} from '../domain/iso-time.ts';
import type {Report} from '../view/report.ts';
import {safeJson} from '../view/safe-json.ts';
import {type DisplayContext, toDisplayEvents} from './display-event.ts';
import type {RunStart} from './run-start.ts';

/** `--display json`: one object a line, `run-started` first and `report` last. */
export type JsonLines = {
	begin(start: RunStart): void;
	observe(event: RunEvent): void;
	/** Writes what is left, and the report with the code that the process ends with. */
	end(report: Report, exitCode: number, at: number): void;
};

/**
 * `write` gets whole lines joined by line breaks, without the last break. The lines of one turn of the event loop
 * go out together: thousands of events a second come in groups, and each write is a system call.
 */
export function createJsonLines(context: DisplayContext, write: (line: string) => void): JsonLines {
	let lines: string[] = [];

	function put(object: object): void {
		lines.push(safeJson(object));
		if (lines.length === 1) {
			queueMicrotask(flush);
		}
	}

	function flush(): void {
		if (lines.length > 0) {
			const gathered = lines;
			lines = [];
			write(gathered.join('\n'));
		}
	}

	return {
		begin(start) {
			put({
				event: 'run-started',
				at: isoTime(start.at),
				name: start.name,
				run_id: start.runId,
				total: start.count,
				finished: start.finished,
				models: start.models,
				lane: start.lane,
				directory: start.directory,
				session: start.session,
				simulated: start.simulated,
			});
		},
		observe(event) {
			for (const object of toDisplayEvents(event, context)) {
				put(object);
			}
		},
		end(report, exitCode, at) {
			put(reportEvent(report, exitCode, at));
			flush();
		},
	};
}

/** The keys that are fixed by contract come first. */
export function reportEvent(report: Report, exitCode: number, at: number): object {
	const {latency_ms, by_model, calls, accounted, errors, served, packing, scores, ...fixed} = report;
	const more = {
		latency_ms,
		by_model,
		calls,
		accounted,
		errors,
		...(served && {served}),
		...(packing && {packing}),
		...(scores && {scores}),
	};
	return {event: 'report', at: isoTime(at), ...fixed, exit_code: exitCode, ...more};
}
