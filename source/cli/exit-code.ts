import type {StopCause} from '../domain/command.ts';
import type {RunEnd} from '../view/run.ts';

/** How a session ends that was told to. */
export const stopCodes: {readonly [C in StopCause]: 129 | 130 | 143} = {
	quit: 130,
	SIGINT: 130,
	SIGTERM: 143,
	SIGHUP: 129,
};

/** The exit code of a run, as the contract lists them. */
export function exitCodeOf(end: Pick<RunEnd, 'reason' | 'cause' | 'report'>): number {
	switch (end.reason) {
		case 'done':
			return end.report.requests.failed > 0 ? 1 : 0;
		case 'stuck':
			return 3;
		case 'stopped':
			return stopCodes[end.cause ?? 'quit'];
	}
}
