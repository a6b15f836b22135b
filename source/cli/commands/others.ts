/*
 * All that is not the run itself, loaded as one piece. An import() for each would cut the bundle into twice as many
 * chunks, and a run reads its own at every start, one by one and in both threads: 20 ms.
 */
export {dryRun} from '../dry-run.ts';
export {wipeBeforeRun} from '../wipe.ts';
export {calibrate} from './calibrate.ts';
export {check} from './check.ts';
export {doctor} from './doctor.ts';
export {exportResults} from './export.ts';
export {init} from './init.ts';
export {missing} from './missing.ts';
export {recent} from './recent.ts';
export {simulate} from './simulate.ts';
export {status} from './status.ts';
export {verify} from './verify.ts';
export {wipeRun} from './wipe.ts';
