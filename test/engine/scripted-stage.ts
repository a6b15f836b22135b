import type {RunEvent} from '../../source/domain/event.ts';
import type {NewRequest, Stage, StagePort} from '../../source/domain/stage.ts';
import {answered} from './engine-fixture.ts';

export type Scripted = Stage & {port(): StagePort; readonly told: RunEvent[]; close(): void};

export function request(index: number, parent: string | null = null): NewRequest {
	const asked = {prompt: 'p', prompt_raw: 'p', prompt_args: {}};
	return {id: `added-${index}`, queue: 0, parent, body: {index}, asked, modelArgs: {}, input: {}};
}

/** A stage that does with each fact what the test says. */
export function scriptedStage(name: string, onEvent: (event: RunEvent, port: StagePort) => void): Scripted {
	const told: RunEvent[] = [];
	let port: StagePort | null = null;
	let isOpen = true;
	return {
		name,
		told,
		begin(given) {
			port = given;
		},
		observe(event) {
			told.push(event);
			onEvent(event, port!);
		},
		isOpen: () => isOpen,
		stop() {
			isOpen = false;
		},
		port: () => port!,
		close() {
			isOpen = false;
			port!.askForTurn();
		},
	};
}

export const yes = () => ({afterMs: 100, outcome: answered()});
