import process from 'node:process';
import {startScreen} from '../../source/ui/start-screen.tsx';
import {createAnimatedRun} from './animated-run.ts';

/** The full screen over an animated run: `node program.mjs [total] [requests a second] [--ascii] [--exit-when-done]`. */
const [total = '100000', perSecond = '40'] = process.argv.slice(2).filter(word => !word.startsWith('--'));
const run = createAnimatedRun({total: Number(total), perSecond: Number(perSecond), seed: 7});
const {end} = await startScreen({
	run,
	env: process.env,
	stdin: process.stdin,
	stdout: process.stdout,
	fps: null,
	ascii: process.argv.includes('--ascii'),
	color: !process.env.NO_COLOR,
	readonly: false,
	exitWhenDone: process.argv.includes('--exit-when-done'),
});
process.stdout.write(`left: ${end.reason}\n`);
