import type {Obstacle} from './obstacle.ts';
import type {Phase} from './phase-name.ts';
import type {RunEnd} from './run.ts';
import type {RunSnapshot} from './snapshot.ts';

/**
 * What somebody who does not watch the screen wants to be called for. `ceiling-80` and `ceiling-100`: so much of a
 * ceiling is used up, or one stops the run.
 */
export type Alert = 'done' | 'paused' | 'guard' | 'ceiling-80' | 'ceiling-100';

/** What has been told and still stands; null before the first snapshot. */
export type AlertMemory = ReadonlySet<string> | null;

export type Alerts = {readonly alerts: readonly Alert[]; readonly memory: AlertMemory};

const nearCeiling = 0.8;

/** Phases in which work goes on: whatever stopped the run before has been cleared. */
const going: ReadonlySet<Phase> = new Set<Phase>(['RUNNING', 'THROTTLED', 'OFFLINE', 'WAITING']);

/**
 * What is new in a snapshot, told once for as long as it stands. What stood when the session began was told by the
 * one before. A pause by key is no news to the person who pressed it.
 */
export function alertsOf(memory: AlertMemory, snapshot: RunSnapshot): Alerts {
	const standing = standingIn(snapshot);
	// A stop is over when work goes on, not when another word takes its place for a while.
	const isGoing = going.has(snapshot.phase);
	const kept = [...(memory ?? [])].filter(key => !isGoing || key.startsWith('ceiling-80'));
	const isOver = (key: string) => key.startsWith('ceiling-80') && !standing.has(key);
	const news = memory === null ? [] : [...standing].filter(key => !memory.has(key));
	return {
		alerts: wordsOf(news),
		memory: new Set([...kept.filter(key => !isOver(key)), ...standing]),
	};
}

/** What the end of a session adds: its last snapshot may not have shown why it ended. */
export function alertsOfEnd(memory: AlertMemory, {reason, cause, obstacle}: RunEnd): readonly Alert[] {
	switch (reason) {
		case 'done':
			return memory?.has('done') ? [] : ['done'];
		case 'stuck':
			return memory?.has('paused') || obstacle === 'pause' ? [] : stopAlerts(obstacle);
		case 'stopped':
			return cause === 'SIGTERM' || cause === 'SIGHUP' ? ['paused'] : [];
	}
}

function standingIn({phase, resultsIn, cost, sample}: RunSnapshot): ReadonlySet<string> {
	return new Set([
		// That it is done is told when the result files are written.
		...(resultsIn === null ? [] : ['done']),
		...(phase === 'GUARD' ? stopAlerts('guard') : []),
		...(phase === 'CEILING' ? ['ceiling-100', 'paused'] : []),
		...(phase === 'HELD' || sample !== null ? stopAlerts(null) : []),
		...cost.ceilings
			.filter(({used, of}) => of > 0 && used >= of * nearCeiling)
			.map(({limit, of}) => `ceiling-80 ${limit} ${of}`),
	]);
}

function stopAlerts(obstacle: Obstacle | null): readonly Alert[] {
	switch (obstacle) {
		case 'guard':
			return ['guard', 'paused'];
		case 'pause':
		case 'sample':
		case null:
			return ['paused'];
		default:
			return ['ceiling-100', 'paused'];
	}
}

/** A ceiling that was reached in one leap is not near any more. */
function wordsOf(keys: readonly string[]): readonly Alert[] {
	const words = new Set(keys.map(key => key.split(' ')[0] as Alert));
	if (words.has('ceiling-100')) {
		words.delete('ceiling-80');
	}

	return [...words];
}
