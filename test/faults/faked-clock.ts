import {existsSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/**
 * Wall clocks of other processes, by libfaketime (`apt-get install libfaketime`). The monotonic clock is left as it
 * is: setting a clock does not move it.
 */
const libraries = '/usr/lib';

function libraryFile(): string {
	const places = readdirSync(libraries).map(name =>
		path.join(libraries, name, 'faketime', 'libfaketimeMT.so.1'),
	);
	const found = places.find(place => existsSync(place));
	if (found === undefined) {
		throw new Error('libfaketime is missing: apt-get install libfaketime');
	}

	return found;
}

/** The environment of a process whose clock is off by so much, such as `-1d` or `+2h`. */
export function clockOff(offset: string): NodeJS.ProcessEnv {
	return {...fakedBy(), FAKETIME: offset};
}

/** The environment of processes whose clock is off by what the file says at that moment. */
export function settableClock(file: string): {
	readonly env: NodeJS.ProcessEnv;
	readonly set: (offset: string) => void;
} {
	const set = (offset: string) => writeFileSync(file, `${offset}\n`);
	set('+0');
	return {env: {...fakedBy(), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1'}, set};
}

function fakedBy(): NodeJS.ProcessEnv {
	return {
		LD_PRELOAD: [libraryFile(), process.env.LD_PRELOAD].filter(Boolean).join(' '),
		FAKETIME_DONT_FAKE_MONOTONIC: '1',
		DONT_FAKE_MONOTONIC: '1',
		// Files keep the times of the disk.
		NO_FAKE_STAT: '1',
	};
}

/** The environment of a process whose clocks and timers all run so many times as fast as ours. */
export function fastClock(times: number): NodeJS.ProcessEnv {
	const {LD_PRELOAD, NO_FAKE_STAT} = fakedBy();
	return {LD_PRELOAD, NO_FAKE_STAT, FAKETIME: `+0 x${times}`};
}
