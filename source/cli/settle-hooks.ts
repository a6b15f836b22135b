import process from 'node:process';

const leaving = ['SIGINT', 'SIGTERM'] as const;

/**
 * Waits for the hooks of a run that has ended. The work on the results may take long: whoever does not want to wait
 * presses ctrl-c, and it goes on by itself.
 */
export async function settleHooks(hooks: Promise<readonly string[]>): Promise<readonly string[]> {
	// A hook keeps no process, not even the one that waits for it.
	const wake = setInterval(() => {}, 60_000);
	let leave = () => {};
	const left = new Promise<readonly string[]>(resolve => {
		leave = () => resolve(['a hook still runs and is left to itself']);
	});
	for (const signal of leaving) {
		process.once(signal, leave);
	}

	try {
		return await Promise.race([hooks, left]);
	} finally {
		clearInterval(wake);
		for (const signal of leaving) {
			process.off(signal, leave);
		}
	}
}
