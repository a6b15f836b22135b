import process from 'node:process';
import {showInPager} from '../../source/cli/pager.ts';
import {startScreen} from '../../source/ui/start-screen.tsx';
import type {Run} from '../../source/view/run.ts';
import type {RunSnapshot} from '../../source/view/snapshot.ts';
import {createAnimatedRun} from './animated-run.ts';

/**
 * The full screen over an animated run: `program [requests] [requests a second]`, with `--ascii`, `--exit-when-done`,
 * `--break-drawing` (a snapshot that no pane can draw) or `--break-engine`.
 */
const [total = '100000', perSecond = '40'] = process.argv.slice(2).filter(word => !word.startsWith('--'));
const has = (flag: string): boolean => process.argv.includes(flag);
const animated = createAnimatedRun({total: Number(total), perSecond: Number(perSecond), seed: 7});
const run: Run = {
	...animated,
	...(has('--break-drawing')
		? {getSnapshot: () => ({...animated.getSnapshot(), cost: null}) as unknown as RunSnapshot}
		: {}),
	...(has('--break-engine') ? {finished: Promise.reject(new Error('the journal is gone'))} : {}),
};

try {
	const {end} = await startScreen({
		run,
		env: process.env,
		stdin: process.stdin,
		stdout: process.stdout,
		fps: null,
		ascii: has('--ascii'),
		color: !process.env.NO_COLOR,
		readonly: false,
		exitWhenDone: has('--exit-when-done'),
		pager: showInPager,
		leave: new AbortController().signal,
		detach: new AbortController().signal,
		onGone: () => process.exit(129),
	});
	process.stdout.write(`left: ${end?.reason}\n`);
} catch (error) {
	process.stderr.write(`crashed: ${String(error)}\n`);
	process.exit(70);
}
