import type {RunCommand, StopCause} from '../domain/command.ts';
import type {Clock} from '../domain/ports.ts';

export type EndCommand = Extract<RunCommand, {type: 'drain' | 'stay' | 'abort'}>;

/** Whether a session is on its way to its end, and how long it waits for what is out. */
export type Ending = {
	take(command: EndCommand): void;
	/** Who asked for the end; null while nobody has. */
	cause(): StopCause | null;
	/** What is out was aborted. */
	isAborting(): boolean;
	/** The session is over: nothing is waited for any more. */
	close(): void;
};

export type EndingOptions = {
	readonly clock: Clock;
	/** Keeps what has not left yet from leaving. */
	readonly stopStarting: () => void;
	readonly abortCalls: () => void;
	readonly askForTurn: () => void;
};

export function createEnding({clock, stopStarting, abortCalls, askForTurn}: EndingOptions): Ending {
	let cause: StopCause | null = null;
	let isAborting = false;
	let cancelPatience = () => {};

	function take(command: EndCommand): void {
		switch (command.type) {
			case 'drain': {
				const {patienceMs} = command;
				cause = command.cause;
				stopStarting();
				cancelPatience();
				if (patienceMs !== null) {
					cancelPatience = clock.after(patienceMs, () => take({type: 'abort', cause: command.cause}));
				}

				break;
			}

			case 'stay':
				cause = isAborting ? cause : null;
				cancelPatience();
				break;
			case 'abort':
				cause = command.cause;
				isAborting = true;
				stopStarting();
				abortCalls();
		}

		askForTurn();
	}

	return {
		take,
		cause: () => cause,
		isAborting: () => isAborting,
		close() {
			cancelPatience();
		},
	};
}
