import process from 'node:process';
import {parseScript} from '../../simulator/script.ts';
import {startSimulator} from '../../simulator/server.ts';

/** Serves the simulator until a signal ends it. What it holds is gone then. */
export async function simulate(script: string, port: number): Promise<number> {
	const simulator = await startSimulator({script: parseScript(script), port});
	process.stdout.write(
		`The simulator answers at ${simulator.url}\nFor any OpenAI client: OPENAI_BASE_URL=${simulator.url} OPENAI_API_KEY=any\nctrl-c ends it.\n`,
	);
	return new Promise(resolve => {
		for (const [signal, code] of [
			['SIGINT', 130],
			['SIGTERM', 143],
			['SIGHUP', 129],
		] as const) {
			process.once(signal, () => {
				void simulator.close().then(() => resolve(signal === 'SIGINT' ? 0 : code));
			});
		}
	});
}
