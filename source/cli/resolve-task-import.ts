import {register} from 'node:module';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

let isRegistered = false;

/**
 * Lets a task import `promptbatch-tui/task` where the package is not installed beside it, as with npx: then ours is
 * taken.
 */
export function resolveTaskImport(): void {
	if (isRegistered) {
		return;
	}

	isRegistered = true;
	const own = pathToFileURL(path.join(import.meta.dirname, 'task.js')).href;
	const hook = `export async function resolve(specifier, context, next) {
		if (specifier !== 'promptbatch-tui/task') return next(specifier, context);
		try {
			return await next(specifier, context);
		} catch {
			return {url: ${JSON.stringify(own)}, shortCircuit: true};
		}
	}`;
	register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
