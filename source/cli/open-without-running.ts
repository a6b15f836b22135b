import process from 'node:process';
import {reportEvent} from '../headless/json-lines.ts';
import {parseScript} from '../simulator/script.ts';
import {buildReport} from '../view/build-report.ts';
import {safeJson} from '../view/safe-json.ts';
import {safeText} from '../view/safe-text.ts';
import {checkCeilings} from './check-ceilings.ts';
import {status} from './commands/status.ts';
import type {Display} from './display.ts';
import type {Flags} from './flags.ts';
import {openRun} from './open-run.ts';
import {queueRulesOf} from './queue-rules-of.ts';
import type {RunOptions} from './run-options.ts';
import {sessionSettings} from './session-settings.ts';
import {specAtHand} from './spec-at-hand.ts';
import {systemClock} from './system-clock.ts';

/** `--no-run`: creates or opens the run and says where it stands. Nothing is sent, so no key is needed. */
export async function openWithoutRunning(
	options: RunOptions,
	flags: Flags,
	display: Display,
): Promise<number> {
	const spec = await specAtHand(options);
	parseScript(options.simulate ?? '');
	await checkCeilings(spec, options, sessionSettings(spec, options), queueRulesOf(spec));
	const {state, store, notices} = await openRun(spec, options);
	try {
		await store.saveState();
	} finally {
		await store.close();
	}

	for (const notice of [...notices, ...spec.warnings]) {
		process.stderr.write(`${safeText(notice)}\n`);
	}

	switch (display) {
		case 'none':
			return 0;
		case 'json': {
			const at = systemClock.now();
			process.stdout.write(`${safeJson(reportEvent(buildReport(state, at), 0, at))}\n`);
			return 0;
		}

		case 'full':
		case 'plain':
			return status(options.specPath, {...flags, json: false});
	}
}
