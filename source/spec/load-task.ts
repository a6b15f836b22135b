import {existsSync} from 'node:fs';
import type {Task} from '../domain/task.ts';
import {importOwn} from './own-module.ts';
import type {TaskFile} from './read-task.ts';
import {specError} from './spec-error.ts';

/** Runs the module of a task, and checks that it exports what it must. */
export async function loadTask({path, display, where}: TaskFile): Promise<Task> {
	if (!existsSync(path)) {
		throw specError(where, `${display} does not exist`, 'Correct the name, or write the module.');
	}

	const module = await importOwn(path, display, where);
	const {default: main} = module;
	const exported = typeof main === 'object' && main !== null ? (main as {[name: string]: unknown}) : module;
	for (const name of ['requests', 'accept']) {
		if (typeof exported[name] !== 'function') {
			throw specError(
				where,
				`${display} exports no function \`${name}\``,
				'Write `export function* requests() {…}` and `export function accept(answer, request) {…}`.',
			);
		}
	}

	if (exported.failed !== undefined && typeof exported.failed !== 'function') {
		throw specError(where, `\`failed\` of ${display} is no function`, 'Make it one, or remove it.');
	}

	return exported as Task;
}
