import {readdirSync, rmdirSync, rmSync, truncateSync, unlinkSync} from 'node:fs';
import path from 'node:path';
import {diskError, errorCode} from './disk-error.ts';
import {temporaryName} from './durable-write.ts';
import {isAside} from './keep-aside.ts';
import {removeParts} from './parted-file.ts';
import type {RunDirectory} from './run-directory.ts';
import {isBackup} from './state-backup.ts';

const shardName = /^shard-\d+\.(aside\.)?jsonl$/;

export type RunRemoval = {
	/** Files below `inputs/` that the run copied there, relative to it, in the order in which they go. */
	readonly inputs: readonly string[];
	/** Gives the lock back: the last that is left of the run. */
	readonly release: () => void;
};

/**
 * Removes a run for good, and its folder with it if nothing else is in there. What does not belong to the run stays
 * and is returned. State and journal, by which a run is known, go last: after a kill the same removal goes on.
 */
export function removeRun(directory: RunDirectory, {inputs, release}: RunRemoval): readonly string[] {
	try {
		rmSync(directory.results, {force: true});
		rmSync(directory.failures, {force: true});
		removeParts(directory);
		rmSync(directory.simulator, {recursive: true, force: true});
		for (const name of namesIn(directory.batches)) {
			if (shardName.test(withoutEnding(name))) {
				rmSync(path.join(directory.batches, name), {force: true});
			}
		}

		for (const name of inputs) {
			rmSync(path.join(directory.inputs, name), {force: true});
		}

		for (const name of namesIn(directory.path)) {
			const isUnfinished = temporaryName.test(name) && isPart(directory, withoutEnding(name));
			if (isAside(name, part => isPart(directory, part)) || isBackup(name) || isUnfinished) {
				rmSync(path.join(directory.path, name), {recursive: true, force: true});
			}
		}

		removeEmptyBelow(directory.batches);
		removeEmptyBelow(directory.inputs);
		rmSync(directory.state, {force: true});
		// Empty, it only says whose folder this is: from here on there is no run any more.
		truncateSync(directory.journal);
		unlinkSync(directory.journal);
	} catch (error) {
		throw diskError(error, 'remove', directory.path);
	} finally {
		release();
	}

	removeEmpty(directory.path);
	return filesBelow(directory.path, '');
}

function withoutEnding(name: string): string {
	return name.replace(temporaryName, '');
}

function isPart(directory: RunDirectory, name: string): boolean {
	return (
		/^results-part\d+\.jsonl$/.test(name) ||
		Object.values(directory).includes(path.join(directory.path, name))
	);
}

function removeEmptyBelow(folder: string): void {
	for (const entry of entriesIn(folder)) {
		if (entry.isDirectory()) {
			removeEmptyBelow(path.join(folder, entry.name));
		}
	}

	removeEmpty(folder);
}

function removeEmpty(folder: string): void {
	try {
		rmdirSync(folder);
	} catch (error) {
		// Not empty, not there, or not to be removed: what is in it counts.
		if (errorCode(error) === undefined) {
			throw error;
		}
	}
}

function filesBelow(folder: string, prefix: string): readonly string[] {
	return entriesIn(folder).flatMap(entry => {
		const name = `${prefix}${entry.name}`;
		return entry.isDirectory() ? filesBelow(path.join(folder, entry.name), `${name}/`) : [name];
	});
}

function namesIn(folder: string): readonly string[] {
	return entriesIn(folder).map(({name}) => name);
}

function entriesIn(folder: string) {
	try {
		return readdirSync(folder, {withFileTypes: true});
	} catch (error) {
		if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') {
			return [];
		}

		throw error;
	}
}
