import path from 'node:path';
import {expect, test} from 'vitest';
import {parseFlags} from '../../source/cli/flags.ts';
import {runOptionsOf} from '../../source/cli/run-options-of.ts';
import {startRun} from '../../source/cli/start-run.ts';
import type {Transport} from '../../source/domain/ports.ts';
import type {VerboseLevel} from '../../source/view/attempt-dump.ts';
import {answered, failed} from '../engine/engine-fixture.ts';
import {folderWith} from './run-folder.ts';

/** The first request fails, the second is cut short, two are clean. */
const transport: Transport = {
	async send({body}) {
		const text = JSON.stringify(body);
		if (text.includes('word 1')) {
			return failed('invalid_request', 400);
		}

		return answered('yes', {finish: text.includes('word 2') ? 'length' : 'stop'});
	},
	async close() {},
};

/** Row 41, over a whole session: to the listener in full, and into the log of the screen. */
test.each([
	['never', 0],
	['error', 1],
	['warn', 2],
	['always', 4],
] as const)('%s shows %i attempts in full', async (verbose: VerboseLevel, count) => {
	const folder = folderWith({
		'spec.yaml': 'model: gpt-4o-mini\nprompts: ["word {{x}}"]\nargs: [{x: 1}, {x: 2}, {x: 3}, {x: 4}]\n',
	});
	const {input, flags} = parseFlags([path.join(folder, 'spec.yaml'), '--mode', 'direct']);
	const run = await startRun({...runOptionsOf(input[0]!, flags, false), verbose}, transport);
	const heard: string[] = [];
	run.onDump(({text}) => heard.push(text));
	await run.finished;
	const logged = run
		.getSnapshot()!
		.notices.flatMap(({dump, isQuiet}) => (isQuiet && dump !== null ? [dump] : []));
	expect(heard).toHaveLength(count);
	expect(logged).toEqual(heard);
	expect(heard.every(text => /"content": "word \d"/.test(text))).toBe(true);
});
